//! The audits of some people, teams or organisations.

use engine::declare::Shape;
use engine::read::{Reading, write_rows};
use engine::{ApiError, Cell, Context, Rows, Verb};
use serde_json::Value;
use uuid::Uuid;

/// Rows of one answer that is no page.
const MOST: usize = 5000;

/// Details of the audits that these actors write, review, or have to answer in, the most urgent first, as far as the
/// caller sees them.
pub(crate) async fn assigned_to(ctx: &Context, rows: &mut Rows, actors: &[Uuid]) -> Result<Vec<Value>, ApiError> {
    let resource = ctx.engine.registry().get("compliance-assessments").ok_or(ApiError::NotFound)?;
    let access = ctx.access(resource, Verb::View);
    let actors = || Cell::Uuids(actors.to_vec());
    let mut statement = rows.sql("SELECT t.id FROM compliance_assessments t WHERE (");
    for field in ["authors", "reviewers"] {
        statement.push(&format!("t.id IN (SELECT l.source_id FROM {} l WHERE ", resource.links(field)));
        statement.bind_in("l.target_id", actors()).push(") OR ");
    }
    statement.push(
        "t.id IN (SELECT s.compliance_assessment_id FROM requirement_assignments s \
         JOIN requirement_assignments__actor l ON l.source_id = s.id WHERE ",
    );
    statement.bind_in("l.target_id", actors()).push(")) AND ");
    access.push_condition("t", &mut statement);
    let order = " ORDER BY CASE WHEN t.due_date IS NULL THEN 1 ELSE 0 END, t.due_date, t.name_key, t.id";
    statement.push(order).push(&format!(" LIMIT {MOST}"));
    let ids = rows.ids(&access, &statement).await?;
    let mut out = vec![b'['];
    write_rows(&mut Reading { ctx, rows }, resource, Shape::Detail, &ids, order, &mut out).await?;
    out.push(b']');
    serde_json::from_slice(&out).map_err(|error| ApiError::Internal(error.to_string()))
}
