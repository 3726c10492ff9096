//! On whose behalf a row is shown: whoever assesses, or whoever is asked.

use super::numbers::Viewer;
use engine::{Context, Verb};
use uuid::Uuid;

/// Respondents may answer rows of audits that they may not change. Everybody else sees what auditors see.
pub(super) fn viewer(ctx: &Context, folder: Uuid) -> Viewer {
    let covers = |path: &str| {
        let resource = ctx.engine.registry().get(path);
        resource.is_some_and(|resource| ctx.access(resource, Verb::Change).covers(folder))
    };
    if covers("requirement-assessments") && !covers("compliance-assessments") {
        Viewer::Respondent
    } else {
        Viewer::Auditor
    }
}
