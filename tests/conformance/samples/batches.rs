//! The recorded batch actions about kinds that exist here, replayed in their order.

use super::deviations::Found;
use super::recorded::read;
use blackbox::TestApp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Replays; returns how many answers were compared.
pub(super) async fn replay(app: &TestApp, file: &Path, found: &mut Found) -> usize {
    let recorded = read(file);
    let pairs = recorded.as_array().expect("a list");
    let (mut compared, mut names) = (0, BTreeMap::new());
    let actor = app.admin().get("/api/actors/?limit=1").await.expect(200).rows()[0]["id"].clone();
    let label = app.admin().get("/api/filtering-labels/?limit=1").await.expect(200).rows()[0]["id"].clone();
    let folder = app.domain("Where batches move things", None).await;
    for (number, pair) in pairs.iter().enumerate() {
        let path = pair["path"].as_str().unwrap_or_default();
        let field = pair["request"]["field"].as_str();
        if path != "/applied-controls/" && path != "/assets/" {
            continue;
        }
        make_rows(app, path, pair, &mut names).await;
        let mut request = pair["request"].clone();
        if let Some(ids) = request.get_mut("ids").and_then(Value::as_array_mut) {
            for id in ids {
                *id = ours(id, &names);
            }
        }
        let unknown = pair["answer"].to_string().contains("object does not exist");
        let value = match (field, pair["request"]["action"].as_str(), &pair["request"]["value"]) {
            (Some("owner"), _, Value::Array(_)) => json!([actor]),
            (Some("filtering_labels"), _, Value::Array(_)) => json!([label]),
            (Some("folder"), ..) | (_, Some("change_folder"), Value::String(_)) => match &pair["request"]["value"] {
                Value::String(id) if !unknown && id.len() == 36 => json!(folder),
                value => value.clone(),
            },
            (.., value) => value.clone(),
        };
        if request.get("value").is_some() {
            request["value"] = value;
        }
        let mut expected = pair["answer"].clone();
        for list in ["succeeded", "failed"] {
            for entry in expected.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                entry["id"] = ours(&entry["id"], &names);
            }
        }
        let answer = app.admin().post(&format!("/api{path}batch-action/"), request.clone()).await;
        let status = pair["status"].as_u64().unwrap_or_default();
        if u64::from(answer.status) != status || answer.json != expected {
            let sentence =
                format!("{request} answered {} {} instead of {status} {expected}", answer.status, answer.json);
            found.add("general.batch_actions", &number.to_string(), sentence);
        }
        compared += 1;
    }
    assert!(compared > 50, "only {compared} batch actions were replayed");
    compared
}

/// Rows that a recorded answer knows by name exist here before the request, with that name.
async fn make_rows(app: &TestApp, path: &str, pair: &Value, names: &mut BTreeMap<String, String>) {
    let answer = &pair["answer"];
    let known = ["succeeded", "failed"].into_iter().flat_map(|list| answer[list].as_array().into_iter().flatten());
    for entry in known {
        let (Some(id), Some(name)) = (entry["id"].as_str(), entry["name"].as_str()) else { continue };
        if !names.contains_key(id) {
            let made = app.admin().post(&format!("/api{path}"), json!({ "name": name })).await.expect(201).id();
            names.insert(id.to_owned(), made);
        }
    }
}

fn ours(id: &Value, names: &BTreeMap<String, String>) -> Value {
    id.as_str().and_then(|id| names.get(id)).map_or_else(|| id.clone(), |id| json!(id))
}
