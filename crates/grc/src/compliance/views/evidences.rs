//! `evidences-list`: what proves the audit, by its rows or their controls.

use crate::compliance::head::head;
use crate::compliance::related::{distinct, evidences_of, labels, links};
use engine::declare::{Answer, Shape};
use engine::read::{Reading, list_among};
use engine::{ApiError, Call, Cell};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Fields that the list shows as the detail of an evidence does.
const SAME: [&str; 7] = ["id", "name", "status", "expiry_date", "owner", "folder", "size"];

/// One page.
pub(super) async fn page(call: Call<'_>) -> Result<Answer, ApiError> {
    let Some(resource) = call.ctx.engine.registry().get("evidences") else {
        return Ok(Answer::Json(json!({ "count": 0, "next": null, "previous": null, "results": [] })));
    };
    let audit = call.item()?;
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, audit).await?;
    let names = labels(&mut reading, audit).await?;
    let mut proofs: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for link in links(&mut reading, &head, "evidences", "evidences").await? {
        proofs.entry(link.to).or_default().push(link.row);
    }
    let controls = links(&mut reading, &head, "applied_controls", "applied-controls").await?;
    let of_controls = evidences_of(&mut reading, &head, &distinct(controls.iter().map(|link| link.to))).await?;
    for link in controls {
        for evidence in of_controls.get(&link.to).into_iter().flatten() {
            let rows = proofs.entry(*evidence).or_default();
            if !rows.contains(&link.row) {
                rows.push(link.row);
            }
        }
    }
    let mut among = reading.rows.statement();
    among.bind_in("t.id", Cell::Uuids(proofs.keys().copied().collect()));
    drop(rows);
    let path = format!("/api/compliance-assessments/{audit}/evidences-list/");
    let body = list_among(call.ctx, resource, call.query, &path, Shape::Detail, &among).await?;
    let mut page: Value = serde_json::from_slice(&body).map_err(|error| ApiError::Internal(error.to_string()))?;
    let details = page["results"].as_array_mut().map(std::mem::take).unwrap_or_default();
    let one = |detail: Value| {
        let id: Uuid = detail["id"].as_str()?.parse().ok()?;
        let mut evidence: Map<String, Value> =
            SAME.iter().map(|field| ((*field).to_owned(), detail[*field].clone())).collect();
        evidence.insert("last_update".into(), detail["updated_at"].clone());
        let rows = proofs.get(&id).into_iter().flatten();
        let rows = rows.filter_map(|row| Some(json!({ "str": names.get(row)?, "id": row })));
        evidence.insert("requirement_assessments".into(), rows.collect());
        Some(Value::Object(evidence))
    };
    page["results"] = details.into_iter().filter_map(one).collect();
    Ok(Answer::Json(page))
}
