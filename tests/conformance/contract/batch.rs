//! `batch-action/` of every resource that has it.

use super::{Checks, creatable, stage};
use engine::declare::Kind;
use serde_json::{Map, Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn one_action_on_many_rows() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources).filter(|resource| resource.operations.batch) {
        let path = format!("/api/{}/batch-action/", resource.path);
        let (one, two) = (maker.make(resource).await, maker.make(resource).await);
        let nobody = "00000000-0000-4000-8000-000000000000";
        let actor = maker.actor().clone();
        for (body, refused) in [
            (json!({}), json!({ "error": "Invalid action type" })),
            (json!({ "action": "bogus", "ids": [one] }), json!({ "error": "Invalid action type" })),
            (json!({ "action": "delete" }), json!({ "error": "No ids provided" })),
            (json!({ "action": "delete", "ids": [] }), json!({ "error": "No ids provided" })),
            (json!({ "action": "delete", "ids": "x" }), json!({ "error": "No ids provided" })),
            (
                json!({ "action": "delete", "ids": ["bad"] }),
                json!({ "non_field_errors": ["“bad” is not a valid UUID."] }),
            ),
            (
                json!({ "action": "change_field", "ids": [one], "field": "nosuch" }),
                json!({ "error": "field not editable: nosuch" }),
            ),
            (
                json!({ "action": "change_field", "ids": [one], "field": "id" }),
                json!({ "error": "field not editable: id" }),
            ),
            (json!({ "action": "change_field", "ids": [one] }), json!({ "error": "field not editable: None" })),
        ] {
            checks.says(&format!("{path} {body}"), &actor.post(&path, body.clone()).await, 400, &refused);
        }

        let field = resource.fields.iter().find(|field| {
            field.input
                && !field.frozen
                && field.max < 1000
                && matches!(field.kind, Kind::Text { .. })
                && field.shown_as.is_none()
        });
        if let Some(field) = field {
            let body =
                json!({ "action": "change_field", "ids": [one, nobody], "field": field.name, "value": "changed" });
            let answer = actor.post(&path, body).await;
            checks.status(&path, &answer, 200);
            checks.that(answer.json["succeeded"][0]["id"] == json!(one), || format!("{path}: {}", answer.text));
            let failed = json!([{ "id": nobody, "error": "Object not found or access denied" }]);
            checks.that(answer.json["failed"] == failed, || format!("{path}: {}", answer.text));
            let shown = actor.get(&format!("/api/{}/{one}/object/", resource.path)).await;
            checks.that(shown.json[field.name] == "changed", || {
                format!("{path}: {} is {}", field.name, shown.json[field.name])
            });
            let long = "x".repeat(field.max + 1);
            let body = json!({ "action": "change_field", "ids": [two], "field": field.name, "value": long });
            let answer = actor.post(&path, body).await;
            let sentence = format!("Ensure this field has no more than {} characters.", field.max);
            let error = Value::Object(Map::from_iter([(field.name.to_owned(), json!([sentence]))]));
            checks.that(answer.status == 200 && answer.json["failed"][0]["error"] == error, || {
                format!("{path}: {}", answer.text)
            });
        }
        let many = resource.fields.iter().find_map(|field| match field.kind {
            Kind::References { target } if field.input && target != resource.path => Some((field.name, target)),
            _ => None,
        });
        if let Some((name, target)) = many
            && let Some(id) = maker.some(target).await
        {
            for action in ["add_m2m", "change_m2m", "change_field"] {
                let body = json!({ "action": action, "ids": [two], "field": name, "value": [id] });
                let answer = actor.post(&path, body).await;
                checks.that(answer.json["failed"] == json!([]), || format!("{path} {action}: {}", answer.text));
            }
            let shown = actor.get(&format!("/api/{}/{two}/object/", resource.path)).await;
            checks.that(shown.json[name].as_array().is_some_and(|list| list.contains(&json!(id))), || {
                format!("{path}: {name} is {}", shown.json[name])
            });
        }

        let answer = actor.post(&path, json!({ "action": "delete", "ids": [one, two, nobody] })).await;
        checks.that(answer.json["succeeded"].as_array().is_some_and(|list| list.len() == 2), || {
            format!("{path}: {}", answer.text)
        });
        for id in [one, two] {
            checks.status(&path, &actor.get(&format!("/api/{}/{id}/", resource.path)).await, 404);
        }
    }
    checks.settle();
}
