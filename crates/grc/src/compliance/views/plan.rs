//! The action plan: controls that rows of the audit are linked to, and what they cost.

use crate::compliance::head::{Head, head};
use crate::compliance::related::{Link, distinct, evidences_of, labels, links, shapes};
use crate::controls::budget_overview;
use engine::declare::{Answer, Kind, Resource, Shape, label};
use engine::read::{Reading, list_among};
use engine::{ApiError, Call, Cell, Query};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Fields of a control that a plan shows as its detail does.
const SAME: [&str; 19] = [
    "id",
    "ref_id",
    "name",
    "description",
    "folder",
    "status",
    "eta",
    "expiry_date",
    "priority",
    "category",
    "csf_function",
    "effort",
    "control_impact",
    "cost",
    "annual_cost",
    "ranking_score",
    "reference_control",
    "evidences",
    "owner",
];

/// Controls of a plan, ready to be shown.
pub(in crate::compliance) struct Plan {
    /// Each control as the plan shows it.
    pub controls: Vec<Value>,
}

/// One page of the plan.
pub(super) async fn page(call: Call<'_>) -> Result<Answer, ApiError> {
    let Some(resource) = call.ctx.engine.registry().get("applied-controls") else { return Ok(empty()) };
    let (head, links) = linked(&call).await?;
    let mut among = call.read().await?.statement();
    among.bind_in("t.id", Cell::Uuids(distinct(links.iter().map(|link| link.to))));
    let path = format!("/api/compliance-assessments/{}/action-plan/", call.item()?);
    let body = list_among(call.ctx, resource, call.query, &path, Shape::Detail, &among).await?;
    let mut page: Value = serde_json::from_slice(&body).map_err(|error| ApiError::Internal(error.to_string()))?;
    let details = page["results"].as_array_mut().map(std::mem::take).unwrap_or_default();
    page["results"] = Value::Array(shown(&call, resource, (&head, &links), details).await?);
    Ok(Answer::Json(page))
}

/// The whole plan.
pub(in crate::compliance) async fn whole(call: &Call<'_>) -> Result<Plan, ApiError> {
    let Some(resource) = call.ctx.engine.registry().get("applied-controls") else {
        return Ok(Plan { controls: Vec::new() });
    };
    let (head, links) = linked(call).await?;
    let mut among = call.read().await?.statement();
    among.bind_in("t.id", Cell::Uuids(distinct(links.iter().map(|link| link.to))));
    let body = list_among(call.ctx, resource, &Query::default(), "", Shape::Detail, &among).await?;
    let mut page: Value = serde_json::from_slice(&body).map_err(|error| ApiError::Internal(error.to_string()))?;
    let details = page["results"].as_array_mut().map(std::mem::take).unwrap_or_default();
    Ok(Plan { controls: shown(call, resource, (&head, &links), details).await? })
}

fn empty() -> Answer {
    Answer::Json(json!({ "count": 0, "next": null, "previous": null, "results": [] }))
}

async fn linked(call: &Call<'_>) -> Result<(Head, Vec<Link>), ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let links = links(&mut reading, &head, "applied_controls", "applied-controls").await?;
    Ok((head, links))
}

async fn shown(
    call: &Call<'_>,
    resource: &Resource,
    (head, links): (&Head, &[Link]),
    details: Vec<Value>,
) -> Result<Vec<Value>, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let names = labels(&mut reading, head.id).await?;
    let ids: Vec<Uuid> = details.iter().filter_map(|detail| detail["id"].as_str()?.parse().ok()).collect();
    let of_controls = evidences_of(&mut reading, head, &ids).await?;
    let files = attachments(&mut reading, &distinct(of_controls.values().flatten().copied())).await?;
    let hidden = head.hidden();
    let one = |detail: Value| {
        let id: Uuid = detail["id"].as_str()?.parse().ok()?;
        let mut control: Map<String, Value> =
            SAME.iter().map(|field| ((*field).to_owned(), detail[*field].clone())).collect();
        if hidden.contains(&"evidences") {
            control.insert("evidences".into(), json!([]));
        }
        control.insert("status".into(), status_label(resource, &detail["status"]));
        let rows = links.iter().filter(|link| link.to == id);
        let rows = rows.filter_map(|link| Some(json!({ "str": names.get(&link.row)?, "id": link.row })));
        control.insert("requirement_assessments".into(), rows.collect());
        let own = of_controls.get(&id).into_iter().flatten();
        control.insert("evidence_attachments".into(), own.filter_map(|id| files.get(id)).cloned().collect());
        for field in ["created_at", "updated_at"] {
            control.insert(field.into(), detail[field].clone());
        }
        Some(Value::Object(control))
    };
    Ok(details.into_iter().filter_map(one).collect())
}

/// Names of files of evidences that have one.
async fn attachments(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Value>, ApiError> {
    let Some(resource) = reading.ctx.engine.registry().get("evidences").filter(|_| !ids.is_empty()) else {
        return Ok(HashMap::new());
    };
    let shapes = shapes(reading, resource, Shape::Detail, ids).await?;
    let file = |shape: &Value| {
        let name = shape["attachment"].as_str()?.trim_start_matches('/').to_owned();
        Some((shape["id"].as_str()?.parse().ok()?, json!(name)))
    };
    Ok(shapes.iter().filter_map(file).collect())
}

/// The plan shows the label where other answers show the code.
fn status_label(resource: &Resource, code: &Value) -> Value {
    let options = resource.fields.iter().find_map(|field| match field.kind {
        Kind::Choice { options, .. } if field.name == "status" => Some(options),
        _ => None,
    });
    match (options, code.as_str()) {
        (Some(options), Some(code)) => json!(label(options, code)),
        _ => code.clone(),
    }
}

/// Sums of what the controls of the plan cost.
pub(super) async fn budget(call: Call<'_>) -> Result<Answer, ApiError> {
    costs(&call).await.map(Answer::Json)
}

/// The same, for documents.
pub(in crate::compliance) async fn costs(call: &Call<'_>) -> Result<Value, ApiError> {
    let (_, links) = linked(call).await?;
    let controls = distinct(links.iter().map(|link| link.to));
    budget_overview(call.ctx, &mut call.read().await?, &controls).await
}
