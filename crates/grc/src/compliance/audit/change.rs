//! Changes of an audit: what it refuses, and what its rows follow.

use super::lock;
use crate::compliance::numbers::{Scale, Viewer, Visibility};
use crate::compliance::requirement::selected;
use engine::write::{Saving, take_along};
use engine::{Access, ApiError, Cell};
use serde_json::json;

/// Refusals, and what a change means for other fields.
pub(super) async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    lock::check(saving).await?;
    if let Some(Cell::Json(said)) = saving.values.get("field_visibility") {
        let mut merged = visibility(saving.before.get("field_visibility"));
        merged.merge(said);
        saving.values.set("field_visibility", merged.to_json());
    }
    if saving.values.get("selected_implementation_groups").is_some() {
        let audit = saving.id;
        // Where answers select groups, people do not.
        if let Some(groups) = selected(&mut saving.reading(), audit).await? {
            saving.values.set("selected_implementation_groups", json!(groups));
        }
    }
    check_scores(saving);
    Ok(())
}

/// The scale has two ends in their order, the target lies on it, and an anchor needs a target.
pub(super) fn check_scores(saving: &mut Saving<'_>) {
    let whole = |name: &str| match saving.get(name) {
        Some(Cell::Int(number)) => Some(*number),
        _ => None,
    };
    let (min, max) = (whole("min_score"), whole("max_score"));
    let target = match saving.get("target_score") {
        Some(Cell::Real(target)) => Some(*target),
        _ => None,
    };
    let anchored = saving.truth("anchor_na_to_target");
    if let (Some(min), Some(max)) = (min, max) {
        let said = saving.values.get("min_score").or_else(|| saving.values.get("max_score")).is_some();
        if said && min > max {
            saving.errors.add("min_score", "The lowest score may not be above the highest.");
        }
        #[expect(clippy::cast_precision_loss, reason = "scores are small numbers")]
        let (low, high) = (min as f64, max as f64);
        if saving.changes("target_score") && target.is_some_and(|target| !(low..=high).contains(&target)) {
            saving.errors.add("target_score", format!("Target score must be between {min} and {max}."));
        }
    }
    if anchored && target.is_none() {
        saving.errors.add("target_score", "A target score is required when anchoring N/A to target is enabled.");
    }
}

/// Rows stand where their audit stands, and have scores as far as those are in sight.
pub(super) async fn follow(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let access = Access::system("rows follow the audit that the caller was just allowed to change");
    if saving.changes("folder") || saving.changes("is_published") {
        let (folder, published) = (saving.folder(), saving.truth("is_published"));
        let mut statement = saving.rows.sql("UPDATE requirement_assessments SET folder_id = ");
        statement.bind(folder).push(", is_published = ").bind(published);
        statement.push(" WHERE compliance_assessment_id = ").bind(saving.id);
        saving.rows.execute(&access, &statement).await?;
        let mut moved =
            saving.rows.sql("SELECT t.id FROM requirement_assessments t WHERE t.compliance_assessment_id = ");
        moved.bind(saving.id);
        let moved = saving.rows.ids(&access, &moved).await?;
        take_along(saving.ctx, saving.rows, "requirement-assessments", moved, folder).await?;
    }
    let (was, is) = (visibility(saving.before.get("field_visibility")), visibility(saving.get("field_visibility")));
    for (field, is_implementation) in [("score", true), ("documentation_score", false)] {
        let (was, is) = (was.shows(field, Viewer::Auditor), is.shows(field, Viewer::Auditor));
        if was != is && (is || is_implementation) {
            switch(saving, &access, is, field).await?;
        }
    }
    Ok(())
}

/// Scores that come into sight begin with the lowest of their scale, or with what was kept from
/// before. Those that go out of sight are kept and count no more.
async fn switch(saving: &mut Saving<'_>, access: &Access, on: bool, field: &str) -> Result<(), ApiError> {
    let scale = scale(saving);
    let mut statement = saving.rows.sql("UPDATE requirement_assessments SET updated_at = ");
    statement.bind(saving.ctx.now());
    if field == "score" {
        statement.push(", is_scored = ").bind(on);
    }
    if on {
        statement.push(&format!(
            ", {field} = COALESCE({field}, (SELECT n.min_score FROM requirement_nodes n \
             WHERE n.id = requirement_assessments.requirement_id), "
        ));
        statement.bind(scale.min).push(")");
    }
    statement.push(" WHERE compliance_assessment_id = ").bind(saving.id);
    statement.push(" AND requirement_id IN (SELECT n.id FROM requirement_nodes n WHERE n.assessable");
    statement.push(" AND n.framework_id = ").bind(saving.reference("framework")).push(")");
    saving.rows.execute(access, &statement).await.map(drop)
}

fn scale(saving: &Saving<'_>) -> Scale {
    let whole = |name: &str, unset| match saving.get(name) {
        Some(Cell::Int(number)) => *number,
        _ => unset,
    };
    Scale { min: whole("min_score", 0), max: whole("max_score", 100) }
}

fn visibility(cell: Option<&Cell>) -> Visibility {
    match cell {
        Some(Cell::Json(stored)) => Visibility::stored(stored),
        _ => Visibility::platform(),
    }
}
