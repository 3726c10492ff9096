//! Personal access tokens: the journey and the life cycle.

use blackbox::{Actor, TestApp};
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_opens_the_api_until_it_is_revoked() {
    let app = TestApp::start().await;
    let made = app.admin().post("/api/iam/auth-tokens/", json!({ "name": "ci", "expiry": 30 })).await.expect(200);
    let value = made.json["token"].as_str().expect("a value").to_owned();
    assert_eq!(made.json["expiry"], "2026-12-24T09:00:00.000000Z");
    assert_eq!(made.header("cache-control"), Some("no-store"));

    let script = Actor::with_token(&app.base(), &value);
    let folders = script.get("/api/folders/").await.expect(200);
    assert_eq!(folders.rows()[0]["name"], "Global");
    assert_eq!(folders.header("token-expiration"), Some("2026-12-24T09:00:00.000000Z"));

    let list = app.admin().get("/api/iam/auth-tokens/").await.expect(200);
    assert!(!list.text.contains(&value));
    let digest = list.json[0]["digest"].as_str().expect("an id").to_owned();
    app.admin().delete(&format!("/api/iam/auth-tokens/{digest}/")).await.expect(204);
    let refused = script.get("/api/folders/").await.expect(401);
    assert_eq!(refused.json, json!({ "detail": "Invalid token.", "code": "token_revoked" }));
    assert_eq!(refused.header("www-authenticate"), Some("Token"));
    assert_eq!(app.admin().get("/api/iam/auth-tokens/").await.expect(200).json, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_stops_in_its_expiry_second_and_stays_stopped() {
    let app = TestApp::start().await;
    let script = app.token_of(app.admin()).await;
    app.wait(TimeDelta::days(30) - TimeDelta::milliseconds(1));
    script.get("/api/folders/").await.expect(200);
    app.wait(TimeDelta::milliseconds(1));
    let refused = script.get("/api/folders/").await.expect(401);
    assert_eq!(refused.json["code"], "token_expired");
    app.wait(TimeDelta::hours(-2));
    script.get("/api/folders/").await.expect(401);
}
