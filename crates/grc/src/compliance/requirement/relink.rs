//! Links of rows that change from the other end: by saving a control or a piece of evidence, or by suggestion.

use crate::compliance::assignment::refuse_handed_in;
use crate::compliance::audit::{hold_all, refuse_locked};
use crate::compliance::numbers::{Viewer, Visibility};
use crate::compliance::viewer::editor;
use engine::declare::Relinking;
use engine::{Access, ApiError, Cell, required};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A row, as far as its audit decides.
struct Linked {
    id: Uuid,
    is_locked: bool,
    visibility: Visibility,
    folder: Uuid,
}

/// Refuses what a change of the rows themselves would refuse, with the same words.
pub(super) async fn check(relinking: &mut Relinking<'_>) -> Result<(), ApiError> {
    let access = Access::system("rows follow the rules of their audits");
    let mut statement = relinking.rows.sql("SELECT t.compliance_assessment_id FROM requirement_assessments t WHERE ");
    statement.bind_in("t.id", Cell::Uuids(relinking.ids.to_vec()));
    let audits: BTreeSet<Uuid> = relinking.rows.ids(&access, &statement).await?.into_iter().collect();
    hold_all(relinking.rows, relinking.ctx, audits.into_iter().collect()).await?;
    let mut statement = relinking.rows.sql(
        "SELECT t.id, a.is_locked, a.field_visibility, a.folder_id FROM requirement_assessments t \
         JOIN compliance_assessments a ON a.id = t.compliance_assessment_id WHERE ",
    );
    statement.bind_in("t.id", Cell::Uuids(relinking.ids.to_vec()));
    let found: Vec<Linked> = relinking
        .rows
        .all(&access, &statement, |row| {
            Ok(Linked {
                id: required(row.uuid(0)?)?,
                is_locked: row.bool(1)?.unwrap_or(false),
                visibility: Visibility::stored(&row.json(2)?.unwrap_or_default()),
                folder: required(row.uuid(3)?)?,
            })
        })
        .await?;
    refuse_locked(found.iter().any(|row| row.is_locked))?;
    let answered = found.iter().filter(|row| editor(relinking.ctx, row.folder) == Viewer::Respondent);
    let answered: Vec<&Linked> = answered.collect();
    refuse_handed_in(relinking.rows, &answered.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    // A row's own change passes over such a field in silence; here the field is all that is asked for.
    if answered.iter().any(|row| !row.visibility.edits(relinking.field, Viewer::Respondent)) {
        return Err(ApiError::Forbidden);
    }
    Ok(())
}
