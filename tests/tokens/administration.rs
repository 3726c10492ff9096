//! The organisation's side: rules, a view over all tokens, and their end.

use blackbox::{Actor, TestApp};
use chrono::TimeDelta;
use serde_json::json;

async fn policy(app: &TestApp, rules: serde_json::Value) {
    app.admin().patch("/api/iam/token-policy/", rules).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_bind_everybody_from_the_next_request_on() {
    let app = TestApp::start().await;
    let script = app.token_of(app.admin()).await;
    script.get("/api/folders/").await.expect(200);

    let preview = app.admin().post("/api/iam/token-policy/preview/", json!({ "max_days": 7, "default_days": 7 })).await;
    let preview = preview.expect(200);
    assert_eq!((&preview.json["tokens"], &preview.json["people"]), (&json!(1), &json!(1)));
    script.get("/api/folders/").await.expect(200);

    policy(&app, json!({ "max_days": 7, "default_days": 7 })).await;
    assert_eq!(script.get("/api/folders/").await.expect(401).json["code"], "policy_lifetime");
    app.admin().post("/api/iam/auth-tokens/", json!({ "name": "x", "expiry": 8 })).await.expect(400);
    policy(&app, json!({ "max_days": 365 })).await;
    script.get("/api/folders/").await.expect(200);

    policy(&app, json!({ "disabled": "Maintenance until noon." })).await;
    let stopped = script.get("/api/folders/").await.expect(503);
    assert_eq!(stopped.json["detail"], "Maintenance until noon.");
    app.admin().get("/api/folders/").await.expect(200);
    policy(&app, json!({ "disabled": null })).await;

    policy(&app, json!({ "scopes_required": true, "addresses_required": true })).await;
    let refused = app.admin().post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.expect(400);
    assert!(refused.json["scopes"].is_array() && refused.json["allowed_ips"].is_array());
    let body = json!({ "name": "x", "scopes": ["*:read"], "allowed_ips": ["127.0.0.1"] });
    app.admin().post("/api/iam/auth-tokens/", body).await.expect(200);

    let person = app.person("ann@example.org", None).await;
    person.get("/api/iam/token-policy/").await.expect(200);
    person.patch("/api/iam/token-policy/", json!({ "max_days": 30 })).await.expect(403);
    person.post("/api/iam/token-policy/preview/", json!({})).await.expect(403);
    policy(&app, json!({ "administrators_only": true })).await;
    person.post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.expect(403);
    app.admin().patch("/api/iam/token-policy/", json!({ "max_days": 0 })).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recent_sign_in_is_asked_for() {
    let app = TestApp::start().await;
    app.wait(TimeDelta::minutes(16));
    let refused = app.admin().post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.expect(403);
    assert_eq!(refused.json["code"], "reauthentication_required");
    let again = app.sign_in(blackbox::ADMIN).await;
    again.post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.expect(200);
    policy(&app, json!({ "recent_sign_in_minutes": -1 })).await;
    app.admin().post("/api/iam/auth-tokens/", json!({ "name": "y" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_see_all_tokens_and_end_many() {
    let app = TestApp::start().await;
    let person = app.person("ann@example.org", None).await;
    let hers = app.token_of(&person).await;
    let mine = app.token_of(app.admin()).await;
    let path = "/api/iam/admin/auth-tokens/";
    let all = app.admin().get(path).await.expect(200);
    assert_eq!(all.json["count"], 2);
    assert!(!all.text.contains(hers.credential()) && !all.text.contains(mine.credential()));
    assert_eq!(app.admin().get(&format!("{path}?search=ann")).await.expect(200).json["count"], 1);
    assert_eq!(app.admin().get(&format!("{path}?scope=none")).await.expect(200).json["count"], 2);
    assert_eq!(app.admin().get(&format!("{path}?unused_days=1")).await.expect(200).json["count"], 0);
    app.admin().get(&format!("{path}?user=nonsense")).await.expect(400);
    person.get(path).await.expect(403);
    mine.get(path).await.expect(403);

    let table = app.admin().get(&format!("{path}export_csv/?search=ann")).await.expect(200);
    let lines: Vec<&str> = table.text.lines().collect();
    assert!(lines[0].ends_with("id;name;preview;user;state;created;expiry;last_used_at;last_used_ip;last_used_agent;scopes;revoked_at;revoked_reason"));
    assert_eq!(lines.len(), 2, "{}", table.text);
    assert!(lines[1].contains(";ann@example.org;active;") && !table.text.contains(hers.credential()));
    app.admin().get(&format!("{path}export_csv/?state=odd")).await.expect(400);
    person.get(&format!("{path}export_csv/")).await.expect(403);

    let filter = json!({ "filter": { "search": "ann" }, "dry_run": true });
    let dry = app.admin().post(&format!("{path}revoke/"), filter).await.expect(200);
    assert_eq!((&dry.json["count"], &dry.json["dry_run"]), (&json!(1), &json!(true)));
    hers.get("/api/folders/").await.expect(200);
    app.admin().post(&format!("{path}revoke/"), json!({ "filter": { "search": "ann" } })).await.expect(200);
    hers.get("/api/folders/").await.expect(401);
    mine.get("/api/folders/").await.expect(200);
    let again = app.admin().post(&format!("{path}revoke/"), json!({ "filter": { "search": "ann" } })).await.expect(200);
    assert_eq!(again.json["count"], 0);
    for bad in [
        json!({}),
        json!({ "ids": [] }),
        json!({ "ids": ["x"] }),
        json!({ "filter": {} }),
        json!({ "filter": { "search": "\u{0}" } }),
        json!({ "filter": { "search": " \u{0} " } }),
        json!({ "filter": { "x": 1 } }),
    ] {
        app.admin().post(&format!("{path}revoke/"), bad).await.expect(400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_rate_is_shared_by_all_tokens_of_a_person() {
    let app = TestApp::start().await;
    let (one, two) = (app.token_of(app.admin()).await, app.token_of(app.admin()).await);
    policy(&app, json!({ "requests_per_minute": 3 })).await;
    let first = one.get("/api/folders/").await.expect(200);
    assert_eq!(first.header("ratelimit-policy"), Some("\"default\";q=3;w=60"));
    assert_eq!(first.header("ratelimit"), Some("\"default\";r=2;t=60"));
    two.get("/api/folders/").await.expect(200);
    one.get("/api/folders/").await.expect(200);
    let refused = two.get("/api/folders/").await.expect(429);
    assert_eq!(refused.header("retry-after"), Some("60"));
    app.admin().get("/api/folders/").await.expect(200);
    app.wait(TimeDelta::minutes(1));
    two.get("/api/folders/").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_nobody_uses_end() {
    let app = TestApp::start().await;
    let idle = app.admin().post("/api/iam/auth-tokens/", json!({ "name": "idle", "expiry": 365 })).await.expect(200);
    let used = app.admin().post("/api/iam/auth-tokens/", json!({ "name": "used", "expiry": 365 })).await.expect(200);
    let actor = |made: &blackbox::Answer| Actor::with_token(&app.base(), made.json["token"].as_str().expect("a value"));
    let (idle, used) = (actor(&idle), actor(&used));
    policy(&app, json!({ "idle_days": 30 })).await;
    app.wait(TimeDelta::days(20));
    used.get("/api/folders/").await.expect(200);
    iam::usage::flush(&app.program().iam).await.expect("written");
    app.wait(TimeDelta::days(20));
    let swept = iam::tokens::sweep(&app.program().iam, "http://localhost").await.expect("swept");
    assert_eq!(swept.ended, 1);
    assert_eq!(idle.get("/api/folders/").await.expect(401).json["code"], "token_revoked");
    used.get("/api/folders/").await.expect(200);
}
