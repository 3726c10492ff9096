//! From a query string to SQL: which rows, in which order, which page.
//!
//! Every statement made here carries the condition of an [`Access`]; there is no way to plan
//! a list without one.

mod filter;
mod order;
mod page;
mod search;

pub use filter::moment;
pub(crate) use filter::{telling_among, visible_among};
pub use page::Page;

use crate::access::{Access, Verb};
use crate::context::{Context, Query};
use crate::declare::{Kind, Resource};
use crate::error::{ApiError, FieldErrors};
use crate::rows::Rows;
use store::Statement;

/// Conditions of one kind in a query: databases bound how deep an expression goes.
const MOST_CONDITIONS: usize = 32;

/// Which rows of a resource are meant, ready to be appended after `FROM table t`.
#[derive(Debug)]
pub struct Selection {
    /// ` WHERE …`
    pub condition: Statement,
    /// ` ORDER BY …`
    pub order: Statement,
}

/// Plans a list: access, filters, search and order.
pub async fn select(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    query: &Query,
) -> Result<Selection, ApiError> {
    if ctx.strict {
        refuse_unknown(resource, query)?;
    }
    let mut condition = rows.sql(" WHERE ");
    access.push_condition("t", &mut condition);
    filter::push(ctx, rows, resource, access, query, &mut condition).await?;
    search::push(ctx, resource, access, query, &mut condition)?;
    let mut order = rows.statement();
    order::push(resource, access, query.last("ordering"), &mut order);
    Ok(Selection { condition, order })
}

/// Names of all query parameters that a list of this resource understands.
pub fn parameters(resource: &Resource) -> Vec<String> {
    let mut names: Vec<String> = ["id", "limit", "offset", "ordering", "search"].map(String::from).into();
    names.extend(resource.filters.iter().map(|filter| filter.name.to_owned()));
    for field in resource.fields.iter().filter(|field| field.filter) {
        names.push(field.name.to_owned());
        if field.nullable && matches!(field.kind, Kind::Reference { .. }) {
            names.push(format!("{}__isnull", field.name));
        }
        if matches!(field.kind, Kind::Text { .. } | Kind::Email) {
            names.push(format!("{}__icontains", field.name));
        }
    }
    for field in resource.fields.iter().filter(|field| field.filter && matches!(field.kind, Kind::Date)) {
        names.extend(filter::DAY_SUFFIXES.map(|(suffix, _)| format!("{}__{suffix}", field.name)));
    }
    for field in resource.fields.iter().filter(|field| matches!(field.kind, Kind::Time)) {
        names.extend(["gte", "lt"].map(|end| format!("{}__{end}", field.name)));
    }
    names.sort();
    names.dedup();
    names
}

/// Strict mode: a parameter that would be ignored is an error that names it.
fn refuse_unknown(resource: &Resource, query: &Query) -> Result<(), ApiError> {
    let known = parameters(resource);
    let mut errors = FieldErrors::default();
    for (name, _) in query.pairs() {
        if name != "format" && !known.contains(name) {
            errors.add(name, "Unknown query parameter.");
        }
    }
    errors.into_result()
}

/// `FROM` with the alias that all planned conditions use.
pub(crate) fn from(resource: &Resource) -> String {
    format!(" FROM {} t", resource.table())
}

/// Whether a row is visible, and if so in which folder it stands.
pub(crate) async fn locate(
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    id: uuid::Uuid,
) -> Result<Option<uuid::Uuid>, ApiError> {
    let folder = if resource.scope == crate::declare::Scope::Itself { "id" } else { "folder_id" };
    let mut statement = rows.sql(&format!("SELECT t.{folder}{} WHERE t.id = ", from(resource)));
    statement.bind(id).push(" AND ");
    access.push_condition("t", &mut statement);
    rows.one(access, &statement, |row| crate::rows::required(row.uuid(0)?)).await
}

/// Finds a row that the caller may see and `verb`: 404 when hidden, 403 when only seen.
pub(crate) async fn require(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    verb: Verb,
    id: uuid::Uuid,
) -> Result<uuid::Uuid, ApiError> {
    let folder =
        locate(rows, resource, &ctx.access(resource, Verb::View), id).await?.ok_or_else(|| resource.not_found())?;
    let access = ctx.access(resource, verb);
    if verb == Verb::View || access.covers(folder) {
        return Ok(folder);
    }
    if access.covers_assigned(folder) && locate(rows, resource, &access, id).await?.is_some() {
        return Ok(folder);
    }
    Err(ApiError::Forbidden)
}
