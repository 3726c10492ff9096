//! Methods, headers and forms of a request, on every path that there is.

use super::{Checks, creatable, stage};
use blackbox::LIBRARY_KINDS;
use serde_json::{Value, json};

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_are_not_offered_are_refused_and_the_others_are_named() {
    let (_app, maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in &resources {
        let offered = &resource.operations;
        let mut on_list = vec!["GET"];
        on_list.extend(offered.create.then_some("POST"));
        let mut on_row = vec!["GET"];
        on_row.extend(offered.update.then_some(["PUT", "PATCH"]).into_iter().flatten());
        on_row.extend(offered.delete.then_some("DELETE"));
        let list = format!("/api/{}/", resource.path);
        let row = format!("{list}11111111-1111-4111-8111-111111111111/");
        for (path, offered) in [(list, on_list), (row, on_row)] {
            let allow = format!("{}, HEAD, OPTIONS", offered.join(", "));
            for method in METHODS.into_iter().filter(|method| !offered.contains(method)) {
                let answer = maker.actor().call(method, &path).await;
                let body = json!({ "detail": format!("Method \"{method}\" not allowed.") });
                checks.says(&format!("{method} {path}"), &answer, 405, &body);
                checks.that(answer.header("allow") == Some(&allow), || {
                    format!("{path}: Allow is {:?}", answer.header("allow"))
                });
            }
            let options = maker.actor().call("OPTIONS", &path).await;
            checks.status(&format!("OPTIONS {path}"), &options, 200);
            checks.that(options.header("allow") == Some(&allow), || {
                format!("{path}: Allow is {:?}", options.header("allow"))
            });
            checks.that(options.json["renders"] == json!(["application/json"]), || {
                format!("OPTIONS {path}: {}", options.text)
            });
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_answer_with_and_without_their_last_slash_and_to_head() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in &resources {
        let list = format!("/api/{}", resource.path);
        if resource.makes_rows() || LIBRARY_KINDS.contains(&resource.path) {
            maker.make(resource).await;
        }
        let rows = maker.actor().get(&format!("{list}/?limit=1")).await.expect(200).rows();
        let row = format!("{list}/{}", rows[0]["id"].as_str().unwrap_or_default());
        for path in [format!("{list}?limit=2"), row.clone(), format!("{row}/object"), format!("{row}/cascade-info")] {
            let (way, query) = path.split_once('?').unwrap_or((&path, ""));
            let with = maker.actor().get(&format!("{way}/?{query}")).await;
            let without = maker.actor().get(&path).await;
            checks.says(&path, &without, 200, &with.json);
            let head = maker.actor().call("HEAD", &path).await;
            checks.that(head.status == 200 && head.text.is_empty(), || {
                format!("HEAD {path}: {} {}", head.status, head.text)
            });
        }
        if resource.makes_rows() {
            let body = maker.minimal(resource).await;
            let made = maker.actor().post(&list, body.into()).await;
            checks.status(&format!("POST {list}"), &made, 201);
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_ids_and_what_is_no_id_are_not_found() {
    let (_app, maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in &resources {
        let unknown = match resource.missing {
            Some(sentence) => json!(sentence),
            None => json!({ "detail": format!("No {} matches the given query.", resource.type_name) }),
        };
        // What may be asked for by another word is not there under this one.
        let no_id = resource.found_by.map_or(json!({ "detail": "Not found." }), |_| unknown.clone());
        for rest in ["", "object/", "cascade-info/"] {
            let path = |id: &str| format!("/api/{}/{id}/{rest}", resource.path);
            let answer = maker.actor().get(&path("00000000-0000-4000-8000-000000000000")).await;
            checks.says(&path("unknown"), &answer, 404, &unknown);
            let answer = maker.actor().get(&path("not-a-uuid")).await;
            checks.says(&path("not-a-uuid"), &answer, 404, &no_id);
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_is_spoken() {
    let (_app, maker, resources) = stage().await;
    let actor = maker.actor();
    let mut checks = Checks::default();
    for resource in &resources {
        let list = format!("/api/{}/", resource.path);
        for accept in ["text/html", "application/xml", "image/png"] {
            let answer = actor.send(actor.request("GET", &list).header("accept", accept)).await;
            checks.says(
                &format!("{list} as {accept}"),
                &answer,
                406,
                &json!({ "detail": "Could not satisfy the request Accept header." }),
            );
        }
        for accept in ["application/json", "*/*", "application/*", "text/html,*/*;q=0.8", ""] {
            let answer = actor.send(actor.request("GET", &list).header("accept", accept)).await;
            checks.status(&format!("{list} as {accept:?}"), &answer, 200);
        }
        checks.status(&list, &actor.get(&format!("{list}?format=json")).await, 200);
        checks.says(&list, &actor.get(&format!("{list}?format=xml")).await, 404, &json!({ "detail": "Not found." }));
    }
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        for kind in ["application/xml", "text/plain"] {
            let answer = actor.send(actor.request("POST", &list).header("content-type", kind).body("<a/>")).await;
            let body = json!({ "detail": format!("Unsupported media type \"{kind}\" in request.") });
            checks.says(&format!("{list} in {kind}"), &answer, 415, &body);
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_object_are_refused() {
    let (_app, maker, resources) = stage().await;
    let actor = maker.actor();
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        for broken in ["{", "{\"name\":}", "{'name': 'x'}", "nonsense", "{\"name\":\"\\ud800\"}"] {
            let request = actor.request("POST", &list).header("content-type", "application/json").body(broken);
            let answer = actor.send(request).await;
            let told = answer.json["detail"].as_str().is_some_and(|detail| detail.starts_with("JSON parse error - "));
            checks.that(answer.status == 400 && told, || format!("{list} {broken}: {} {}", answer.status, answer.text));
        }
        for (other, kind) in [
            (json!([]), "list"),
            (json!([{}]), "list"),
            (json!("x"), "str"),
            (json!(1), "int"),
            (Value::Null, "NoneType"),
        ] {
            let answer = actor.post(&list, other.clone()).await;
            let sentence = format!("Invalid data. Expected a dictionary, but got {kind}.");
            checks.says(&format!("{list} {other}"), &answer, 400, &json!({ "non_field_errors": [sentence] }));
        }
        // No body at all is an empty object: what is missing is told.
        let answer = actor.send(actor.request("POST", &list).header("content-type", "application/json")).await;
        checks.that(answer.status == 400 && answer.text.contains("This field is required."), || answer.text.clone());
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_common_headers() {
    let (_app, maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in &resources {
        for path in [format!("/api/{}/", resource.path), format!("/api/{}/nobody/", resource.path)] {
            let answer = maker.actor().get(&path).await;
            for (name, value) in [
                ("content-type", "application/json"),
                ("content-language", "en"),
                ("x-frame-options", "DENY"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
            ] {
                checks.that(answer.header(name) == Some(value), || {
                    format!("{path}: {name} is {:?}", answer.header(name))
                });
            }
            checks.that(answer.header("x-request-id").is_some(), || format!("{path}: no request id"));
            let vary = answer.header("vary").unwrap_or_default();
            checks.that(vary.contains("Accept-Language"), || format!("{path}: Vary is {vary}"));
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_are_not_found_in_json() {
    let (_app, maker, _resources) = stage().await;
    let mut checks = Checks::default();
    for path in ["/api", "/api/nosuch/", "/api/nosuch", "/api/assets/nosuch/nosuch/", "/api/"] {
        let answer = maker.actor().get(path).await;
        checks.says(path, &answer, 404, &json!({ "detail": "Not found." }));
    }
    checks.settle();
}
