//! A row as the database has it: read, inserted, changed, and the validator of what it says.

use super::validate::Values;
use crate::access::Access;
use crate::audit;
use crate::declare::{Field, Resource, Scope};
use crate::error::ApiError;
use crate::rows::{Rows, required};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use store::{Dialect, Row, Statement, Value};
use uuid::Uuid;

/// Cells of a row as they are stored, by field name.
pub type Cells = HashMap<&'static str, Value>;

/// The statement that makes a row.
pub(super) fn insert(
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

/// The statement that changes one.
pub(super) fn change(
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
pub(super) fn differences(before: &Cells, values: &Values) -> Map<String, Json> {
    let mut changes = Map::new();
    for (name, value) in &values.cells {
        let old = before.get(name);
        if old != Some(value) {
            changes.insert((*name).to_owned(), json!([audit::shown(old), audit::shown(Some(value))]));
        }
    }
    changes
}

/// The cells of a row; it is locked until the transaction ends.
pub(super) async fn stored(
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    id: Uuid,
) -> Result<Option<Cells>, ApiError> {
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

/// The strong validator of a row, made of the time of its last change.
pub(super) fn etag(updated_at: Option<&Value>) -> String {
    match updated_at {
        Some(Value::Time(at)) => format!("\"{:x}\"", at.timestamp_micros()),
        _ => "\"0\"".into(),
    }
}

/// The validator of a row that the caller may see.
pub async fn etag_of(rows: &mut Rows, resource: &Resource, access: &Access, id: Uuid) -> Result<String, ApiError> {
    let mut statement = rows.sql(&format!("SELECT t.updated_at FROM {} t WHERE t.id = ", resource.table()));
    statement.bind(id);
    let at = rows.one(access, &statement, |row| required(row.time(0)?)).await?;
    Ok(etag(at.map(Value::Time).as_ref()))
}
