//! In: rows first, then what refers to other rows, all in one transaction.

use super::{FORMAT, VERSION};
use crate::access::Verb;
use crate::context::{Body, Context};
use crate::declare::{Kind, Resource};
use crate::error::ApiError;
use crate::rows::{Rows, required};
use crate::write::{Mode, create_in, update_in};
use serde_json::{Value, json};
use std::collections::HashMap;
use store::Value as Cell;
use uuid::Uuid;

/// What an import did.
#[derive(Debug, Default)]
pub struct Imported {
    /// Rows made, by path.
    pub created: Vec<(&'static str, usize)>,
    /// Relations left out because their other end is not here, in words.
    pub left_out: Vec<String>,
}

/// Makes the rows of a document in a folder, inside a transaction of the caller's.
pub async fn import(ctx: &Context, rows: &mut Rows, document: &Value, folder: Uuid) -> Result<Imported, ApiError> {
    if document["format"] != json!(FORMAT) || document["version"] != json!(VERSION) {
        return Err(ApiError::error(400, "This file is no domain export of a version that can be read."));
    }
    let mut imported = Imported::default();
    let travelling: Vec<&Resource> = ctx.engine.registry().all().iter().filter(|resource| resource.travels).collect();
    let mut new_ids: HashMap<Uuid, Uuid> = HashMap::new();
    for resource in &travelling {
        let list = objects(document, resource.path);
        for row in list {
            let mut body = row.as_object().cloned().ok_or_else(|| broken(resource.path))?;
            body.retain(|name, _| resource.stored(name).is_some_and(|field| field.input && !refers(&field.kind)));
            body.insert("folder".into(), json!(folder));
            let (id, _) = create_in(ctx, rows, resource, &body).await?;
            let old = row["id"].as_str().and_then(|text| text.parse().ok()).ok_or_else(|| broken(resource.path))?;
            new_ids.insert(old, id);
        }
        imported.created.push((resource.path, list.len()));
    }
    for resource in &travelling {
        for row in objects(document, resource.path) {
            let old: Option<Uuid> = row["id"].as_str().and_then(|text| text.parse().ok());
            let Some(id) = old.and_then(|old| new_ids.get(&old)) else { continue };
            let body = relations(ctx, rows, resource, row, document, &new_ids, &mut imported).await?;
            if !body.is_empty() {
                update_in(ctx, rows, resource, *id, Mode::Patch, &body).await?;
            }
        }
    }
    imported.left_out.sort();
    imported.left_out.dedup();
    Ok(imported)
}

fn objects<'a>(document: &'a Value, path: &str) -> &'a [Value] {
    document["objects"][path].as_array().map_or(&[], Vec::as_slice)
}

fn broken(path: &str) -> ApiError {
    ApiError::error(400, format!("The file is damaged: a row of {path} is no object with an id."))
}

fn refers(kind: &Kind) -> bool {
    matches!(kind, Kind::Reference { .. } | Kind::References { .. } | Kind::Reverse { .. })
}

/// The part of a row that refers to others, with ids of this place.
async fn relations(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    row: &Value,
    document: &Value,
    new_ids: &HashMap<Uuid, Uuid>,
    imported: &mut Imported,
) -> Result<Body, ApiError> {
    let mut body = Body::new();
    for field in resource.fields.iter().filter(|field| field.input) {
        let (target, many) = match field.kind {
            Kind::Reference { target, .. } if target != "folders" => (target, false),
            Kind::References { target } => (target, true),
            _ => continue,
        };
        let asked: Vec<Uuid> = match &row[field.name] {
            Value::Array(list) => list.iter().filter_map(id).collect(),
            one => id(one).into_iter().collect(),
        };
        let mut found = Vec::new();
        for old in asked {
            match new_ids.get(&old) {
                Some(new) => found.push(*new),
                None => match here(ctx, rows, target, document["names"][target][old.to_string()].as_str()).await? {
                    Some(known) => found.push(known),
                    None => imported.left_out.push(format!("{} of {}", field.name, resource.path)),
                },
            }
        }
        if many && !found.is_empty() {
            body.insert(field.name.to_owned(), json!(found));
        } else if let Some(one) = found.first() {
            body.insert(field.name.to_owned(), json!(one));
        }
    }
    Ok(body)
}

fn id(value: &Value) -> Option<Uuid> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// The row of this name at the destination, if the caller may see exactly one.
async fn here(ctx: &Context, rows: &mut Rows, target: &str, name: Option<&str>) -> Result<Option<Uuid>, ApiError> {
    let (Some(resource), Some(name)) = (ctx.engine.registry().get(target), name) else { return Ok(None) };
    let access = ctx.access(resource, Verb::View);
    let mut statement = rows.sql(&format!("SELECT t.id FROM {} t WHERE t.name_key = ", resource.table()));
    statement.bind(Cell::Text(name.to_lowercase())).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" LIMIT 2");
    let found = rows.all(&access, &statement, |row| required(row.uuid(0)?)).await?;
    Ok(if let [one] = found[..] { Some(one) } else { None })
}
