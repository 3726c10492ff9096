//! Creating and changing a row.
//!
//! The order of things: what the caller may do, what the body says, what it refers to, taken
//! names, the resource's own rules, the row, its links, the audit entry. Any refusal leaves
//! nothing behind.

use super::relink::relink;
use super::saving::derived;
use super::validate::{self, Completeness, Values};
use super::{Saving, folder, reference, unique};
use crate::access::{Access, Verb};
use crate::audit::{self, Entry};
use crate::context::{Body, Context};
use crate::declare::{Field, Kind, Preparing, Resource, Scope};
use crate::error::{ApiError, FieldErrors};
use crate::plan;
use crate::read::{Reading, write_rows};
use crate::rows::{Rows, required};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use store::{Dialect, Row, Statement, Value};
use uuid::Uuid;

/// What kind of change a body asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// PUT: required fields must be named.
    Replace,
    /// PATCH: only what is named changes.
    Patch,
}

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
    if let Some(wanted) = &ctx.if_match {
        let tags = wanted.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        let current = etag(before.get("updated_at"));
        if !tags.into_iter().any(|tag| tag == "*" || tag == current) {
            return Err(ApiError::PreconditionFailed);
        }
    }
    change_in(ctx, rows, resource, id, mode, body, (before, old_folder), &access).await
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
    let before = stored(rows, resource, access, id).await?.ok_or(ApiError::NoRow(resource.type_name))?;
    let folder = match before.get(folder_name(resource)) {
        Some(Value::Uuid(folder)) => *folder,
        _ => ctx.principal.grants().tree().root(),
    };
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
    let before = stored(rows, resource, access, id).await?.ok_or(ApiError::NoRow(resource.type_name))?;
    let folder = match before.get(folder_name(resource)) {
        Some(Value::Uuid(folder)) => *folder,
        _ => ctx.principal.grants().tree().root(),
    };
    save(ctx, rows, resource, id, &before, &mut values, folder, access).await
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
    (before, old_folder): (HashMap<&'static str, Value>, Uuid),
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
    before: &HashMap<&'static str, Value>,
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

/// The strong validator of a row, made of the time of its last change.
pub(super) fn etag(updated_at: Option<&Value>) -> String {
    match updated_at {
        Some(Value::Time(at)) => format!("\"{:x}\"", at.timestamp_micros()),
        _ => "\"0\"".into(),
    }
}

fn folder_name(resource: &Resource) -> &'static str {
    if resource.scope == Scope::Itself { "parent_folder" } else { "folder" }
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

fn errors_so_far(errors: &mut FieldErrors) -> Result<(), ApiError> {
    std::mem::take(errors).into_result()
}

/// A name is looked at when it is new, and, where the rule says so, when it or its folder changes.
async fn check_name(
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
    folder: Uuid,
    before: &HashMap<&'static str, Value>,
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
async fn save(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
    before: &HashMap<&'static str, Value>,
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
fn taken(error: ApiError, resource: &Resource, before: &HashMap<&'static str, Value>, values: &Values) -> ApiError {
    let name = values.get(resource.label_field).or_else(|| before.get(resource.label_field));
    match (error, &resource.unique, name) {
        (ApiError::Taken(_), Some(unique), Some(Value::Text(name))) => ApiError::refused(400, (unique.refusal)(name)),
        (error, ..) => error,
    }
}

fn insert(
    rows: &Rows,
    resource: &Resource,
    id: Uuid,
    values: &Values,
    folder: Uuid,
    now: DateTime<Utc>,
    (key, search): (String, String),
) -> Statement {
    let mut cells: Vec<(String, Value)> = vec![("id".into(), id.into())];
    if resource.scope != Scope::Itself {
        cells.push(("folder_id".into(), folder.into()));
    }
    cells.push(("name_key".into(), key.into()));
    cells.push(("search_text".into(), search.into()));
    cells.push(("created_at".into(), now.into()));
    cells.push(("updated_at".into(), now.into()));
    if values.get("is_published").is_none() {
        // What lives in the root folder by nature is for everybody who may see its kind.
        cells.push(("is_published".into(), (resource.scope == Scope::Root).into()));
    }
    for (name, value) in &values.cells {
        let Some(column) = resource.stored(name).and_then(Field::column_name) else { continue };
        if !cells.iter().any(|(known, _)| *known == column) {
            cells.push((column, value.clone()));
        }
    }
    let names: Vec<&str> = cells.iter().map(|(name, _)| name.as_str()).collect();
    let mut statement = rows.sql(&format!("INSERT INTO {} ({}) VALUES (", resource.table(), names.join(", ")));
    for (index, (_, value)) in cells.into_iter().enumerate() {
        statement.push(if index == 0 { "" } else { ", " }).bind(value);
    }
    statement.push(")");
    statement
}

fn change(
    rows: &Rows,
    resource: &Resource,
    id: Uuid,
    values: &Values,
    now: DateTime<Utc>,
    (key, search): (String, String),
) -> Statement {
    let mut statement = rows.sql(&format!("UPDATE {} SET updated_at = ", resource.table()));
    statement.bind(now).push(", name_key = ").bind(key).push(", search_text = ").bind(search);
    for (name, value) in &values.cells {
        if let Some(column) = resource.stored(name).and_then(Field::column_name) {
            statement.push(&format!(", {column} = ")).bind(value.clone());
        }
    }
    statement.push(" WHERE id = ").bind(id);
    statement
}

/// `{field: [old, new]}` of the cells that change.
fn differences(before: &HashMap<&'static str, Value>, values: &Values) -> Map<String, Json> {
    let mut changes = Map::new();
    for (name, value) in &values.cells {
        let old = before.get(name);
        if old != Some(value) {
            changes.insert((*name).to_owned(), json!([audit::shown(old), audit::shown(Some(value))]));
        }
    }
    changes
}

/// Cells of a row as stored, by field name; the row is locked until the transaction ends.
pub(super) async fn stored(
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    id: Uuid,
) -> Result<Option<HashMap<&'static str, Value>>, ApiError> {
    let mut columns: Vec<(&'static str, String, store::Kind)> =
        resource.fields.iter().filter_map(|field| Some((field.name, field.column_name()?, field.storage()?))).collect();
    if resource.scope == Scope::Folder && !columns.iter().any(|(name, ..)| *name == "folder") {
        columns.push(("folder", "folder_id".into(), store::Kind::Uuid));
    }
    if !columns.iter().any(|(name, ..)| *name == "updated_at") {
        columns.push(("updated_at", "updated_at".into(), store::Kind::Time));
    }
    let names: Vec<String> = columns.iter().map(|(_, column, _)| format!("t.{column}")).collect();
    let mut statement = rows.sql(&format!("SELECT {} FROM {} t WHERE t.id = ", names.join(", "), resource.table()));
    statement.bind(id);
    if rows.dialect() == Dialect::Postgres {
        statement.push(" FOR UPDATE OF t");
    }
    rows.one(access, &statement, |row| {
        columns.iter().enumerate().map(|(index, (name, _, kind))| Ok((*name, cell(row, index, *kind)?))).collect()
    })
    .await
}

fn cell(row: &Row<'_>, index: usize, kind: store::Kind) -> Result<Value, store::Error> {
    use store::Kind as K;
    let value = match kind {
        K::Uuid => row.uuid(index)?.map(Value::Uuid),
        K::Text => row.text(index)?.map(Value::Text),
        K::Int => row.int(index)?.map(Value::Int),
        K::Real => row.real(index)?.map(Value::Real),
        K::Bool => row.bool(index)?.map(Value::Bool),
        K::Time => row.time(index)?.map(Value::Time),
        K::Date => row.date(index)?.map(Value::Date),
        K::Json => row.json(index)?.map(Value::Json),
    };
    Ok(value.unwrap_or(Value::Null))
}

/// The write shape of a row inside the transaction that saved it.
async fn write_shape(ctx: &Context, rows: &mut Rows, resource: &Resource, id: Uuid) -> Result<Vec<u8>, ApiError> {
    let mut out = Vec::with_capacity(1024);
    let mut reading = Reading { ctx, rows };
    write_rows(&mut reading, resource, resource.object_shape, &[id], " ORDER BY t.id", &mut out).await?;
    Ok(out)
}

/// The validator of a row that the caller may see.
pub async fn etag_of(rows: &mut Rows, resource: &Resource, access: &Access, id: Uuid) -> Result<String, ApiError> {
    let mut statement = rows.sql(&format!("SELECT t.updated_at FROM {} t WHERE t.id = ", resource.table()));
    statement.bind(id);
    let at = rows.one(access, &statement, |row| required(row.time(0)?)).await?;
    Ok(etag(at.map(Value::Time).as_ref()))
}
