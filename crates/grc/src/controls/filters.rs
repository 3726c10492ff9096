//! Filters of controls that are no fields.

use super::linked;
use chrono::{NaiveDate, TimeDelta};
use engine::declare::{Kind, link_table};
use engine::{Context, Statement, Verb};
use uuid::Uuid;

/// Days before a date on which it begins to be of interest.
const SOON: i64 = 30;

/// The last day that is soon.
pub(super) fn soon(ctx: &Context) -> NaiveDate {
    (ctx.now() + TimeDelta::days(SOON)).date_naive()
}

fn truth(value: &str) -> Option<bool> {
    match value {
        "true" | "True" => Some(true),
        "false" | "False" => Some(false),
        _ => None,
    }
}

/// Whether somebody owns it.
pub(super) fn is_assigned(_: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    if let Some(wanted) = truth(value) {
        let not = if wanted { "" } else { "NOT " };
        into.push(&format!(" AND t.id {not}IN (SELECT l.source_id FROM applied_controls__owner l)"));
    }
    Ok(())
}

/// Planned for soon or before, and not done.
pub(super) fn todo(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    if let Some(wanted) = truth(value) {
        into.push(if wanted { " AND " } else { " AND NOT " });
        push_todo(ctx, into);
    }
    Ok(())
}

/// Expires soon, or has expired.
pub(super) fn to_review(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    if let Some(wanted) = truth(value) {
        into.push(if wanted { " AND " } else { " AND NOT " });
        push_to_review(ctx, into);
    }
    Ok(())
}

/// The condition of `todo/`.
pub(super) fn push_todo(ctx: &Context, into: &mut Statement) {
    into.push("(t.eta IS NOT NULL AND t.eta <= ").bind(soon(ctx)).push(" AND t.status <> 'active')");
}

/// The condition of [`to_review`].
pub(super) fn push_to_review(ctx: &Context, into: &mut Statement) {
    into.push("(t.expiry_date IS NOT NULL AND t.expiry_date <= ").bind(soon(ctx)).push(")");
}

/// Linked to an object of one kind that the caller may see; `--`: to none of any kind.
pub(super) fn linked_models(ctx: &Context, word: &str, into: &mut Statement) -> Result<(), String> {
    let existing = linked::existing(ctx.engine.registry());
    if word != "--" && !existing.iter().any(|link| link.word == word) {
        into.push(" AND 1=0");
    }
    for link in existing.iter().filter(|link| word == "--" || link.word == word) {
        let not = if word == "--" { "NOT " } else { "" };
        let (table, source) = (link.table(), link.source.table());
        into.push(&format!(
            " AND t.id {not}IN (SELECT l.target_id FROM {table} l JOIN {source} r ON r.id = l.source_id WHERE "
        ));
        ctx.access(link.source, Verb::View).push_linked("r", link.field, into);
        into.push(")");
    }
    Ok(())
}

/// Linked to a requirement of this audit.
pub(super) fn compliance_assessments(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    through(ctx, "requirement-assessments", "compliance_assessment", value, into);
    Ok(())
}

/// Planned for a scenario of this risk assessment.
pub(super) fn risk_assessments(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    through(ctx, "risk-scenarios", "risk_assessment", value, into);
    Ok(())
}

/// Linked to a finding of this assessment.
pub(super) fn findings_assessments(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    through(ctx, "findings", "findings_assessment", value, into);
    Ok(())
}

/// Linked to a visible row of `source` whose reference `field` is this id.
fn through(ctx: &Context, source: &str, field: &str, value: &str, into: &mut Statement) {
    let resource = ctx.engine.registry().get(source).filter(|resource| {
        let holds = |kind: &Kind| matches!(kind, Kind::Reference { .. });
        resource.fields.iter().any(|one| one.name == field && holds(&one.kind))
    });
    let (Some(resource), Ok(id)) = (resource, value.parse::<Uuid>()) else {
        into.push(" AND 1=0");
        return;
    };
    let links = link_table(resource.home(), "applied_controls");
    into.push(&format!(
        " AND t.id IN (SELECT l.target_id FROM {links} l JOIN {} r ON r.id = l.source_id WHERE r.{field}_id = ",
        resource.table()
    ));
    into.bind(id).push(" AND ");
    ctx.access(resource, Verb::View).push_linked("r", "applied_controls", into);
    into.push(")");
}
