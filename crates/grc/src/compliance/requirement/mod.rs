//! Rows of audits (requirement assessments): what was found of one requirement.

mod actions;
mod answer;
mod change;
mod filters;
mod hidden;
mod relink;
mod shown;
mod texts;

pub(super) use answer::selected;
pub(super) use change::clears;
pub(super) use hidden::HIDEABLE;
pub(super) use shown::perimeter;
pub(super) use texts::texts;

use super::assignment::row_is_assigned;
use super::audit::SCORES;
use super::words::{ALIGNMENT, EXTENDED_RESULT, RESULT, STATUS};
use engine::Verb;
use engine::declare::{
    Field, Resource, Scope, Shape, Takes, boolean, choice, computed, created_at, date, folder, get, integer,
    is_published, json as json_field, long_text, number, post, reference, references, text, updated_at,
};

const WRITE: &[Shape] = &[Shape::Write];
const READ: &[Shape] = &[Shape::List, Shape::Detail];

/// A row of an audit.
pub(super) fn requirement_assessment() -> Resource {
    let resource = Resource::new("requirement-assessments", "requirementassessment")
        .scope(Scope::Folder)
        .called("RequirementAssessment", "Requirement assessment", "Requirement assessments")
        .module("compliance")
        .part_of("compliance-assessments")
        .assigned_rows(row_is_assigned)
        .ordered_by(&["created_at", "compliance_assessment", "position"])
        .field(text("name").read_only().only(&[]).search())
        .field(shown("name", "string").column())
        .field(shown("description", "string"))
        .field(
            reference("compliance_assessment", "compliance-assessments")
                .required()
                .cascade()
                .frozen()
                .only(WRITE)
                .filter(),
        )
        .field(shown("compliance_assessment", "object").column())
        .field(folder().read_only())
        .field(shown("perimeter", "object"))
        .field(shown("assessable", "boolean"))
        .field(reference("requirement", "requirement-nodes").required().cascade().read_only().only(WRITE))
        .field(shown("requirement", "object"))
        .field(integer("position", 0, i64::MAX).read_only().only(&[]))
        .field(shown("is_locked", "boolean"));
    let resource = with_findings(resource)
        .field(references("evidences", "evidences").filter())
        .field(references("applied_controls", "applied-controls").filter())
        .field(references("security_exceptions", "security-exceptions").filter())
        .field(date("eta").order())
        .field(date("due_date").order())
        .field(created_at().only(READ))
        .field(updated_at().only(READ))
        .field(is_published("false"));
    with_filters(resource)
        .leaves_out(|reading, shape, ids| Box::pin(hidden::left_out(reading, shape, ids)))
        .withholds(hidden::FROM_RESPONDENTS)
        .before_save(|saving| Box::pin(change::check(saving)))
        .after_save(|saving| Box::pin(answer::follow(saving)))
        .before_relink(|relinking| Box::pin(relink::check(relinking)))
        .action(
            get("suggestions/applied-controls")
                .on_item()
                .needs(Verb::View)
                .run(|call| Box::pin(actions::preview(call))),
        )
        .action(
            post("suggestions/applied-controls")
                .on_item()
                .needs(Verb::Change)
                .run(|call| Box::pin(actions::suggest(call))),
        )
        .action(get("per_status").needs(Verb::View).run(|call| Box::pin(actions::per_status(call))))
        .action(get("todo").needs(Verb::View).run(|call| Box::pin(actions::todo(call))))
        .action(get("to_review").needs(Verb::View).run(|call| Box::pin(actions::to_review(call))))
        .action(get("updatables").needs(Verb::View).run(|call| Box::pin(actions::updatables(call))))
}

/// What was found: five dimensions that say nothing of each other.
fn with_findings(resource: Resource) -> Resource {
    let (min, max) = SCORES;
    let score = |name| integer(name, min, max).nullable();
    resource
        .field(choice("status", STATUS).as_code().default("\"to_do\"").filter().order().column())
        .field(choice("result", RESULT).as_code().default("\"not_assessed\"").filter().order().column())
        .field(choice("extended_result", EXTENDED_RESULT).as_code().nullable().filter())
        .field(boolean("is_scored"))
        .field(score("score").order())
        .field(score("documentation_score"))
        .field(number("target_score").nullable())
        .field(shown("effective_min_score", "integer"))
        .field(shown("effective_max_score", "integer"))
        .field(shown("effective_scores_definition", "any"))
        .field(long_text("observation").nullable().search())
        .field(choice("respondent_alignment", ALIGNMENT).as_code().nullable())
        .field(boolean("selected").default("true"))
        .field(json_field("answers", "answers", |_| Ok(())).default("{}").only(&[]))
        .field(shown("answers", "object"))
        .field(json_field("mapping_inference", "json", |_| Ok(())).default("{}"))
}

fn with_filters(resource: Resource) -> Resource {
    resource
        .filter("compliance_assessment__assets__ref_id", Takes::Text, filters::asset_ref_id)
        .filter("compliance_assessment__perimeter", Takes::Id, filters::perimeter)
        .filter("compliance_assessment__perimeter__name", Takes::Text, filters::perimeter_name)
        .filter("compliance_assessment__ref_id", Takes::Text, filters::audit_ref_id)
        .filter("folder__name", Takes::Text, filters::folder_name)
        .filter("requirement__assessable", Takes::Truth, filters::assessable)
        .filter("requirement__ref_id", Takes::Text, filters::node_ref_id)
        .filter("requirement__urn", Takes::Text, filters::node_urn)
}

/// A field that comes from the node or from the audit.
fn shown(name: &'static str, schema: &'static str) -> Field {
    computed(name, "context", schema, |reading, ids| Box::pin(shown::context(reading, ids)))
}
