//! A copy of a control under another name, perhaps in another folder.

use engine::declare::{Answer, Shape};
use engine::read::retrieve;
use engine::write::create_in;
use engine::{ApiError, Body, Call};
use serde_json::{Value, json};

/// Objects that point at the original and keep pointing at it alone.
const STAYS: [&str; 6] =
    ["findings", "requirement_assessments", "stakeholders", "task_templates", "incidents", "genericcollection"];

/// Copies the row with its owners, labels and other relations of its own; with its evidence only
/// when the body says so.
pub(super) async fn duplicate(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.write().await?;
    let original = retrieve(call.ctx, &mut rows, call.resource, Shape::Write, call.item()?).await?;
    let mut copy: Body = serde_json::from_slice(&original).map_err(|error| ApiError::Internal(error.to_string()))?;
    copy.retain(|name, _| !STAYS.contains(&name.as_str()) && !matches!(name.as_str(), "id" | "name"));
    for name in ["name", "description", "folder"] {
        if let Some(value) = call.body.get(name).filter(|value| name == "name" || !value.is_null()) {
            copy.insert(name.to_owned(), value.clone());
        }
    }
    let with_evidence = match call.body.get("duplicate_evidences") {
        Some(Value::Bool(wanted)) => *wanted,
        // A form has only words.
        Some(Value::String(word)) => word == "true" || word == "on",
        _ => false,
    };
    if !with_evidence {
        copy.remove("evidences");
    }
    let lenient = engine::Context { strict: false, ..call.ctx.clone() };
    let (id, _) = create_in(&lenient, &mut rows, call.resource, &copy).await?;
    let copy = retrieve(call.ctx, &mut rows, call.resource, Shape::Detail, id).await?;
    let copy: Value = serde_json::from_slice(&copy).map_err(|error| ApiError::Internal(error.to_string()))?;
    rows.commit().await?;
    Ok(Answer::Json(json!({ "results": copy })))
}
