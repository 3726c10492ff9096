//! On whose behalf a row is shown: whoever assesses, or whoever is asked.

use super::numbers::Viewer;
use engine::{Context, Verb};
use uuid::Uuid;

/// Respondents see rows for being assigned to them alone. Everybody else sees what auditors see.
pub(super) fn viewer(ctx: &Context, folder: Uuid) -> Viewer {
    let Some(rows) = ctx.engine.registry().get("requirement-assessments") else { return Viewer::Auditor };
    let access = ctx.access(rows, Verb::View);
    if access.covers_assigned(folder) && !access.covers(folder) { Viewer::Respondent } else { Viewer::Auditor }
}
