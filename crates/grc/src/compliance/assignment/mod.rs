//! Requirement assignments: rows of an audit that somebody has to answer, and how far that has come.
//!
//! They also decide what respondents see: the conditions at the end are what "assigned" means for
//! audits, their rows and assignments themselves.

mod dashboard;
mod events;
mod guard;
mod list;
mod rules;
mod transition;

pub(super) use dashboard::{dashboard, is_auditee};
pub(super) use guard::refuse_handed_in;

use engine::declare::{
    Choices, Resource, Scope, Shape, choice, computed, created_at, folder, get, is_published, post, reference,
    references, updated_at,
};
use engine::{Statement, Verb};
use uuid::Uuid;

/// Nobody has been told yet.
const DRAFT: &str = "draft";
/// Somebody answers.
const IN_PROGRESS: &str = "in_progress";
/// The answers are handed in.
const SUBMITTED: &str = "submitted";
/// They were accepted.
const CLOSED: &str = "closed";
/// They were sent back.
const CHANGES_REQUESTED: &str = "changes_requested";

const STATUS: Choices = &[
    (DRAFT, "Draft"),
    (IN_PROGRESS, "In progress"),
    (SUBMITTED, "Submitted"),
    (CLOSED, "Closed"),
    (CHANGES_REQUESTED, "Changes requested"),
];

const READ: &[Shape] = &[Shape::List, Shape::Detail];

/// An assignment.
pub(super) fn requirement_assignment() -> Resource {
    Resource::new("requirement-assignments", "requirementassignment")
        .scope(Scope::Folder)
        .called("RequirementAssignment", "Requirement assignment", "Requirement assignments")
        .module("compliance")
        .label("(SELECT xl.name FROM compliance_assessments xl WHERE xl.id = {t}.compliance_assessment_id)", "status")
        .ordered_by(&["created_at"])
        .field(folder())
        .field(
            reference("compliance_assessment", "compliance-assessments")
                .required()
                .cascade()
                .frozen()
                .filter()
                .column(),
        )
        .field(references("actor", "actors").required().filter().column())
        .field(references("requirement_assessments", "requirement-assessments").column())
        .field(computed("events", "events", "array", |reading, ids| Box::pin(events::shown(reading, ids))).only(READ))
        .field(created_at())
        .field(updated_at())
        .field(is_published("false"))
        .field(choice("status", STATUS).as_code().read_only().default("\"draft\"").filter().column())
        .assigned_rows(is_assigned)
        .prepare(|preparing| Box::pin(rules::prepare(preparing)))
        .before_save(|saving| Box::pin(rules::check(saving)))
        .before_delete(|saving| Box::pin(rules::check_delete(saving)))
        .action(get("requirements_list").on_item().needs(Verb::View).run(|call| Box::pin(list::requirements(call))))
        .action(post("set_status").on_item().needs(Verb::View).run(|call| Box::pin(transition::set_status(call))))
}

/// An assignment is assigned to its actors.
fn is_assigned(alias: &str, user: Uuid, into: &mut Statement) {
    into.push(&format!("{alias}.id IN (SELECT xl.source_id FROM requirement_assignments__actor xl WHERE "));
    iam::people::push_acts_as("xl.target_id", user, into);
    into.push(")");
}

/// A row of an audit is assigned to whoever one of its assignments is assigned to.
pub(super) fn row_is_assigned(alias: &str, user: Uuid, into: &mut Statement) {
    names_assigned_row(&format!("{alias}.id"), user, into);
}

/// The same for whatever names a row in this column.
pub(super) fn names_assigned_row(column: &str, user: Uuid, into: &mut Statement) {
    into.push(&format!(
        "{column} IN (SELECT xr.target_id FROM requirement_assignments__requirement_assessments xr \
         JOIN requirement_assignments__actor xl ON xl.source_id = xr.source_id WHERE "
    ));
    iam::people::push_acts_as("xl.target_id", user, into);
    into.push(")");
}

/// So is the audit.
pub(super) fn audit_is_assigned(alias: &str, user: Uuid, into: &mut Statement) {
    into.push(&format!(
        "{alias}.id IN (SELECT xr.compliance_assessment_id FROM requirement_assignments xr \
         JOIN requirement_assignments__actor xl ON xl.source_id = xr.id WHERE "
    ));
    iam::people::push_acts_as("xl.target_id", user, into);
    into.push(")");
}
