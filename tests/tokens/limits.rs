//! A token can be less than its owner, never more.

use blackbox::{Actor, TestApp};
use serde_json::{Value, json};

async fn token(app: &TestApp, owner: &Actor, body: Value) -> Actor {
    let mut body = body;
    body["name"] = json!("limited");
    let made = owner.post("/api/iam/auth-tokens/", body).await.expect(200);
    Actor::with_token(&app.base(), made.json["token"].as_str().expect("a value"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_token_reads_and_nothing_else() {
    let app = TestApp::start().await;
    let domain = app.domain("Ours", None).await;
    let asset = app.asset("Ledger", &domain).await;
    let reader = token(&app, app.admin(), json!({ "scopes": ["*:read"] })).await;
    let path = format!("/api/assets/{asset}/");
    reader.get(&path).await.expect(200);
    reader.patch(&path, json!({ "name": "x" })).await.expect(403);
    reader.delete(&path).await.expect(403);
    reader.post("/api/assets/", json!({ "name": "New", "folder": domain })).await.expect(403);
    reader.call("PATCH", "/api/settings/general/").await.expect(403);
    let batch = json!({ "action": "delete", "ids": [asset] });
    let answer = reader.post("/api/assets/batch-action/", batch).await.expect(200);
    assert_eq!(answer.json["failed"][0]["error"], "Permission denied");
    let me = reader.get("/api/iam/current-user/").await.expect(200);
    assert!(!me.text.contains("change_asset"), "what a client is told of rights is what the token has");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_one_kind_does_not_see_the_others() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let asset = app.asset("Ledger", &root).await;
    let script = token(&app, app.admin(), json!({ "scopes": ["assets:write"] })).await;
    script.patch(&format!("/api/assets/{asset}/"), json!({ "description": "x" })).await.expect(200);
    script.delete(&format!("/api/assets/{asset}/")).await.expect(403);
    for path in ["/api/perimeters/", "/api/users/", "/api/folders/", "/api/roles/", "/api/actors/"] {
        assert_eq!(script.get(path).await.expect(200).json["count"], 0, "{path}");
    }
    script.get(&format!("/api/folders/{root}/")).await.expect(404);
    let log = script.get("/api/audit-log/").await.expect(200);
    let others = log.rows().iter().filter(|row| row["actor"].is_null()).count();
    assert_eq!(others, 0, "the log shows no more than one's own deeds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_one_domain_stays_in_it() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let below = app.domain("Below", Some(&ours)).await;
    let theirs = app.domain("Theirs", None).await;
    let (a, b, c) = (app.asset("A", &ours).await, app.asset("B", &below).await, app.asset("C", &theirs).await);
    let down = token(&app, app.admin(), json!({ "domains": [ours] })).await;
    let alone = token(&app, app.admin(), json!({ "domains": [ours], "include_subdomains": false })).await;
    let nothing = token(&app, app.admin(), json!({ "domains": [] })).await;
    for (who, seen) in [(&down, vec![&a, &b]), (&alone, vec![&a]), (&nothing, vec![])] {
        for id in [&a, &b, &c] {
            let status = if seen.contains(&id) { 200 } else { 404 };
            let _ = who.get(&format!("/api/assets/{id}/")).await.expect(status);
        }
        assert_eq!(who.get("/api/assets/").await.expect(200).json["count"], seen.len());
    }
    down.post("/api/assets/", json!({ "name": "D", "folder": below })).await.expect(201);
    alone.post("/api/folders/", json!({ "name": "New", "parent_folder": ours })).await.expect(201);
    // A deleted domain narrows the bound to nothing.
    app.admin().delete(&format!("/api/folders/{ours}/")).await.expect(204);
    assert_eq!(down.get("/api/assets/").await.expect(200).json["count"], 0);
    down.get(&format!("/api/assets/{c}/")).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_never_outlives_what_its_owner_loses() {
    let app = TestApp::start().await;
    let domain = app.domain("Ours", None).await;
    let asset = app.asset("Ledger", &domain).await;
    let analyst = app.person("ann@example.org", Some("Ours - Analyst")).await;
    let script = token(&app, &analyst, json!({ "scopes": ["assets:write", "users:write"] })).await;
    let path = format!("/api/assets/{asset}/");
    script.patch(&path, json!({ "description": "x" })).await.expect(200);
    script.post("/api/users/", json!({ "email": "new@example.org" })).await.expect(403);
    let group = app.group("Ours - Analyst").await;
    let me = analyst.get("/api/iam/current-user/").await.expect(200).id();
    app.admin().post(&format!("/api/user-groups/{group}/remove-members/"), json!({ "users": [me] })).await.expect(200);
    script.get(&path).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_works_from_its_networks_only() {
    let app = TestApp::start().await;
    let here = token(&app, app.admin(), json!({ "allowed_ips": ["10.0.0.0/8", "127.0.0.0/8"] })).await;
    here.get("/api/folders/").await.expect(200);
    let elsewhere = token(&app, app.admin(), json!({ "allowed_ips": ["10.0.0.0/8"] })).await;
    let refused = elsewhere.get("/api/folders/").await.expect(401);
    assert_eq!(refused.json["code"], "ip_not_allowed");
    let bare = elsewhere.request("GET", "/api/folders/").header("x-forwarded-for", "10.0.0.7");
    elsewhere.send(bare).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_that_make_no_sense_are_refused_and_nothing_is_made() {
    let app = TestApp::start().await;
    let unknown = "00000000-0000-7000-8000-000000000000";
    let cases = [
        (json!({ "scopes": ["nonsense"] }), "scopes"),
        (json!({ "scopes": ["planets:read"] }), "scopes"),
        (json!({ "scopes": "assets:read" }), "scopes"),
        (json!({ "scopes": [5] }), "scopes"),
        (json!({ "domains": ["x"] }), "domains"),
        (json!({ "domains": [unknown] }), "domains"),
        (json!({ "allowed_ips": ["10.0.0.5/8"] }), "allowed_ips"),
        (json!({ "allowed_ips": ["300.1.1.1"] }), "allowed_ips"),
        (json!({ "include_subdomains": "perhaps" }), "include_subdomains"),
        (json!({ "self_rotate": 1 }), "self_rotate"),
    ];
    for (mut body, field) in cases {
        body["name"] = json!("x");
        let refused = app.admin().post("/api/iam/auth-tokens/", body).await.expect(400);
        assert!(refused.json[field].is_array(), "{}", refused.text);
    }
    assert_eq!(app.admin().get("/api/iam/auth-tokens/?state=all").await.expect(200).json, json!([]));
}
