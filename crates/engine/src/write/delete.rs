//! Deleting a row, with everything that hangs on it, in one transaction.

use super::cascade::{Fate, dependents};
use super::{Saving, Values};
use crate::access::{Access, Verb};
use crate::audit::{self, Entry};
use crate::context::Context;
use crate::declare::{Resource, Scope};
use crate::error::{ApiError, FieldErrors};
use crate::files::doom_all;
use crate::plan;
use crate::rows::Rows;
use serde_json::{Map, Value as Json, json};
use store::Value;
use uuid::Uuid;

/// Deletes a row.
pub async fn delete(ctx: &Context, resource: &Resource, id: Uuid) -> Result<(), ApiError> {
    let mut rows = ctx.engine.write().await?;
    delete_in(ctx, &mut rows, resource, id).await?;
    rows.commit().await?;
    Ok(())
}

/// Deletes a row inside a transaction of the caller's.
pub async fn delete_in(ctx: &Context, rows: &mut Rows, resource: &Resource, id: Uuid) -> Result<(), ApiError> {
    delete_noting(ctx, rows, resource, id, Map::new()).await
}

/// The same, and the audit log is told these changes as well.
pub(super) async fn delete_noting(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
    mut changes: Map<String, Json>,
) -> Result<(), ApiError> {
    let folder = plan::require(ctx, rows, resource, Verb::Delete, id).await?;
    if resource.part_of.is_some() {
        return Err(ApiError::Forbidden);
    }
    let access = ctx.access(resource, Verb::Delete);
    let before = super::row::stored(rows, resource, &access, id).await?.ok_or_else(|| resource.not_found())?;
    super::update::refuse_other_version(ctx, &before)?;
    if matches!(before.get(resource.protected_by.unwrap_or_default()), Some(Value::Bool(true))) {
        return Err(ApiError::Forbidden);
    }
    if let Some(hook) = resource.hooks.before_delete {
        let mut values = Values::default();
        let mut errors = FieldErrors::default();
        let mut saving = Saving {
            ctx,
            resource,
            id,
            is_new: false,
            before: &before,
            values: &mut values,
            errors: &mut errors,
            rows,
        };
        hook(&mut saving).await?;
        errors.into_result()?;
    }
    // Whoever may delete the row takes with it what hangs on it, seen or not: the audit log
    // names each of them.
    let groups = dependents(ctx, rows, resource, id).await?;
    if groups.iter().any(|group| group.fate == Fate::Blocks) {
        return Err(ApiError::error(409, "Deletion is blocked while other objects still reference this one."));
    }
    let all = Access::system("files go with their rows");
    doom_all(&ctx.engine, rows, &all, resource, vec![id]).await?;
    for group in groups.iter().filter(|group| group.fate == Fate::Deleted) {
        if let Some(related) = ctx.engine.registry().get(group.path) {
            let ids = group.objects.iter().map(|(id, _)| *id).collect();
            doom_all(&ctx.engine, rows, &all, related, ids).await?;
        }
    }
    let mut statement = rows.sql(&format!("DELETE FROM {} WHERE id = ", resource.table()));
    statement.bind(id);
    rows.execute(&access, &statement).await?;

    let registry = ctx.engine.registry();
    let gone: Vec<_> = groups.iter().filter(|group| group.fate == Fate::Deleted).collect();
    let touches = |path: &str| registry.get(path).is_some_and(|related| related.affects_access);
    if resource.affects_access || gone.iter().any(|group| touches(group.path)) {
        audit::move_epoch(rows, &access).await?;
    }
    // What is a part of something has no entry of its own: the whole is named.
    for group in gone.into_iter().filter(|group| !registry.get(group.path).is_some_and(|related| related.part)) {
        for (related, name) in &group.objects {
            let entry = Entry {
                action: "delete",
                resource: group.path,
                object: Some(*related),
                name: name.clone(),
                folder: Some(folder),
                changes: Map::new(),
            };
            audit::record(ctx, rows, entry).await?;
        }
    }
    for (name, value) in &before {
        if *value != Value::Null {
            changes.insert((*name).to_owned(), json!([audit::shown(Some(value)), null]));
        }
    }
    let name = match before.get(resource.label_field) {
        Some(Value::Text(name)) => name.clone(),
        _ => String::new(),
    };
    let folder = if resource.scope == Scope::Itself { Some(id) } else { Some(folder) };
    audit::record(
        ctx,
        rows,
        Entry { action: "delete", resource: resource.path, object: Some(id), name, folder, changes },
    )
    .await
}
