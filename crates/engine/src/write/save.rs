//! What creating and changing a row have in common.
//!
//! The order of things: what the caller may do, what the body says, what it refers to, taken
//! names, the resource's own rules, the row, its links, the audit entry. Any refusal leaves
//! nothing behind.

use super::relink::relink;
use super::row::{Cells, change, differences, insert};
use super::saving::derived;
use super::validate::Values;
use super::{Saving, folder, unique};
use crate::access::Access;
use crate::audit::{self, Entry};
use crate::context::Context;
use crate::declare::{Resource, Scope};
use crate::error::{ApiError, FieldErrors};
use crate::read::{Reading, write_rows};
use crate::rows::Rows;
use serde_json::json;
use store::Value;
use uuid::Uuid;

pub(super) fn folder_name(resource: &Resource) -> &'static str {
    if resource.scope == Scope::Itself { "parent_folder" } else { "folder" }
}

pub(super) fn errors_so_far(errors: &mut FieldErrors) -> Result<(), ApiError> {
    std::mem::take(errors).into_result()
}

/// A name is looked at when it is new, and, where the rule says so, when it or its folder changes.
pub(super) async fn check_name(
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
    folder: Uuid,
    before: &Cells,
    values: &Values,
) -> Result<(), ApiError> {
    let Some(rule) = &resource.unique else { return Ok(()) };
    let named = values.get(rule.field).is_some() || (rule.in_folder && values.get(folder_name(resource)).is_some());
    if !named || !(before.is_empty() || rule.on_update) {
        return Ok(());
    }
    match values.get(rule.field).or_else(|| before.get(rule.field)) {
        Some(Value::Text(name)) => unique::check(rows, resource, rule, id, folder, name).await,
        _ => Ok(()),
    }
}

/// The common half of creating and changing: hooks, row, links, audit.
#[expect(clippy::too_many_arguments, reason = "one transaction's state, handed down once")]
pub(super) async fn save(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
    before: &Cells,
    values: &mut Values,
    folder: Uuid,
    access: &Access,
) -> Result<(), ApiError> {
    let is_new = before.is_empty();
    let mut errors = FieldErrors::default();
    if let Some(hook) = resource.hooks.before_save {
        hook(&mut Saving { ctx, resource, id, is_new, before, values, errors: &mut errors, rows }).await?;
        errors_so_far(&mut errors)?;
    }
    let now = ctx.now();
    let cell = |name: &str| values.get(name).or_else(|| before.get(name)).cloned();
    let (key, search) = derived(resource, cell);
    let statement = if is_new {
        insert(rows, resource, id, values, folder, now, (key, search))
    } else {
        change(rows, resource, id, values, now, (key, search))
    };
    rows.execute(access, &statement).await.map_err(|error| taken(error, resource, before, values))?;
    let mut changes = differences(before, values);
    for (name, ids) in &values.links {
        if let Some((old, new)) = relink(ctx, rows, resource, access, id, name, ids).await? {
            changes.insert((*name).to_owned(), json!([old, new]));
        }
    }
    if let Some(field) = resource.blob_field()
        && let (Some(Value::Uuid(old)), Some(new)) = (before.get(field.name), values.get(field.name))
        && *new != Value::Uuid(*old)
    {
        rows.doom(&ctx.engine, *old);
    }
    if !is_new && values.get("folder").is_some_and(|there| before.get("folder") != Some(there)) {
        folder::take_along(ctx, rows, resource.path, vec![id], folder).await?;
    }
    if resource.affects_access {
        audit::move_epoch(rows, access).await?;
    }
    if let Some(hook) = resource.hooks.after_save {
        hook(&mut Saving { ctx, resource, id, is_new, before, values, errors: &mut errors, rows }).await?;
        errors_so_far(&mut errors)?;
    }
    changes.extend(std::mem::take(&mut values.noted));
    let label = values.get(resource.label_field).or_else(|| before.get(resource.label_field));
    let name = match label {
        Some(Value::Text(name)) => name.clone(),
        _ => String::new(),
    };
    let entry = Entry {
        action: if is_new { "create" } else { "update" },
        resource: resource.path,
        object: Some(id),
        name,
        folder: Some(if resource.scope == Scope::Itself { id } else { folder }),
        changes,
    };
    audit::record(ctx, rows, entry).await
}

/// A unique index was faster than the check before it: two requests raced for the name.
pub(super) fn taken(error: ApiError, resource: &Resource, before: &Cells, values: &Values) -> ApiError {
    let name = values.get(resource.label_field).or_else(|| before.get(resource.label_field));
    match (error, &resource.unique, name) {
        (ApiError::Taken(_), Some(unique), Some(Value::Text(name))) => ApiError::refused(400, (unique.refusal)(name)),
        (error, ..) => error,
    }
}

/// The write shape of a row inside the transaction that saved it.
pub(super) async fn write_shape(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    let mut out = Vec::with_capacity(1024);
    let mut reading = Reading { ctx, rows };
    write_rows(&mut reading, resource, resource.object_shape, &[id], " ORDER BY t.id", &mut out).await?;
    Ok(out)
}
