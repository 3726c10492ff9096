//! What respondents may still change: nothing that was handed in.

use super::{CLOSED, SUBMITTED};
use engine::{Access, ApiError, Cell, Rows};
use serde_json::json;
use uuid::Uuid;

/// Refuses a change of rows by those who answer them, once an assignment of theirs was submitted or closed.
pub(in crate::compliance) async fn refuse_handed_in(rows: &mut Rows, ids: &[Uuid]) -> Result<(), ApiError> {
    let access = Access::system("whether a row that is changed was handed in");
    let mut statement = rows.sql(
        "SELECT t.id FROM requirement_assignments t JOIN requirement_assignments__requirement_assessments l \
         ON l.source_id = t.id WHERE ",
    );
    statement.bind_in("l.target_id", Cell::Uuids(ids.to_vec())).push(" AND ");
    statement.bind_in("t.status", Cell::Texts(vec![SUBMITTED.to_owned(), CLOSED.to_owned()]));
    if rows.ids(&access, &statement).await?.is_empty() {
        return Ok(());
    }
    let sentence = "Cannot modify: this requirement's assignment has been submitted or closed.";
    Err(ApiError::refused(400, json!({ "non_field_errors": [sentence] })))
}
