//! Filters of rows by what their audit or their node says.

use engine::{Cell, Context, Statement, Verb};
use uuid::Uuid;

/// Opens a condition on audits that the caller sees.
fn audits(ctx: &Context, into: &mut Statement, rest: &str) {
    into.push(" AND t.compliance_assessment_id IN (SELECT a.id FROM compliance_assessments a");
    into.push(rest).push(" WHERE ");
    visible(ctx, "compliance-assessments", "a", into);
}

fn visible(ctx: &Context, path: &str, alias: &str, into: &mut Statement) {
    match ctx.engine.registry().get(path) {
        Some(resource) => ctx.access(resource, Verb::View).push_condition(alias, into),
        None => drop(into.push("1=0")),
    }
}

/// NUL has no place in a text of PostgreSQL.
fn word(value: &str) -> Cell {
    Cell::Text(value.replace('\0', ""))
}

/// By an asset of the audit.
pub(super) fn asset_ref_id(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    let links = " JOIN compliance_assessments__assets l ON l.source_id = a.id JOIN assets s ON s.id = l.target_id";
    audits(ctx, into, links);
    into.push(" AND ");
    visible(ctx, "assets", "s", into);
    into.push(" AND lower(s.ref_id) = lower(").bind(word(value)).push("))");
    Ok(())
}

/// By the perimeter of the audit.
pub(super) fn perimeter(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    let id: Uuid = value.parse().map_err(|_| format!("“{value}” is not a valid value."))?;
    audits(ctx, into, " JOIN perimeters p ON p.id = a.perimeter_id");
    into.push(" AND ");
    visible(ctx, "perimeters", "p", into);
    into.push(" AND p.id = ").bind(id).push(")");
    Ok(())
}

/// By its name.
pub(super) fn perimeter_name(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    audits(ctx, into, " JOIN perimeters p ON p.id = a.perimeter_id");
    into.push(" AND ");
    visible(ctx, "perimeters", "p", into);
    into.push(" AND p.name_key = ").bind(word(&value.to_lowercase())).push(")");
    Ok(())
}

/// By the reference of the audit.
pub(super) fn audit_ref_id(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    audits(ctx, into, "");
    into.push(" AND lower(a.ref_id) = lower(").bind(word(value)).push("))");
    Ok(())
}

/// By the name of the folder.
pub(super) fn folder_name(_: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    // A row that is seen shows the name of its folder.
    into.push(" AND t.folder_id IN (SELECT f.id FROM folders f WHERE f.name_key = ");
    into.bind(word(&value.to_lowercase())).push(")");
    Ok(())
}

fn nodes(into: &mut Statement) -> &mut Statement {
    into.push(" AND t.requirement_id IN (SELECT n.id FROM requirement_nodes n WHERE ")
}

/// Requirements, or sections.
pub(super) fn assessable(_: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    match value {
        "true" | "True" => drop(nodes(into).push("n.assessable)")),
        "false" | "False" => drop(nodes(into).push("NOT n.assessable)")),
        _ => {}
    }
    Ok(())
}

/// By the reference of the node.
pub(super) fn node_ref_id(_: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    nodes(into).push("lower(n.ref_id) = lower(").bind(word(value)).push("))");
    Ok(())
}

/// By the urn of the node.
pub(super) fn node_urn(_: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    nodes(into).push("n.urn = ").bind(word(&value.to_lowercase())).push(")");
    Ok(())
}
