//! Audits (compliance assessments): one framework, held against one scope.

mod assigned;
mod baseline;
mod change;
mod create;
mod lock;
mod rows;
mod shown;

pub(crate) use assigned::assigned_to;
pub(super) use lock::{hold, hold_all, refuse_locked};
pub(super) use rows::{add as add_rows, name_of};

use super::assignment::audit_is_assigned;
use super::words::{AUDIT_STATUS, METHOD};
use engine::ApiError;
use engine::declare::Shape::{Detail, Write};
use engine::declare::{
    Field, Resource, Scope, Shape, boolean, choice, computed, created_at, date, folder, integer, is_published,
    json as json_field, long_text, number, path, reference, references, reverse, text, updated_at,
};
use engine::write::Saving;
use serde_json::Value;

const DETAIL: &[Shape] = &[Detail];
const WRITE: &[Shape] = &[Write];
const EDIT: &[Shape] = &[Detail, Write];
/// Ends of a scale: far beyond any, and far from where sums overflow.
pub(super) const SCORES: (i64, i64) = (-1_000_000_000, 1_000_000_000);

/// An audit.
pub(super) fn audit() -> Resource {
    let resource = Resource::new("compliance-assessments", "complianceassessment")
        .scope(Scope::Folder)
        .called("ComplianceAssessment", "Compliance assessment", "Compliance assessments")
        .module("compliance")
        .field(path())
        .field(text("ref_id").nullable().max(100).search().filter().order().column())
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable().search())
        .field(text("version").nullable().max(100).default("\"1.0\"").order().column())
        .field(reference("framework", "frameworks").required().refuse().frozen().filter().column().only(LISTED))
        .field(scope_field("framework").only(DETAIL))
        .field(text("framework_name").read_only().nullable().only(&[]).search())
        .field(folder())
        .field(reference("perimeter", "perimeters").only(WRITE).filter().column())
        .field(scope_field("perimeter").only(DETAIL))
        .field(computed("perimeter", "place", "object", |reading, ids| Box::pin(shown::place(reading, ids))).only(LIST))
        .field(choice("status", AUDIT_STATUS).as_code().nullable().default("\"planned\"").filter().order().column())
        .field(boolean("is_locked").nullable())
        .field(date("eta").order())
        .field(date("due_date").order())
        .field(json_field("computed_outcome", "json", anything).nullable().read_only())
        .field(created_at())
        .field(updated_at());
    with_relations(with_scoring(resource))
        .field(
            computed("progress", "progress", "integer", |reading, ids| Box::pin(shown::progress(reading, ids)))
                .column(),
        )
        .field(long_text("observation").nullable().only(EDIT))
        .field(is_published("false").only(EDIT))
        .field(boolean("auto_sync").only(EDIT))
        .field(reference("baseline", "compliance-assessments").frozen().told())
        .field(boolean("create_applied_controls_from_suggestions").frozen().told())
        .assigned_rows(audit_is_assigned)
        .prepare(|preparing| Box::pin(create::prepare(preparing)))
        .before_save(|saving| Box::pin(before_save(saving)))
        .after_save(|saving| Box::pin(after_save(saving)))
}

const LIST: &[Shape] = &[Shape::List];
const LISTED: &[Shape] = &[Shape::List, Write];

/// Scores: the scale, how rows become one, and what is shown of them.
fn with_scoring(resource: Resource) -> Resource {
    let (min, max) = SCORES;
    let switch = |name| {
        computed(name, "switches", "boolean", |reading, ids| Box::pin(shown::switches(reading, ids))).only(DETAIL)
    };
    resource
        .field(json_field("selected_implementation_groups", "texts", texts).nullable().only(WRITE))
        .field(
            computed("selected_implementation_groups", "switches", "array", |reading, ids| {
                Box::pin(shown::switches(reading, ids))
            })
            .only(DETAIL),
        )
        .field(integer("min_score", min, max).nullable().only(EDIT))
        .field(integer("max_score", min, max).nullable().only(EDIT))
        .field(json_field("scores_definition", "scores", scores).nullable().only(WRITE))
        .field(
            computed("scores_definition", "switches", "any", |reading, ids| Box::pin(shown::switches(reading, ids)))
                .only(DETAIL),
        )
        .field(json_field("field_visibility", "visibility", map).only(EDIT))
        .field(choice("score_calculation_method", METHOD).as_code().default("\"average\"").only(EDIT))
        .field(number("target_score").nullable().only(EDIT))
        .field(boolean("anchor_na_to_target").only(EDIT))
        .field(switch("scoring_enabled"))
        .field(switch("show_documentation_score"))
        .field(switch("extended_result_enabled"))
        .field(switch("progress_status_enabled"))
        .field(
            computed("answers_progress", "answers", "integer", |reading, ids| Box::pin(shown::answers(reading, ids)))
                .only(DETAIL),
        )
}

/// Relations; those to kinds that nobody has declared yet are empty until then.
fn with_relations(resource: Resource) -> Resource {
    resource
        .field(reference("campaign", "campaigns").only(EDIT).filter())
        .field(references("authors", "actors").only(EDIT).filter())
        .field(references("reviewers", "actors").only(EDIT).filter())
        .field(references("assets", "assets").only(EDIT).filter())
        .field(references("evidences", "evidences").only(EDIT).filter())
        .field(references("genericcollection", "generic-collections").only(WRITE).filter())
        .field(references("ebios_rm_studies", "ebios-rm-studies").only(&[]).filter())
        .field(reverse("validation_flows", "validation-flows", "compliance_assessments").read_only().only(DETAIL))
}

/// What an audit is about, shown with more than a reference says.
fn scope_field(name: &'static str) -> Field {
    computed(name, "scope", "object", |reading, ids| Box::pin(shown::scope(reading, ids)))
}

async fn before_save(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.is_new { create::defaults(saving).await } else { change::check(saving).await }
}

async fn after_save(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.is_new { create::rows(saving).await } else { change::follow(saving).await }
}

#[expect(clippy::unnecessary_wraps, reason = "the form that a declaration asks for")]
fn anything(_: &Value) -> Result<(), Vec<String>> {
    Ok(())
}

/// By field; what is said of a field is looked at when it is merged.
fn map(value: &Value) -> Result<(), Vec<String>> {
    if value.is_object() { Ok(()) } else { Err(vec!["Expected a map of fields.".into()]) }
}

/// Scores with their names: a list, or lists under the names of scales.
fn scores(value: &Value) -> Result<(), Vec<String>> {
    let list = |value: &Value| {
        value.as_array().is_some_and(|list| list.iter().all(|one| one["score"].is_i64() || one["score"].is_u64()))
    };
    let fine = match value {
        Value::Object(scales) => scales.values().all(list),
        other => list(other),
    };
    if fine { Ok(()) } else { Err(vec!["Expected a list of scores.".into()]) }
}

/// A list of texts.
fn texts(value: &Value) -> Result<(), Vec<String>> {
    match value {
        Value::Array(list) if list.iter().all(Value::is_string) => Ok(()),
        _ => Err(vec!["Expected a list of texts.".into()]),
    }
}
