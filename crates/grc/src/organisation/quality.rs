//! `quality_check`: findings about a folder or perimeter, by the assessments in it.
//!
//! Findings are about audits and risk assessments. Until those kinds are declared there is
//! nothing to find, and the answer says just that in the recorded shape.

use engine::declare::{Action, Answer, Shape, get};
use engine::read::{list_selected, retrieve};
use engine::{ApiError, Call, Verb};
use serde_json::{Map, Value, json};

/// The check over all visible rows. `key` names the row in the answer.
pub(super) fn all(key: &'static str) -> Action {
    let action = get("quality_check").needs(Verb::View);
    match key {
        "folder" => action.run(|call| Box::pin(check_all(call, "folder"))),
        _ => action.run(|call| Box::pin(check_all(call, "perimeter"))),
    }
}

/// The check over one row.
pub(super) fn one(key: &'static str) -> Action {
    let action = get("quality_check").on_item().needs(Verb::View);
    match key {
        "folder" => action.run(|call| Box::pin(check_one(call, "folder"))),
        _ => action.run(|call| Box::pin(check_one(call, "perimeter"))),
    }
}

async fn check_all(call: Call<'_>, key: &str) -> Result<Answer, ApiError> {
    let body = list_selected(call.ctx, call.resource, call.query, "", Shape::Detail).await?;
    let mut page: Value = serde_json::from_slice(&body).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut results = Map::new();
    for row in page["results"].as_array_mut().into_iter().flatten() {
        let id = row["id"].as_str().unwrap_or_default().to_owned();
        results.insert(id, finding(key, row.take()));
    }
    Ok(Answer::Json(json!({ "results": results })))
}

async fn check_one(call: Call<'_>, key: &str) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let row = retrieve(call.ctx, &mut rows, call.resource, Shape::Detail, call.item()?).await?;
    let row = serde_json::from_slice(&row).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::Json(finding(key, row)))
}

fn finding(key: &str, row: Value) -> Value {
    let mut finding = Map::new();
    finding.insert(key.to_owned(), row);
    for kind in ["compliance_assessments", "risk_assessments"] {
        finding.insert(kind.to_owned(), json!({ "objects": {} }));
    }
    Value::Object(finding)
}
