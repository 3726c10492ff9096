//! `content/`: what a stored file says, and what became of it once loaded.

use super::load;
use crate::library::Library;
use engine::declare::{Answer, Columns, Resource, Shape};
use engine::read::{Reading, write_rows};
use engine::{ApiError, Call};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// `content/` of a stored library: the `objects` of the file.
pub(super) async fn of_stored(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let (library, _) = load::read_file(&mut rows, call.item()?).await?;
    Ok(Answer::Raw(library.content_text().as_bytes().to_vec()))
}

/// The same as a field of `object/`, where there is one row.
pub(super) async fn stored_field(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let mut cells = HashMap::new();
    for id in ids {
        let (library, _): (Library, _) = load::read_file(reading.rows, *id).await?;
        cells.insert(*id, library.content_text().as_bytes().to_vec());
    }
    Ok(Columns::from([("content", cells)]))
}

/// `content/` of a loaded library: its objects as they are now.
pub(super) async fn of_loaded(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    objects(&mut reading, call.item()?).await.map(Answer::Json)
}

/// The same as the field `objects` of the detail, where there is one row.
pub(super) async fn loaded_field(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let mut cells = HashMap::new();
    for id in ids {
        cells.insert(*id, objects(reading, *id).await?.to_string().into_bytes());
    }
    Ok(Columns::from([("objects", cells)]))
}

const TEXTS: [&str; 11] = [
    "is_published",
    "folder",
    "urn",
    "ref_id",
    "provider",
    "name",
    "description",
    "annotation",
    "translations",
    "locale",
    "default_locale",
];
const CONTROL: [&str; 5] = ["library", "category", "csf_function", "typical_evidence", "filtering_labels"];
const THREAT: [&str; 2] = ["library", "filtering_labels"];
const MATRIX: [&str; 3] = ["library", "json_definition", "is_enabled"];
const FRAMEWORK: [&str; 8] = [
    "library",
    "min_score",
    "max_score",
    "scores_definition",
    "implementation_groups_definition",
    "outcomes_definition",
    "field_visibility",
    "urn_namespace",
];
const NODE: [&str; 16] = [
    "framework",
    "parent_urn",
    "order_id",
    "implementation_groups",
    "assessable",
    "typical_evidence",
    "weight",
    "importance",
    "display_mode",
    "visibility_expression",
    "min_score",
    "max_score",
    "scores_definition_ref",
    "target_score",
    "threats",
    "reference_controls",
];

/// The objects of a loaded library, whatever the language: texts with all their translations.
async fn objects(reading: &mut Reading<'_>, library: Uuid) -> Result<Value, ApiError> {
    let mut all = Map::new();
    let frameworks = rows(reading, "frameworks", &FRAMEWORK, "library_id", library, "t.id").await?;
    if let Some((id, mut framework)) = frameworks.into_iter().next() {
        let nodes = rows(reading, "requirement-nodes", &NODE, "framework_id", id, "t.order_id").await?;
        let mut nodes: Vec<Value> = nodes.into_iter().map(|(_, node)| node).collect();
        for (field, path, own) in
            [("threats", "threats", &THREAT[..]), ("reference_controls", "reference-controls", &CONTROL[..])]
        {
            unfold(reading, &mut nodes, field, path, own).await?;
        }
        framework["abbreviation"] = Value::Null;
        framework["requirement_nodes"] = Value::Array(nodes);
        all.insert("framework".into(), framework);
    }
    let kinds = [
        ("threats", "threats", &THREAT[..]),
        ("reference_controls", "reference-controls", &CONTROL[..]),
        ("risk_matrix", "risk-matrices", &MATRIX[..]),
    ];
    for (key, path, own) in kinds {
        let found = rows(reading, path, own, "library_id", library, "t.created_at, t.id").await?;
        let list: Vec<Value> = found
            .into_iter()
            .map(|(_, mut row)| {
                row["abbreviation"] = Value::Null;
                row
            })
            .collect();
        if !list.is_empty() {
            all.insert(key.into(), Value::Array(list));
        }
    }
    Ok(Value::Object(all))
}

/// Puts whole objects in the place of ids.
async fn unfold(
    reading: &mut Reading<'_>,
    nodes: &mut [Value],
    field: &str,
    path: &str,
    own: &[&str],
) -> Result<(), ApiError> {
    let id = |value: &Value| value.as_str().and_then(|text| text.parse::<Uuid>().ok());
    let ids: Vec<Uuid> = nodes.iter().filter_map(|node| node[field].as_array()).flatten().filter_map(id).collect();
    let found: HashMap<Uuid, Value> = written(reading, path, own, &ids, "t.id").await?.into_iter().collect();
    for node in nodes {
        let list: Vec<Value> = node[field]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(id)
            .filter_map(|id| found.get(&id).cloned())
            .collect();
        node[field] = Value::Array(list);
    }
    Ok(())
}

/// Rows of a kind that hang on an owner, with ids.
async fn rows(
    reading: &mut Reading<'_>,
    path: &str,
    own: &[&str],
    column: &str,
    owner: Uuid,
    order: &str,
) -> Result<Vec<(Uuid, Value)>, ApiError> {
    let resource = reading.ctx.engine.registry().get(path).ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let mut statement = reading.rows.sql(&format!("SELECT t.id FROM {} t WHERE t.{column} = ", resource.table()));
    statement.bind(owner).push(" AND ");
    access.push_condition("t", &mut statement);
    let ids = reading.rows.ids(&access, &statement).await?;
    written(reading, path, own, &ids, order).await
}

/// These rows with the common texts and some fields of their own, in their stored form.
async fn written(
    reading: &mut Reading<'_>,
    path: &str,
    own: &[&str],
    ids: &[Uuid],
    order: &str,
) -> Result<Vec<(Uuid, Value)>, ApiError> {
    let resource = reading.ctx.engine.registry().get(path).ok_or(ApiError::NotFound)?;
    let resource = as_stored(resource, own);
    let mut out = vec![b'['];
    write_rows(reading, &resource, Shape::Write, ids, &format!(" ORDER BY {order}"), &mut out).await?;
    out.push(b']');
    let list: Vec<Value> = serde_json::from_slice(&out).map_err(|error| ApiError::Internal(error.to_string()))?;
    let split = list.into_iter().filter_map(|mut row| {
        let id = row.as_object_mut()?.remove("id")?.as_str()?.parse().ok()?;
        if row["translations"].is_null() {
            row["translations"] = json!({});
        }
        Some((id, row))
    });
    Ok(split.collect())
}

/// The declaration with these stored fields alone, all in the write shape.
fn as_stored(resource: &Resource, own: &[&str]) -> Resource {
    const WRITE: &[Shape] = &[Shape::Write];
    let mut resource = resource.clone();
    let wanted = |name: &str| name == "id" || TEXTS.contains(&name) || own.contains(&name);
    resource
        .fields
        .retain(|field| wanted(field.name) && !field.derived && (field.storage().is_some() || field.is_list()));
    for field in &mut resource.fields {
        field.shapes = WRITE;
    }
    resource
}
