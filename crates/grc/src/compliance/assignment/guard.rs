//! What respondents may still change: nothing that was handed in.

use super::{CLOSED, SUBMITTED};
use engine::write::Saving;
use engine::{Access, ApiError, Cell};
use serde_json::json;

/// Refuses a change of a row by those who answer it, once its assignment was submitted or closed.
pub(in crate::compliance) async fn refuse_handed_in(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let access = Access::system("whether a row that is changed was handed in");
    let mut statement = saving.rows.sql(
        "SELECT t.id FROM requirement_assignments t JOIN requirement_assignments__requirement_assessments l \
         ON l.source_id = t.id WHERE l.target_id = ",
    );
    statement.bind(saving.id).push(" AND ");
    statement.bind_in("t.status", Cell::Texts(vec![SUBMITTED.to_owned(), CLOSED.to_owned()]));
    if saving.rows.ids(&access, &statement).await?.is_empty() {
        return Ok(());
    }
    let sentence = "Cannot modify: this requirement's assignment has been submitted or closed.";
    Err(ApiError::refused(400, json!({ "non_field_errors": [sentence] })))
}
