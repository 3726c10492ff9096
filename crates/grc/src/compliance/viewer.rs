//! On whose behalf a row is shown or changed: whoever assesses, or whoever is asked.

use super::numbers::Viewer;
use engine::{Context, Verb};
use uuid::Uuid;

/// Respondents see rows for being assigned to them alone. Everybody else sees what auditors see.
pub(super) fn viewer(ctx: &Context, folder: Uuid) -> Viewer {
    by(ctx, folder, Verb::View)
}

/// Whoever may change a row for being assigned to them alone answers, whatever else they see.
pub(super) fn editor(ctx: &Context, folder: Uuid) -> Viewer {
    by(ctx, folder, Verb::Change)
}

fn by(ctx: &Context, folder: Uuid, verb: Verb) -> Viewer {
    let Some(rows) = ctx.engine.registry().get("requirement-assessments") else { return Viewer::Auditor };
    let access = ctx.access(rows, verb);
    if access.covers_assigned(folder) && !access.covers(folder) { Viewer::Respondent } else { Viewer::Auditor }
}
