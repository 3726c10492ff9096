//! `Prefer: handling=strict`: what would be ignored is refused, by name.

use super::{Checks, creatable, stage};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn unknown_parameters_are_named_only_on_request() {
    let (_app, maker, resources) = stage().await;
    let actor = maker.actor();
    let mut checks = Checks::default();
    for resource in &resources {
        let list = format!("/api/{}/", resource.path);
        let path = format!("{list}?nosuchfilter=1&limit=1");
        checks.status(&path, &actor.get(&path).await, 200);
        let strict = actor.send(actor.request("GET", &path).header("prefer", "handling=strict")).await;
        checks.says(&path, &strict, 400, &json!({ "nosuchfilter": ["Unknown query parameter."] }));
        let known = format!("{list}?limit=1&offset=0&ordering=id&search=a&id=&created_at__gte=");
        let known = if resource.fields.iter().any(|field| field.name == "created_at") {
            known
        } else {
            known.replace("&created_at__gte=", "")
        };
        let strict = actor.send(actor.request("GET", &known).header("prefer", "respond-async, handling=strict")).await;
        checks.status(&known, &strict, 200);
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_fields_are_named_only_on_request() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        let mut body = maker.minimal(resource).await;
        body.insert("no_such_field".into(), json!(1));
        let actor = maker.actor();
        let refused = actor.send(actor.request("POST", &list).header("prefer", "handling=strict").json(&body)).await;
        checks.says(&list, &refused, 400, &json!({ "no_such_field": ["Unknown field."] }));
        let made = actor.post(&list, body.into()).await;
        checks.status(&list, &made, 201);
        if resource.operations.update && made.status == 201 {
            let row = format!("{list}{}/", made.id());
            let body = json!({ "no_such_field": 1 });
            let refused =
                actor.send(actor.request("PATCH", &row).header("prefer", "handling=strict").json(&body)).await;
            checks.says(&row, &refused, 400, &json!({ "no_such_field": ["Unknown field."] }));
        }
    }
    checks.settle();
}
