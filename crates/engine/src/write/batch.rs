//! `batch-action/`: one action on many rows; each succeeds or fails alone.

use super::{Mode, delete_in, update_in};
use crate::access::Verb;
use crate::context::{Body, Context};
use crate::declare::{Kind, Resource};
use crate::error::ApiError;
use crate::read::labels_of;
use crate::rows::Rows;
use serde_json::{Value, json};
use uuid::Uuid;

/// What is to be done to every row.
enum Task {
    Delete,
    Set(Body),
    Add(&'static str, Value),
}

/// Runs a batch action; answers which rows succeeded and which failed, and why.
pub async fn batch(ctx: &Context, resource: &Resource, body: &Body) -> Result<Value, ApiError> {
    let task = task(resource, body)?;
    let ids = ids(body)?;
    let mut rows = ctx.engine.write().await?;
    let (mut succeeded, mut failed) = (Vec::new(), Vec::new());
    for id in ids {
        let Some(mut name) = name_of(ctx, &mut rows, resource, id).await? else {
            failed.push(json!({ "id": id, "error": "Object not found or access denied" }));
            continue;
        };
        rows.nested().await?;
        match run(ctx, &mut rows, resource, id, &task).await {
            Ok(()) => {
                rows.keep().await?;
                // A row may have got another name, or gone where the caller does not see it.
                if let Task::Set(_) = task {
                    name = name_of(ctx, &mut rows, resource, id).await?.unwrap_or(name);
                }
                succeeded.push(json!({ "id": id, "name": name }));
            }
            Err(error) if error.status() < 500 => {
                rows.undo().await?;
                failed.push(json!({ "id": id, "name": name, "error": words(&error) }));
            }
            Err(error) => return Err(error),
        }
    }
    rows.commit().await?;
    Ok(json!({ "succeeded": succeeded, "failed": failed }))
}

/// What a row is called; none when the caller does not see it.
async fn name_of(ctx: &Context, rows: &mut Rows, resource: &Resource, id: Uuid) -> Result<Option<String>, ApiError> {
    let access = ctx.access(resource, Verb::View);
    Ok(labels_of(rows, &access, resource, &[id]).await?.pop().map(|(_, name)| name))
}

async fn run(ctx: &Context, rows: &mut Rows, resource: &Resource, id: Uuid, task: &Task) -> Result<(), ApiError> {
    match task {
        Task::Delete => delete_in(ctx, rows, resource, id).await,
        Task::Set(body) => update_in(ctx, rows, resource, id, Mode::Patch, body).await,
        Task::Add(field, more) => {
            let body = with_more(ctx, rows, resource, id, field, more).await?;
            update_in(ctx, rows, resource, id, Mode::Patch, &body).await
        }
    }
}

/// The list as it stands, followed by what is added.
async fn with_more(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
    field: &'static str,
    more: &Value,
) -> Result<Body, ApiError> {
    let shape = crate::read::retrieve(ctx, rows, resource, crate::declare::Shape::Write, id).await?;
    let shape: Value = serde_json::from_slice(&shape).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut list = shape[field].as_array().cloned().unwrap_or_default();
    match more {
        Value::Array(more) => list.extend(more.iter().filter(|one| !list.contains(one)).cloned().collect::<Vec<_>>()),
        other => return Ok(Body::from_iter([(field.to_owned(), other.clone())])),
    }
    Ok(Body::from_iter([(field.to_owned(), Value::Array(list))]))
}

fn task(resource: &Resource, body: &Body) -> Result<Task, ApiError> {
    let value = body.get("value").cloned().unwrap_or(Value::Null);
    let action = body.get("action").and_then(Value::as_str).unwrap_or_default();
    let field = || {
        let name = body.get("field").and_then(Value::as_str);
        let field = resource.fields.iter().find(|field| Some(field.name) == name && field.input);
        field.ok_or_else(|| ApiError::error(400, format!("field not editable: {}", name.unwrap_or("None"))))
    };
    let many = |kind: &Kind| matches!(kind, Kind::References { .. } | Kind::Reverse { .. });
    match action {
        "delete" if resource.operations.delete => Ok(Task::Delete),
        "change_folder" => match resource.folder_field().filter(|field| field.input) {
            Some(field) => Ok(Task::Set(Body::from_iter([(field.name.to_owned(), value)]))),
            None => Err(ApiError::error(400, "field not editable: folder")),
        },
        "change_field" | "change_m2m" | "add_m2m" => {
            // The list of ids is asked for first, as recorded.
            ids(body)?;
            let field = field()?;
            if action != "change_field" && !many(&field.kind) {
                return Err(ApiError::error(400, format!("field not editable: {}", field.name)));
            }
            if action == "add_m2m" {
                return Ok(Task::Add(field.name, value));
            }
            Ok(Task::Set(Body::from_iter([(field.name.to_owned(), value)])))
        }
        _ => Err(ApiError::error(400, "Invalid action type")),
    }
}

fn ids(body: &Body) -> Result<Vec<Uuid>, ApiError> {
    let list = match body.get("ids") {
        Some(Value::Array(list)) if !list.is_empty() => list,
        _ => return Err(ApiError::error(400, "No ids provided")),
    };
    if list.len() > 5000 {
        return Err(ApiError::error(400, "Too many ids: 5000 at most."));
    }
    list.iter()
        .map(|one| {
            let text = one.as_str().map_or_else(|| one.to_string(), str::to_owned);
            text.parse().map_err(|_| ApiError::field("non_field_errors", format!("“{text}” is not a valid UUID.")))
        })
        .collect()
}

/// What a failure looks like beside its id.
fn words(error: &ApiError) -> Value {
    match error {
        ApiError::Forbidden => json!("Permission denied"),
        ApiError::Refused { status: 403, body } if body.get("folder").is_some() => json!("Permission denied"),
        ApiError::NoRow(_) => json!("Object not found or access denied"),
        other => other.body(),
    }
}
