//! A row's life: made, read in its shapes, changed, replaced, deleted.

use super::{Checks, creatable, stage};
use chrono::TimeDelta;
use engine::declare::{Resource, Shape};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Keys that the declaration gives a shape.
fn declared(resource: &Resource, shape: Shape) -> BTreeSet<String> {
    resource.fields.iter().filter(|field| field.shown_in(shape)).map(|field| field.name.to_owned()).collect()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_made_read_changed_replaced_and_deleted() {
    let (app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let path = resource.path;
        let list = format!("/api/{path}/");
        let body: Value = maker.minimal(resource).await.into();
        let actor = maker.actor();

        let made = actor.post(&list, body.clone()).await;
        checks.status(&format!("POST {path}"), &made, 201);
        if made.status != 201 {
            continue;
        }
        let row = format!("{list}{}/", made.id());
        checks.that(keys(&made.json) == declared(resource, Shape::Write), || {
            format!(
                "{path}: POST answered the keys {:?} and not {:?}",
                keys(&made.json),
                declared(resource, Shape::Write)
            )
        });
        for (name, value) in body.as_object().into_iter().flatten() {
            checks.that(made.json[name] == *value, || format!("{path}.{name}: {} instead of {value}", made.json[name]));
        }

        let detail = actor.get(&row).await;
        checks.status(&format!("GET {path}"), &detail, 200);
        checks.that(keys(&detail.json) == declared(resource, Shape::Detail), || {
            format!(
                "{path}: the detail has the keys {:?} and not {:?}",
                keys(&detail.json),
                declared(resource, Shape::Detail)
            )
        });
        let found = actor.get(&format!("{list}?id={}", made.id())).await;
        checks.that(found.json["count"] == 1, || format!("{path}: ?id= found {}", found.text));
        checks.that(keys(&found.json["results"][0]) == declared(resource, Shape::List), || {
            format!("{path}: the list has the keys {:?}", keys(&found.json["results"][0]))
        });
        let object = actor.get(&format!("{row}object/")).await;
        checks.says(&format!("GET {path} object"), &object, 200, &made.json);
        let info = actor.get(&format!("{row}cascade-info/")).await;
        checks.that(keys(&info.json) == ["affected", "blocked", "deleted"].map(str::to_owned).into(), || {
            format!("{path}: cascade-info answered {}", info.text)
        });

        if resource.operations.update {
            app.wait(TimeDelta::seconds(1));
            let changed = actor.patch(&row, json!({})).await;
            checks.status(&format!("PATCH {path}"), &changed, 200);
            if let Some(before) = made.json.get("updated_at") {
                checks.that(changed.json["updated_at"] != *before, || format!("{path}: updated_at stood still"));
            }
            let changed = actor.patch(&row, json!({ "id": "x", "created_at": "x", "no_such_field": 1 })).await;
            checks.status(&format!("PATCH {path} with what is ignored"), &changed, 200);
            checks.that(changed.json["id"] == made.json["id"], || format!("{path}: the id changed"));
            checks.that(changed.json.get("created_at") == made.json.get("created_at"), || {
                format!("{path}: created_at changed")
            });
            let replaced = actor.put(&row, body.clone()).await;
            checks.status(&format!("PUT {path}"), &replaced, 200);
            let required = resource.fields.iter().filter(|field| field.required && field.input && !field.frozen);
            let missing: serde_json::Map<String, Value> =
                required.map(|field| (field.name.to_owned(), json!(["This field is required."]))).collect();
            if missing.is_empty() {
                // What it requires is set by POST alone.
                checks.status(&format!("PUT {path} of nothing"), &actor.put(&row, json!({})).await, 200);
            } else {
                checks.says(&format!("PUT {path} of nothing"), &actor.put(&row, json!({})).await, 400, &missing.into());
            }
        }
        if resource.operations.delete {
            let deleted = actor.delete(&row).await;
            checks.that(deleted.status == 204 && deleted.text.is_empty(), || {
                format!("DELETE {path}: {} {}", deleted.status, deleted.text)
            });
            let gone = json!({ "detail": format!("No {} matches the given query.", resource.type_name) });
            checks.says(&format!("GET {path} after DELETE"), &actor.get(&row).await, 404, &gone);
            for (method, rest) in
                [("GET", "object/"), ("GET", "cascade-info/"), ("PATCH", ""), ("PUT", ""), ("DELETE", "")]
            {
                let answer = actor.call(method, &format!("{row}{rest}")).await;
                checks.says(&format!("{method} {path} {rest} after DELETE"), &answer, 404, &gone);
            }
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_row_says_what_is_missing() {
    let (_app, maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let required = resource.fields.iter().filter(|field| field.required && field.input);
        let missing: serde_json::Map<String, Value> =
            required.map(|field| (field.name.to_owned(), json!(["This field is required."]))).collect();
        checks.that(!missing.is_empty(), || format!("{} requires nothing", resource.path));
        let answer = maker.actor().post(&format!("/api/{}/", resource.path), json!({})).await;
        checks.says(resource.path, &answer, 400, &missing.into());
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_be_said_is_kept() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let body = maker.full(resource).await;
        let made = maker.actor().post(&format!("/api/{}/", resource.path), body.clone().into()).await;
        checks.status(resource.path, &made, 201);
        for (name, value) in &body {
            let shown = resource.fields.iter().any(|field| field.name == *name && field.shown_in(Shape::Write));
            // Times are answered with microseconds.
            let kept = made.json[name] == *value
                || made.json[name] == value.as_str().unwrap_or_default().replace('Z', ".000000Z");
            // A role's permissions are completed by those to look.
            let more = made.json[name]
                .as_array()
                .zip(value.as_array())
                .is_some_and(|(ours, sent)| sent.iter().all(|one| ours.contains(one)));
            checks.that(!shown || kept || more, || {
                format!("{}.{name}: {} instead of {value}", resource.path, made.json[name])
            });
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_accepted_where_json_is() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        let body = maker.minimal(resource).await;
        let mut pairs = Vec::new();
        for (name, value) in &body {
            match value {
                Value::Array(many) => pairs.extend(many.iter().map(|one| (name.clone(), text(one)))),
                one => pairs.push((name.clone(), text(one))),
            }
        }
        let actor = maker.actor();
        let made = actor.send(actor.request("POST", &list).form(&pairs)).await;
        checks.status(&format!("{} as a form", resource.path), &made, 201);
        for (name, value) in &body {
            checks.that(made.json[name] == *value, || {
                format!("{}.{name}: {} instead of {value}", resource.path, made.json[name])
            });
        }
        let body = maker.minimal(resource).await;
        let mut form = reqwest::multipart::Form::new();
        for (name, value) in &body {
            let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            for one in values {
                form = form.text(name.clone(), text(&one));
            }
        }
        let actor = maker.actor();
        let made = actor.send(actor.request("POST", &list).multipart(form)).await;
        checks.status(&format!("{} as multipart", resource.path), &made, 201);
    }
    checks.settle();
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
