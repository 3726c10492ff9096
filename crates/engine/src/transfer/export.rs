//! Out: the write shapes of all rows that the caller may see.

use super::{FORMAT, MOST, VERSION};
use crate::access::Verb;
use crate::context::Context;
use crate::declare::{Kind, Resource, Shape};
use crate::error::ApiError;
use crate::read::{Reading, labels_of, write_rows};
use crate::rows::Rows;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The content of a folder as a document. Folders below it are not part of it.
pub async fn export(ctx: &Context, folder: Uuid) -> Result<Value, ApiError> {
    let mut rows = ctx.engine.read().await?;
    let mut objects = Map::new();
    let mut outside: BTreeMap<&'static str, BTreeSet<Uuid>> = BTreeMap::new();
    for resource in ctx.engine.registry().all().iter().filter(|resource| resource.travels) {
        let list = content(ctx, &mut rows, resource, folder).await?;
        collect(resource, &list, &mut outside);
        objects.insert(resource.path.to_owned(), Value::Array(list));
    }
    let mut names = Map::new();
    for (path, ids) in outside {
        let Some(resource) = ctx.engine.registry().get(path) else { continue };
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let access = ctx.access(resource, Verb::View);
        let labels = labels_of(&mut rows, &access, resource, &ids).await?;
        let labels: Map<String, Value> = labels.into_iter().map(|(id, name)| (id.to_string(), json!(name))).collect();
        names.insert(path.to_owned(), Value::Object(labels));
    }
    Ok(json!({ "format": FORMAT, "version": VERSION, "objects": objects, "names": names }))
}

async fn content(ctx: &Context, rows: &mut Rows, resource: &Resource, folder: Uuid) -> Result<Vec<Value>, ApiError> {
    let access = ctx.access(resource, Verb::View);
    let mut statement = rows.sql(&format!("SELECT t.id FROM {} t WHERE t.folder_id = ", resource.table()));
    statement.bind(folder).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(&format!(" ORDER BY t.id LIMIT {}", MOST + 1));
    let ids = rows.ids(&access, &statement).await?;
    if ids.len() > MOST {
        return Err(ApiError::error(400, format!("More than {MOST} {} in this folder.", resource.plural)));
    }
    let mut out = vec![b'['];
    let mut reading = Reading { ctx, rows };
    write_rows(&mut reading, resource, Shape::Write, &ids, " ORDER BY t.id", &mut out).await?;
    out.push(b']');
    serde_json::from_slice(&out).map_err(|error| ApiError::Internal(error.to_string()))
}

/// Ids that rows refer to, by the kind of what they refer to.
fn collect(resource: &Resource, list: &[Value], outside: &mut BTreeMap<&'static str, BTreeSet<Uuid>>) {
    for field in &resource.fields {
        let target = match field.kind {
            Kind::Reference { target, .. } | Kind::References { target } if target != "folders" => target,
            _ => continue,
        };
        let ids = list.iter().flat_map(|row| match &row[field.name] {
            Value::Array(list) => list.clone(),
            one => vec![one.clone()],
        });
        let ids = ids.filter_map(|id| id.as_str().and_then(|text| text.parse::<Uuid>().ok()));
        outside.entry(target).or_default().extend(ids);
    }
}
