//! Links of a row: which are set, and who may set them when they are kept in the rows at their other end.

use crate::access::{Access, Verb};
use crate::context::Context;
use crate::declare::{Kind, Relinking, Resource, link_table};
use crate::error::ApiError;
use crate::plan;
use crate::rows::Rows;
use store::Value;
use uuid::Uuid;

/// Sets a relation to exactly these ids, as far as the caller can see: relatives that are
/// hidden, or that keep the link to themselves, stay. Returns what was and what is, when it changed.
pub(super) async fn relink(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    id: Uuid,
    name: &str,
    wanted: &[Uuid],
) -> Result<Option<(Vec<Uuid>, Vec<Uuid>)>, ApiError> {
    let Some(field) = resource.stored(name).filter(|field| !field.told) else { return Ok(None) };
    let (table, near, far, target, by) = match field.kind {
        Kind::References { target } => (resource.links(name), "source_id", "target_id", target, None),
        Kind::Reverse { source, field } => (link_table(source, field), "target_id", "source_id", source, Some(field)),
        _ => return Ok(None),
    };
    if ctx.engine.registry().get(target).is_none() {
        return Ok(None);
    }
    let mut statement = rows.sql(&format!("SELECT l.{far} FROM {table} l WHERE l.{near} = "));
    statement.bind(id).push(" ORDER BY l.position");
    let all = rows.ids(access, &statement).await?;
    let old = plan::telling_among(ctx, rows, target, by, &all).await?;
    let old: Vec<Uuid> = all.into_iter().filter(|one| old.contains(one)).collect();
    if old == wanted {
        return Ok(None);
    }
    let gone: Vec<Uuid> = old.iter().filter(|one| !wanted.contains(one)).copied().collect();
    if let Kind::Reverse { field, .. } = field.kind {
        let come = wanted.iter().filter(|one| !old.contains(one));
        let mut others: Vec<Uuid> = gone.iter().chain(come).copied().collect();
        others.sort_unstable();
        others.dedup();
        let own = ctx.engine.registry().get(target).ok_or(ApiError::NotFound)?;
        may_relink(ctx, rows, own, field, &others).await?;
    }
    if !gone.is_empty() {
        let mut statement = rows.sql(&format!("DELETE FROM {table} WHERE {near} = "));
        statement.bind(id).push(" AND ").bind_in(far, Value::Uuids(gone));
        rows.execute(access, &statement).await?;
    }
    for (position, one) in wanted.iter().enumerate() {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let mut statement = rows.sql(&format!("INSERT INTO {table} ({near}, {far}, position) VALUES ("));
        statement.bind(id).push(", ").bind(*one).push(", ").bind(position);
        statement.push(") ON CONFLICT (source_id, target_id) DO UPDATE SET position = excluded.position");
        rows.execute(access, &statement).await?;
    }
    Ok(Some((old, wanted.to_vec())))
}

/// Refuses to change links of rows from their other end as a change of the rows themselves would be refused: whoever may
/// not change each of them, and what their own rules say.
pub async fn may_relink(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    field: &'static str,
    ids: &[Uuid],
) -> Result<(), ApiError> {
    if ids.is_empty() {
        return Ok(());
    }
    let access = ctx.access(resource, Verb::Change);
    let mut statement = rows.sql(&format!("SELECT t.id FROM {} t WHERE ", resource.table()));
    statement.bind_in("t.id", Value::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    if rows.ids(&access, &statement).await?.len() < ids.len() {
        return Err(ApiError::Forbidden);
    }
    match resource.hooks.before_relink {
        Some(hook) => hook(&mut Relinking { ctx, field, ids, rows }).await,
        None => Ok(()),
    }
}
