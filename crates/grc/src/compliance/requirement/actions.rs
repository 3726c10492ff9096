//! Special operations of rows.

use crate::compliance::suggest;
use crate::compliance::words;
use engine::declare::Answer;
use engine::{ApiError, Call, Verb};
use serde_json::{Value, json};

/// What `POST` would do. Nothing is made.
pub(super) async fn preview(call: Call<'_>) -> Result<Answer, ApiError> {
    let row = call.item()?;
    suggest::preview(&call, suggest::Where::Row(row)).await
}

/// Makes the controls that the requirement suggests, or takes those that are there, and links them.
pub(super) async fn suggest(call: Call<'_>) -> Result<Answer, ApiError> {
    let row = call.item()?;
    suggest::apply(&call, suggest::Where::Row(row)).await
}

/// The contract asks rows for what is said of controls; controls say it themselves.
async fn of_controls(call: Call<'_>, name: &str, nothing: Value) -> Result<Answer, ApiError> {
    let controls = call.ctx.engine.registry().get("applied-controls");
    let action = controls.and_then(|controls| controls.actions.iter().find(|action| action.name == name).copied());
    match (controls, action) {
        (Some(resource), Some(action)) => {
            let access = call.ctx.access(resource, Verb::View);
            engine::call::run(action, Call { resource, access, item: None, ..call }).await
        }
        _ => Ok(Answer::Json(nothing)),
    }
}

/// How many controls stand where.
pub(super) async fn per_status(call: Call<'_>) -> Result<Answer, ApiError> {
    let codes = ["to_do", "in_progress", "on_hold", "active", "degraded", "deprecated"];
    let colours = ["#BFDBFE", "#392F5A", "#F4D06F", "#46D39A", "#F97316", "#E55759"];
    let mut keys: Vec<String> = codes.iter().map(|code| words::key(code)).collect();
    keys.push("undefined".into());
    let mut labels: Vec<&str> = vec!["To do", "In progress", "On hold", "Active", "Degraded", "Deprecated"];
    labels.push("Undefined");
    let values: Vec<Value> = colours
        .iter()
        .chain(["#CCC"].iter())
        .map(|colour| json!({ "value": 0, "itemStyle": { "color": colour } }))
        .collect();
    let nothing = json!({ "results": { "localLables": keys, "labels": labels, "values": values } });
    of_controls(call, "per_status", nothing).await
}

/// Controls that wait for somebody.
pub(super) async fn todo(call: Call<'_>) -> Result<Answer, ApiError> {
    of_controls(call, "todo", json!({ "results": [] })).await
}

/// Controls that should be looked at again.
pub(super) async fn to_review(call: Call<'_>) -> Result<Answer, ApiError> {
    of_controls(call, "to_review", json!({ "results": [] })).await
}

/// Controls that the caller may change.
pub(super) async fn updatables(call: Call<'_>) -> Result<Answer, ApiError> {
    of_controls(call, "updatables", json!({ "results": [] })).await
}
