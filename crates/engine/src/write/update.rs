//! Changing a row.

use super::row::{Cells, etag, etag_of, stored};
use super::save::{check_name, errors_so_far, folder_name, save, write_shape};
use super::validate::{self, Completeness, Values};
use super::{folder, reference};
use crate::access::{Access, Verb};
use crate::context::{Body, Context};
use crate::declare::{Kind, Resource, Scope};
use crate::error::{ApiError, FieldErrors};
use crate::plan;
use crate::rows::Rows;
use store::Value;
use uuid::Uuid;

/// What kind of change a body asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// PUT: required fields must be named.
    Replace,
    /// PATCH: only what is named changes.
    Patch,
}

/// Changes a row; answers its write shape, and the validator that the next change of it may name.
pub async fn update(
    ctx: &Context,
    resource: &Resource,
    id: Uuid,
    mode: Mode,
    body: &Body,
) -> Result<(Vec<u8>, String), ApiError> {
    let mut rows = ctx.engine.write().await?;
    update_in(ctx, &mut rows, resource, id, mode, body).await?;
    let out = write_shape(ctx, &mut rows, resource, id).await?;
    let etag = etag_of(&mut rows, resource, &ctx.access(resource, Verb::Change), id).await?;
    rows.commit().await?;
    Ok((out, etag))
}

/// Changes a row inside a transaction of the caller's.
pub async fn update_in(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
    mode: Mode,
    body: &Body,
) -> Result<(), ApiError> {
    let old_folder = plan::require(ctx, rows, resource, Verb::Change, id).await?;
    let access = ctx.access(resource, Verb::Change);
    let before = stored(rows, resource, &access, id).await?.ok_or_else(|| resource.not_found())?;
    refuse_other_version(ctx, &before)?;
    change_in(ctx, rows, resource, id, mode, body, (before, old_folder), &access).await
}

/// What whoever changes a row says of its version has to be true.
pub(super) fn refuse_other_version(ctx: &Context, before: &Cells) -> Result<(), ApiError> {
    let Some(wanted) = &ctx.if_match else { return Ok(()) };
    let mut tags = wanted.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
    let current = etag(before.get("updated_at"));
    if tags.any(|tag| tag == "*" || tag == current) { Ok(()) } else { Err(ApiError::PreconditionFailed) }
}

/// Changes a row with a right of another kind than the caller's own: a part of something that the caller may write.
pub async fn update_as(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    id: Uuid,
    body: &Body,
) -> Result<(), ApiError> {
    let (before, folder) = found(ctx, rows, resource, access, id).await?;
    change_in(ctx, rows, resource, id, Mode::Patch, body, (before, folder), access).await
}

/// Sets cells that no body may set, in a row that the caller was found to be allowed to change.
pub async fn set(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    id: Uuid,
    mut values: Values,
) -> Result<(), ApiError> {
    let (before, folder) = found(ctx, rows, resource, access, id).await?;
    save(ctx, rows, resource, id, &before, &mut values, folder, access).await
}

/// A row that the caller's own code was told to change, and its folder.
async fn found(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    id: Uuid,
) -> Result<(Cells, Uuid), ApiError> {
    let cells = stored(rows, resource, access, id).await?.ok_or(ApiError::NoRow(resource.type_name))?;
    let folder = match cells.get(folder_name(resource)) {
        Some(Value::Uuid(folder)) => *folder,
        _ => ctx.principal.grants().tree().root(),
    };
    Ok((cells, folder))
}

/// The common half of both.
#[expect(clippy::too_many_arguments, reason = "one transaction's state, handed down once")]
async fn change_in(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
    mode: Mode,
    body: &Body,
    (before, old_folder): (Cells, Uuid),
    access: &Access,
) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    if ctx.strict {
        validate::unknown(resource, body, &mut errors);
    }
    let completeness = if mode == Mode::Replace { Completeness::Whole } else { Completeness::Part };
    let mut values = validate::read(resource, body, completeness, &mut errors);
    keep_hidden(ctx, rows, resource, &before, &mut values).await?;
    if matches!(before.get(resource.protected_by.unwrap_or_default()), Some(Value::Bool(true))) {
        // Parts of the product keep their name; the contract answers 200 and ignores it.
        values.cells.retain(|(name, _)| *name != resource.label_field);
    }
    reference::check(ctx, rows, resource, &values, &mut errors).await?;
    if let Some(there) = folder::followed(ctx, rows, resource, &values, &errors).await? {
        values.set("folder", there);
    }
    let folder_field = folder_name(resource);
    if resource.scope != Scope::Root
        && let Some(target) = values.get(folder_field)
    {
        // Null on a folder that may not be null was refused above; null moves to the root.
        let target = match target {
            Value::Uuid(id) => *id,
            _ => ctx.principal.grants().tree().root(),
        };
        let old = if resource.scope == Scope::Itself {
            before.get("parent_folder").cloned()
        } else {
            Some(old_folder.into())
        };
        let moved = old != Some(Value::Uuid(target));
        let known = errors.to_json().get(folder_field).is_none();
        if moved && known && !ctx.access(resource, Verb::Add).covers(target) {
            return Err(ApiError::forbidden_folder());
        }
        values.set(if resource.scope == Scope::Itself { "parent_folder" } else { "folder" }, target);
    }
    errors_so_far(&mut errors)?;
    let folder = match values.get(folder_field) {
        Some(Value::Uuid(folder)) => *folder,
        _ => match before.get(folder_field) {
            Some(Value::Uuid(folder)) => *folder,
            _ => old_folder,
        },
    };
    check_name(rows, resource, id, folder, &before, &values).await?;
    save(ctx, rows, resource, id, &before, &mut values, folder, access).await
}

/// A reference to something that the caller cannot see reads as null, so null leaves it as it is.
async fn keep_hidden(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    before: &Cells,
    values: &mut Values,
) -> Result<(), ApiError> {
    for field in &resource.fields {
        if let (Kind::Reference { target, .. }, Some(Value::Null), Some(Value::Uuid(old))) =
            (&field.kind, values.get(field.name), before.get(field.name))
            && plan::visible_among(ctx, rows, target, &[*old]).await?.is_empty()
        {
            values.cells.retain(|(name, _)| *name != field.name);
        }
    }
    Ok(())
}
