//! Creating a row.

use super::save::{check_name, errors_so_far, folder_name, save, write_shape};
use super::validate::{self, Completeness, Values};
use super::{folder, reference};
use crate::access::{Access, Verb};
use crate::context::{Body, Context};
use crate::declare::{Preparing, Resource, Scope};
use crate::error::{ApiError, FieldErrors};
use crate::rows::Rows;
use std::collections::HashMap;
use store::Value;
use uuid::Uuid;

/// Creates a row; answers its write shape.
pub async fn create(ctx: &Context, resource: &Resource, body: &Body) -> Result<Vec<u8>, ApiError> {
    let mut rows = ctx.engine.write().await?;
    let (_, out) = create_in(ctx, &mut rows, resource, body).await?;
    rows.commit().await?;
    Ok(out)
}

/// Creates a row inside a transaction of the caller's.
pub async fn create_in(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    body: &Body,
) -> Result<(Uuid, Vec<u8>), ApiError> {
    let access = ctx.access(resource, Verb::Add);
    create_as(ctx, rows, resource, &access, body).await
}

/// Creates a row with a right of another kind than the caller's own: a part of something that the caller may write.
pub async fn create_as(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    body: &Body,
) -> Result<(Uuid, Vec<u8>), ApiError> {
    if !access.covers_any() || resource.part_of.is_some() {
        return Err(ApiError::forbidden_folder());
    }
    let prepared;
    let body = match resource.hooks.prepare {
        None => body,
        Some(hook) => {
            let mut own = body.clone();
            hook(&mut Preparing { ctx, body: &mut own, rows }).await?;
            prepared = own;
            &prepared
        }
    };
    let mut errors = FieldErrors::default();
    if ctx.strict {
        validate::unknown(resource, body, &mut errors);
    }
    let mut values = validate::read(resource, body, Completeness::New, &mut errors);
    if let Some(slice) = resource.slice {
        values.set(slice.field, slice.code);
    }
    let root = ctx.principal.grants().tree().root();
    let mut folder = match resource.scope {
        Scope::Root => root,
        Scope::Folder | Scope::Itself => place(resource, &mut values, root),
    };
    reference::check(ctx, rows, resource, &values, &mut errors).await?;
    if let Some(there) = folder::followed(ctx, rows, resource, &values, &errors).await? {
        folder = there;
        values.set("folder", there);
    }
    // Somebody who may not add here learns nothing else about the body.
    folder::name_one(resource, &values, &mut errors);
    let told = errors.to_json();
    let hidden = if resource.follows.is_empty() {
        told.get(folder_name(resource)).is_some()
    } else {
        resource.follows.iter().chain(&["non_field_errors"]).any(|name| told.get(*name).is_some())
    };
    // What it follows was found visible, which is what "assigned" means for a row that is not there yet.
    let covered = access.covers(folder) || (!resource.follows.is_empty() && access.covers_assigned(folder));
    if !hidden && resource.scope != Scope::Root && !covered {
        return Err(ApiError::forbidden_folder());
    }
    errors_so_far(&mut errors)?;

    let id = ctx.engine.new_id()?;
    let before = HashMap::new();
    check_name(rows, resource, id, folder, &before, &values).await?;
    save(ctx, rows, resource, id, &before, &mut values, folder, access).await?;
    let out = write_shape(ctx, rows, resource, id).await?;
    Ok((id, out))
}

/// The folder that a new row goes to; a missing one means the root folder.
fn place(resource: &Resource, values: &mut Values, root: Uuid) -> Uuid {
    match values.get(folder_name(resource)) {
        Some(Value::Uuid(id)) => *id,
        _ => {
            values.set(folder_name(resource), root);
            root
        }
    }
}
