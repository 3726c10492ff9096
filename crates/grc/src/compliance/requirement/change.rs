//! Changes of a row: the lock, scores on their scale, what an auditor may add to a result.

use super::answer;
use crate::compliance::assignment::refuse_handed_in;
use crate::compliance::audit::{hold, refuse_locked};
use crate::compliance::numbers::{Scale, Viewer, Visibility};
use crate::compliance::viewer::{editor, viewer};
use engine::write::Saving;
use engine::{Access, ApiError, Cell, required};
use uuid::Uuid;

/// What a row's audit and node say of its changes.
pub(super) struct Rules {
    /// Whether nothing may change.
    pub is_locked: bool,
    /// Which fields are open to whom.
    pub visibility: Visibility,
    /// The scale of the row.
    pub scale: Scale,
    /// The code of the audit's method.
    pub method: String,
    /// The node.
    pub node: Uuid,
    /// The audit's folder.
    pub folder: Uuid,
}

/// Checks a change, and computes what answers say.
pub(super) async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let rules = rules(saving).await?;
    refuse_locked(rules.is_locked)?;
    let viewer = viewer(saving.ctx, rules.folder);
    if editor(saving.ctx, rules.folder) == Viewer::Respondent {
        refuse_handed_in(saving.rows, &[saving.id]).await?;
        // What respondents may not write is passed over in silence.
        saving.values.cells.retain(|(name, _)| rules.visibility.edits(name, Viewer::Respondent));
        saving.values.links.retain(|(name, _)| rules.visibility.edits(name, Viewer::Respondent));
    }
    let is_kept = |field: &str| viewer == Viewer::Respondent && !rules.visibility.shows(field, viewer);
    if is_kept("result") {
        // Whether an addition fits would tell the result.
        saving.values.cells.retain(|(name, _)| *name != "extended_result");
    }
    for field in ["score", "documentation_score"] {
        if let Some(Cell::Int(score)) = saving.values.get(field)
            && !(rules.scale.min..=rules.scale.max).contains(score)
        {
            let (min, max) = (rules.scale.min, rules.scale.max);
            saving.errors.add(field, format!("Score must be between {min} and {max}."));
        }
    }
    // An addition that is hidden from whoever changes the result refuses nothing: it goes, below.
    if !is_kept("extended_result")
        && ["result", "extended_result"].iter().any(|field| saving.values.get(field).is_some())
        && let Err(sentence) = check_extended(saving.text("result"), saving.text("extended_result"))
    {
        saving.errors.add("extended_result", sentence);
    }
    answer::compute(saving, &rules).await?;
    if saving.changes("result") && clears(saving.text("result"), saving.text("extended_result")) {
        saving.values.set("extended_result", Cell::Null);
    }
    Ok(())
}

/// Whether what was added to a result has to go, because a result that nobody typed does not go with it.
pub(in crate::compliance) fn clears(result: Option<&str>, extended: Option<&str>) -> bool {
    check_extended(result, extended).is_err()
}

/// What may be said beside a result. `Err` is the sentence of the refusal.
pub(in crate::compliance) fn check_extended(result: Option<&str>, extended: Option<&str>) -> Result<(), &'static str> {
    let result = result.unwrap_or("not_assessed");
    match extended {
        Some("major_nonconformity" | "minor_nonconformity")
            if !matches!(result, "non_compliant" | "partially_compliant") =>
        {
            Err(
                "Major and minor nonconformities are only applicable when result is non-compliant or partially compliant.",
            )
        }
        Some("good_practice") if result != "compliant" => {
            Err("Good practice is only applicable when result is compliant.")
        }
        _ => Ok(()),
    }
}

/// The audit changes with its row; whoever locks it meanwhile waits, or is seen.
async fn rules(saving: &mut Saving<'_>) -> Result<Rules, ApiError> {
    let access = Access::system("a row follows the rules of its audit");
    if let Some(audit) = saving.reference("compliance_assessment") {
        hold(saving.rows, saving.ctx, audit).await?;
    }
    let mut statement = saving.rows.sql(
        "SELECT a.is_locked, a.field_visibility, COALESCE(n.min_score, a.min_score, 0), \
         COALESCE(n.max_score, a.max_score, 100), a.score_calculation_method, n.id, a.folder_id \
         FROM requirement_assessments t JOIN compliance_assessments a ON a.id = t.compliance_assessment_id \
         JOIN requirement_nodes n ON n.id = t.requirement_id WHERE t.id = ",
    );
    statement.bind(saving.id);
    let found = saving
        .rows
        .one(&access, &statement, |row| {
            Ok(Rules {
                is_locked: row.bool(0)?.unwrap_or(false),
                visibility: Visibility::stored(&row.json(1)?.unwrap_or_default()),
                scale: Scale { min: row.int(2)?.unwrap_or(0), max: row.int(3)?.unwrap_or(100) },
                method: row.text(4)?.unwrap_or_default(),
                node: required(row.uuid(5)?)?,
                folder: required(row.uuid(6)?)?,
            })
        })
        .await?;
    found.ok_or(ApiError::NoRow("RequirementAssessment"))
}

#[cfg(test)]
mod tests {
    use super::check_extended;

    #[test]
    fn what_is_said_beside_a_result_has_to_fit_it() {
        let extended = ["major_nonconformity", "minor_nonconformity", "observation_sensitive_point", "good_practice"];
        let fits = |result| extended.map(|extended| check_extended(Some(result), Some(extended)).is_ok());
        assert_eq!(fits("compliant"), [false, false, true, true]);
        assert_eq!(fits("partially_compliant"), [true, true, true, false]);
        assert_eq!(fits("non_compliant"), [true, true, true, false]);
        assert_eq!(fits("not_assessed"), [false, false, true, false]);
        assert!(check_extended(Some("compliant"), None).is_ok());
    }
}
