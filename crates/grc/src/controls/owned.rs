//! The controls of some people, teams or organisations.

use engine::declare::{Shape, link_table};
use engine::read::{Reading, write_rows};
use engine::{ApiError, Cell, Context, Rows, Verb};
use serde_json::Value;
use uuid::Uuid;

/// Rows of one answer that is no page.
const MOST: usize = 5000;

/// Controls, and how far they are.
#[derive(Debug)]
pub(crate) struct Owned {
    /// Their details, the most urgent first.
    pub(crate) details: Vec<Value>,
    /// Mean progress, in whole percent.
    pub(crate) progress: i64,
}

/// What these actors own, as far as the caller may see it.
pub(crate) async fn owned_by(ctx: &Context, rows: &mut Rows, actors: &[Uuid]) -> Result<Owned, ApiError> {
    let resource = ctx.engine.registry().get("applied-controls").ok_or(ApiError::NotFound)?;
    let access = ctx.access(resource, Verb::View);
    let owner = link_table(resource.home(), "owner");
    let mut statement = rows.sql(&format!(
        "SELECT t.id FROM {} t WHERE t.id IN (SELECT l.source_id FROM {owner} l WHERE ",
        resource.table()
    ));
    statement.bind_in("l.target_id", Cell::Uuids(actors.to_vec())).push(") AND ");
    access.push_condition("t", &mut statement);
    let order = " ORDER BY CASE WHEN t.eta IS NULL THEN 1 ELSE 0 END, t.eta, t.id";
    statement.push(order).push(&format!(" LIMIT {MOST}"));
    let ids = rows.ids(&access, &statement).await?;
    let mut out = vec![b'['];
    write_rows(&mut Reading { ctx, rows }, resource, Shape::Detail, &ids, order, &mut out).await?;
    out.push(b']');
    let details: Vec<Value> = serde_json::from_slice(&out).map_err(|error| ApiError::Internal(error.to_string()))?;
    let sum: i64 = details.iter().filter_map(|control| control["progress_field"].as_i64()).sum();
    let count = i64::try_from(details.len()).unwrap_or(i64::MAX).max(1);
    Ok(Owned { details, progress: sum / count })
}
