//! What a client may ask of the form of answers: strictness, problem details, request ids.

use blackbox::{Actor, Answer, TestApp};
use serde_json::{Value, json};

async fn strictly(actor: &Actor, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = actor.request(method, path).header("prefer", "handling=strict");
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    actor.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn strict_handling_names_what_it_does_not_know() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let path = format!("/api/assets/{}/", app.asset("Ledger", &root).await);

    let refused = strictly(app.admin(), "GET", "/api/assets/?heading=x&limit=3&foo=1", None).await.expect(400);
    let unknown = json!(["Unknown query parameter."]);
    assert_eq!(refused.json, json!({ "heading": unknown, "foo": unknown }));
    let body = json!({ "name": "New", "colour": "red" });
    let refused = strictly(app.admin(), "POST", "/api/assets/", Some(body.clone())).await.expect(400);
    assert_eq!(refused.json, json!({ "colour": ["Unknown field."] }));
    for method in ["PATCH", "PUT"] {
        let refused = strictly(app.admin(), method, &path, Some(body.clone())).await.expect(400);
        assert_eq!(refused.json, json!({ "colour": ["Unknown field."] }));
    }
    let refused =
        strictly(app.admin(), "PATCH", "/api/settings/general/", Some(json!({ "colour": 1 }))).await.expect(400);
    assert_eq!(refused.json, json!({ "colour": ["Unknown setting."] }));
    assert_eq!(app.admin().get("/api/assets/?search=New").await.json["count"], 0);

    // Everything that is known passes, and without the wish nothing is refused.
    strictly(app.admin(), "GET", "/api/assets/?name=x&limit=3&offset=0&ordering=name&search=a&type=PR", None)
        .await
        .expect(200);
    strictly(app.admin(), "POST", "/api/assets/", Some(json!({ "name": "Known" }))).await.expect(201);
    app.admin().get("/api/assets/?heading=x").await.expect(200);
    app.admin().post("/api/assets/", body).await.expect(201);
    for lenient in ["handling=lenient", "respond-async", "return=minimal"] {
        let request = app.admin().request("GET", "/api/assets/?heading=x").header("prefer", lenient);
        app.admin().send(request).await.expect(200);
    }
    for strict in ["respond-async, handling=strict", "handling = strict; wait=5"] {
        let request = app.admin().request("GET", "/api/assets/?heading=x").header("prefer", strict);
        app.admin().send(request).await.expect(400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn problem_details_for_those_who_ask() {
    let app = TestApp::start().await;
    let problem = async |actor: &Actor, method: &str, path: &str, body: Value| {
        let request = actor.request(method, path).header("accept", "application/problem+json, application/json");
        actor.send(request.json(&body)).await
    };
    let nobody = app.anonymous();
    let id = "00000000-0000-7000-8000-000000000000";
    let cases = [
        (&nobody, "GET", "/api/assets/".to_owned(), json!({}), 401),
        (app.admin(), "GET", format!("/api/assets/{id}/"), json!({}), 404),
        (app.admin(), "PUT", "/api/assets/".to_owned(), json!({}), 405),
        (app.admin(), "POST", "/api/assets/".to_owned(), json!({}), 400),
        (app.admin(), "POST", "/api/assets/batch-action/".to_owned(), json!({ "action": "x" }), 400),
    ];
    for (actor, method, path, body, status) in cases {
        let told = problem(actor, method, &path, body.clone()).await.expect(status);
        assert_eq!(told.header("content-type"), Some("application/problem+json"), "{method} {path}");
        assert_eq!((&told.json["type"], &told.json["status"]), (&json!("about:blank"), &json!(status)));
        assert!(told.json["title"].is_string() && told.json.get("detail").is_some(), "{}", told.text);
        // Without the wish the body is the contract's.
        let plain = actor.send(actor.request(method, &path).json(&body)).await.expect(status);
        assert_eq!(plain.header("content-type"), Some("application/json"));
        assert_eq!(plain.json.get("title"), None);
        match told.json["detail"].as_str() {
            Some(detail) => assert!(plain.text.contains(&detail.replace('"', "\\\"")), "{} in {}", detail, plain.text),
            None => assert_eq!(told.json["errors"], plain.json),
        }
    }
    let good = problem(app.admin(), "GET", "/api/assets/", json!({})).await.expect(200);
    assert_eq!(good.header("content-type"), Some("application/json"), "good news is no problem");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_the_api_has_a_request_id() {
    let app = TestApp::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for (actor, path) in [
        (app.admin(), "/api/assets/"),
        (app.admin(), "/api/assets/nonsense/"),
        (app.admin(), "/api/no-such-thing/"),
        (&app.anonymous(), "/api/assets/"),
        (&app.anonymous(), "/api/health/"),
    ] {
        let answer = actor.get(path).await;
        let id = answer.header("x-request-id").unwrap_or_default().to_owned();
        assert_eq!(id.len(), 32, "{path}: {id}");
        assert!(seen.insert(id), "{path}: the same twice");
    }
    // A proxy's id is kept, when it is one.
    for (given, kept) in [("abc-123", true), ("a b", false), ("", false), (&"x".repeat(65), false)] {
        let request = app.admin().request("GET", "/api/assets/").header("x-request-id", given);
        let answer = app.admin().send(request).await.expect(200);
        assert_eq!(answer.header("x-request-id") == Some(given), kept, "{given}");
    }
}
