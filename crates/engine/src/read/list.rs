//! Lists and single rows.

use super::rows_json::write_ordered;
use super::{Reading, write_rows};
use crate::access::{Access, Verb};
use crate::context::{Context, Query};
use crate::declare::{Resource, Shape};
use crate::error::ApiError;
use crate::plan::{self, Page, Selection};
use crate::rows::Rows;
use std::io::Write as _;
use store::Statement;
use uuid::Uuid;

/// One page of a list, as the bytes of its JSON body.
pub async fn list(ctx: &Context, resource: &Resource, query: &Query, path: &str) -> Result<Vec<u8>, ApiError> {
    list_selected(ctx, resource, query, path, Shape::List).await
}

/// The same in any shape.
pub async fn list_selected(
    ctx: &Context,
    resource: &Resource,
    query: &Query,
    path: &str,
    shape: Shape,
) -> Result<Vec<u8>, ApiError> {
    let rows = ctx.engine.read().await?;
    ctx.engine.in_one_stay(Box::pin(page_of(ctx, rows, resource, query, path, shape, None))).await
}

/// The same, narrowed by a further condition over the alias `t`.
pub async fn list_among(
    ctx: &Context,
    resource: &Resource,
    query: &Query,
    path: &str,
    shape: Shape,
    among: &Statement,
) -> Result<Vec<u8>, ApiError> {
    let rows = ctx.engine.read().await?;
    ctx.engine.in_one_stay(Box::pin(page_of(ctx, rows, resource, query, path, shape, Some(among)))).await
}

async fn page_of(
    ctx: &Context,
    mut rows: Rows,
    resource: &Resource,
    query: &Query,
    path: &str,
    shape: Shape,
    among: Option<&Statement>,
) -> Result<Vec<u8>, ApiError> {
    let access = ctx.access(resource, Verb::View);
    let mut selection = plan::select(ctx, &mut rows, resource, &access, query).await?;
    if let Some(among) = among {
        selection.condition.push(" AND ").append(among);
    }
    let page = Page::of(query);
    let count = count(&mut rows, resource, &access, &selection).await?;
    let ids = page_ids(&mut rows, resource, &access, &selection, page).await?;

    let (next, previous) = page.links(path, query, count);
    let mut out = Vec::with_capacity(128 + ids.len() * 512);
    let _ = write!(out, "{{\"count\":{count},\"next\":{next},\"previous\":{previous},\"results\":[");
    let mut reading = Reading { ctx, rows: &mut rows };
    write_ordered(&mut reading, resource, shape, &ids, &selection.order, &mut out).await?;
    out.extend_from_slice(b"]}");
    Ok(out)
}

/// One row, as the bytes of its JSON body; hidden rows are not found.
pub async fn retrieve(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    shape: Shape,
    id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    let work = async {
        plan::require(ctx, rows, resource, Verb::View, id).await?;
        let mut out = Vec::with_capacity(1024);
        let mut reading = Reading { ctx, rows };
        write_rows(&mut reading, resource, shape, &[id], " ORDER BY t.id", &mut out).await?;
        Ok(out)
    };
    ctx.engine.in_one_stay(work).await
}

pub(super) async fn count(
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    selection: &Selection,
) -> Result<u64, ApiError> {
    let mut statement = rows.sql(&format!("SELECT count(*){}", plan::from(resource)));
    statement.append(&selection.condition);
    rows.total(access, &statement).await
}

pub(super) async fn page_ids(
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    selection: &Selection,
    page: Page,
) -> Result<Vec<Uuid>, ApiError> {
    let mut statement = rows.sql(&format!("SELECT t.id{}", plan::from(resource)));
    statement.append(&selection.condition);
    statement.append(&selection.order).push(&page.clause());
    rows.ids(access, &statement).await
}

/// How many rows are covered.
pub async fn count_visible(ctx: &Context, resource: &Resource, access: &Access) -> Result<u64, ApiError> {
    let mut rows = ctx.engine.read().await?;
    let selection = plan::select(ctx, &mut rows, resource, access, &Query::default()).await?;
    count(&mut rows, resource, access, &selection).await
}
