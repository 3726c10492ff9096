//! Identities for machines, through OAuth 2 client credentials.

use blackbox::{Actor, Answer, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

const ACCOUNTS: &str = "/api/iam/service-accounts/";

async fn permission(app: &TestApp, codename: &str) -> Value {
    let found = app.admin().get(&format!("/api/permissions/?codename={codename}")).await.expect(200);
    found.rows()[0]["id"].clone()
}

async fn exchange(app: &TestApp, id: &str, secret: &str) -> Answer {
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    app.anonymous().send(app.anonymous().request("POST", "/api/oauth/token/").form(&form)).await
}

/// Makes an account; returns its id, client id and secret.
async fn make(app: &TestApp, body: Value) -> (String, String, String) {
    let made = app.admin().post(ACCOUNTS, body).await.expect(201);
    let text = |name: &str| made.json[name].as_str().expect("a text").to_owned();
    (made.id(), text("client_id"), text("client_secret"))
}

async fn machine(app: &TestApp, client_id: &str, secret: &str) -> Actor {
    let answer = exchange(app, client_id, secret).await.expect(200);
    assert_eq!((&answer.json["token_type"], &answer.json["expires_in"]), (&json!("Bearer"), &json!(3600)));
    Actor::with_token(&app.base(), answer.json["access_token"].as_str().expect("a value"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_does_what_its_account_may_and_no_more() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let (mine, hidden) = (app.asset("Mine", &ours).await, app.asset("Hidden", &theirs).await);
    let permissions = json!([permission(&app, "view_asset").await, permission(&app, "change_asset").await]);
    let body = json!({ "name": "importer", "permissions": permissions, "folders": [ours] });
    let (id, client_id, secret) = make(&app, body).await;
    let robot = machine(&app, &client_id, &secret).await;
    assert_eq!(robot.get("/api/assets/").await.expect(200).json["count"], 1);
    robot.patch(&format!("/api/assets/{mine}/"), json!({ "description": "x" })).await.expect(200);
    robot.delete(&format!("/api/assets/{mine}/")).await.expect(403);
    robot.get(&format!("/api/assets/{hidden}/")).await.expect(404);
    assert_eq!(robot.get("/api/users/").await.expect(200).json["count"], 0);
    assert_eq!(robot.call("POST", "/api/iam/auth-tokens/").await.expect(403).json["code"], "session_required");
    robot.get("/api/iam/current-user/").await.expect(403);
    let log = app.admin().get(&format!("/api/audit-log/?object_id={mine}&action=update")).await.expect(200);
    assert_eq!(log.rows()[0]["actor_name"], "service account importer");
    let shown = app.admin().get(&format!("{ACCOUNTS}{id}/")).await.expect(200);
    assert!(!shown.text.contains(&secret));
    // The secret itself opens nothing.
    Actor::with_token(&app.base(), &secret).get("/api/assets/").await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linked_role_follows_the_role_and_an_account_can_be_stopped() {
    let app = TestApp::start().await;
    let roles = app.admin().get(&format!("{ACCOUNTS}roles/")).await.expect(200);
    let reader = roles.json.as_array().expect("roles").iter().find(|role| role["str"] == "BI-RL-AUD").expect("reader");
    let (id, client_id, secret) = make(&app, json!({ "name": "reader", "role": reader["id"] })).await;
    let robot = machine(&app, &client_id, &secret).await;
    robot.get("/api/folders/").await.expect(200);
    assert_eq!(robot.get("/api/users/").await.expect(200).json["count"], 1);
    let path = format!("{ACCOUNTS}{id}/");
    app.admin().patch(&path, json!({ "is_active": false })).await.expect(200);
    robot.get("/api/folders/").await.expect(401);
    exchange(&app, &client_id, &secret).await.expect(401);
    app.admin().patch(&path, json!({ "is_active": true, "expiry_date": "2026-11-24" })).await.expect(200);
    robot.get("/api/folders/").await.expect(200);
    app.wait(TimeDelta::hours(1));
    robot.get("/api/folders/").await.expect(401);
    app.wait(TimeDelta::hours(14));
    exchange(&app, &client_id, &secret).await.expect(401);
    let admin = app.sign_in(blackbox::ADMIN).await;
    admin.delete(&path).await.expect(204);
    admin.get(&path).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_rotates_with_a_grace() {
    let app = TestApp::start().await;
    let body = json!({ "name": "robot", "permissions": [permission(&app, "view_asset").await] });
    let (id, client_id, old) = make(&app, body).await;
    let rotated =
        app.admin().post(&format!("{ACCOUNTS}{id}/rotate-secret/"), json!({ "grace_hours": 1 })).await.expect(200);
    let new = rotated.json["client_secret"].as_str().expect("a secret").to_owned();
    exchange(&app, &client_id, &old).await.expect(200);
    exchange(&app, &client_id, &new).await.expect(200);
    app.wait(TimeDelta::hours(1));
    exchange(&app, &client_id, &old).await.expect(401);
    exchange(&app, &client_id, &new).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exchange_follows_the_standard_and_guesses_are_slow() {
    let app = TestApp::start().await;
    let body = json!({ "name": "robot", "permissions": [permission(&app, "view_asset").await] });
    let (_, client_id, secret) = make(&app, body).await;
    let nobody = app.anonymous();
    let form = [("grant_type", "client_credentials")];
    let request = nobody.request("POST", "/api/oauth/token/").basic_auth(&client_id, Some(&secret)).form(&form);
    nobody.send(request).await.expect(200);
    let request = nobody.request("POST", "/api/oauth/token/").form(&[("grant_type", "password")]);
    assert_eq!(nobody.send(request).await.expect(400).json, json!({ "error": "unsupported_grant_type" }));
    for wrong in ["x", "", "tsr_sat_nonsense"] {
        assert_eq!(exchange(&app, &client_id, wrong).await.expect(401).json, json!({ "error": "invalid_client" }));
    }
    assert_eq!(exchange(&app, "sa-unknown", &secret).await.expect(401).json, json!({ "error": "invalid_client" }));
    exchange(&app, &client_id, "x").await.expect(401);
    exchange(&app, &client_id, "x").await.expect(401);
    exchange(&app, &client_id, &secret).await.expect(429);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_and_only_sound_accounts() {
    let app = TestApp::start().await;
    let ann = app.person("ann@example.org", Some("Global - Analyst")).await;
    ann.get(ACCOUNTS).await.expect(403);
    ann.post(ACCOUNTS, json!({ "name": "x" })).await.expect(403);
    let one = permission(&app, "view_asset").await;
    let unknown = "00000000-0000-7000-8000-000000000000";
    for bad in [
        json!({}),
        json!({ "name": "x" }),
        json!({ "name": "", "permissions": [one] }),
        json!({ "name": "x".repeat(101), "permissions": [one] }),
        json!({ "name": "x", "permissions": [unknown] }),
        json!({ "name": "x", "permissions": "view_asset" }),
        json!({ "name": "x", "role": unknown }),
        json!({ "name": "x", "permissions": [one], "folders": [unknown] }),
        json!({ "name": "x", "permissions": [one], "expiry_date": "tomorrow" }),
        json!({ "name": "x", "permissions": [one], "is_active": "yes" }),
    ] {
        app.admin().post(ACCOUNTS, bad.clone()).await.expect(400);
    }
    assert_eq!(app.admin().get(ACCOUNTS).await.expect(200).json["count"], 0);
    make(&app, json!({ "name": "Robot", "permissions": [one] })).await;
    app.admin().post(ACCOUNTS, json!({ "name": "robot", "permissions": [one] })).await.expect(400);
}
