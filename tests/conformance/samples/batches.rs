//! The recorded batch actions, replayed in their order. Those about kinds that do not exist here
//! are asked of assets, with the field that comes nearest.

use super::deviations::Found;
use super::recorded::read;
use blackbox::TestApp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Fields of applied controls, and the field of assets that behaves alike.
const ALIKE: [(&str, &str); 7] = [
    ("status", "type"),
    ("owner", "owner"),
    ("filtering_labels", "filtering_labels"),
    ("name", "name"),
    ("folder", "folder"),
    ("is_published", "is_published"),
    ("observation", "observation"),
];

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
        let controls = path == "/applied-controls/";
        let field = pair["request"]["field"].as_str();
        let alike = field
            .map(|field| ALIKE.iter().find(|(theirs, _)| controls && *theirs == field).map_or(field, |(_, ours)| ours));
        let strange = controls && field.is_some_and(|field| !ALIKE.iter().any(|(theirs, _)| *theirs == field));
        if (!controls && path != "/assets/") || strange {
            continue;
        }
        make_rows(app, pair, &mut names).await;
        let mut request = pair["request"].clone();
        if let Some(ids) = request.get_mut("ids").and_then(Value::as_array_mut) {
            for id in ids {
                *id = ours(id, &names);
            }
        }
        if let Some(alike) = alike {
            request["field"] = json!(alike);
        }
        let unknown = pair["answer"].to_string().contains("object does not exist");
        let value = match (alike, pair["request"]["action"].as_str(), &pair["request"]["value"]) {
            (Some("owner"), _, Value::Array(_)) => json!([actor]),
            (Some("filtering_labels"), _, Value::Array(_)) => json!([label]),
            (Some("type"), _, value) if value == "active" => json!("PR"),
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
                if let (Some(theirs), Some(alike)) = (field, alike)
                    && let Some(error) = entry.get_mut("error").and_then(Value::as_object_mut)
                    && let Some(sentences) = error.remove(theirs)
                {
                    *error = Map::from_iter([(alike.to_owned(), sentences)]);
                }
            }
        }
        let answer = app.admin().post("/api/assets/batch-action/", request.clone()).await;
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
async fn make_rows(app: &TestApp, pair: &Value, names: &mut BTreeMap<String, String>) {
    let answer = &pair["answer"];
    let known = ["succeeded", "failed"].into_iter().flat_map(|list| answer[list].as_array().into_iter().flatten());
    for entry in known {
        let (Some(id), Some(name)) = (entry["id"].as_str(), entry["name"].as_str()) else { continue };
        if !names.contains_key(id) {
            let made = app.admin().post("/api/assets/", json!({ "name": name })).await.expect(201).id();
            names.insert(id.to_owned(), made);
        }
    }
}

fn ours(id: &Value, names: &BTreeMap<String, String>) -> Value {
    id.as_str().and_then(|id| names.get(id)).map_or_else(|| id.clone(), |id| json!(id))
}
