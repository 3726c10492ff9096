//! A new value without downtime, and what a kept copy of an old one does.

use blackbox::{Actor, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn make(owner: &Actor, body: Value) -> (String, String) {
    let made = owner.post("/api/iam/auth-tokens/", body).await.expect(200);
    (made.id(), made.json["token"].as_str().expect("a value").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_rotates_and_both_values_work_for_a_while() {
    let app = TestApp::start().await;
    let (id, old) = make(app.admin(), json!({ "name": "ci", "expiry": 60, "scopes": ["assets:read"] })).await;
    let path = format!("/api/iam/auth-tokens/{id}/rotate/");
    let new = app.admin().post(&path, json!({ "overlap_hours": 2 })).await.expect(200);
    assert_eq!((&new.json["name"], &new.json["scopes"]), (&json!("ci"), &json!(["assets:read"])));
    assert_eq!(new.json["expiry"], "2027-01-23T09:00:00.000000Z", "the life that the old one had");
    let old = Actor::with_token(&app.base(), &old);
    let fresh = Actor::with_token(&app.base(), new.json["token"].as_str().expect("a value"));
    old.get("/api/assets/").await.expect(200);
    fresh.get("/api/assets/").await.expect(200);
    app.admin().post(&path, json!({})).await.expect(409);
    app.wait(TimeDelta::hours(2));
    assert_eq!(old.get("/api/assets/").await.expect(401).json["code"], "token_expired");
    fresh.get("/api/assets/").await.expect(200);
    // The session of the beginning has ended meanwhile.
    let again = app.sign_in(blackbox::ADMIN).await;
    again.post(&path, json!({})).await.expect(404);
    for bad in [json!(-1), json!(169), json!("x"), json!(1.5)] {
        let path = format!("/api/iam/auth-tokens/{}/rotate/", new.id());
        let refused = again.post(&path, json!({ "overlap_hours": bad })).await.expect(400);
        assert!(refused.json["overlap_hours"].is_array(), "{}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_rotates_itself_only_if_it_was_made_to() {
    let app = TestApp::start().await;
    let (_, plain) = make(app.admin(), json!({ "name": "plain" })).await;
    let plain = Actor::with_token(&app.base(), &plain);
    let refused = plain.post("/api/iam/auth-tokens/self/rotate/", json!({})).await.expect(403);
    assert_eq!(refused.json["code"], "self_rotate_not_allowed");

    let (_, first) = make(app.admin(), json!({ "name": "robot", "self_rotate": true })).await;
    let first = Actor::with_token(&app.base(), &first);
    let second = first.post("/api/iam/auth-tokens/self/rotate/", json!({})).await.expect(200);
    let second = Actor::with_token(&app.base(), second.json["token"].as_str().expect("a value"));
    // A retry inside the overlap harms nothing.
    first.post("/api/iam/auth-tokens/self/rotate/", json!({})).await.expect(409);
    second.get("/api/folders/").await.expect(200);
    app.wait(TimeDelta::hours(1));
    // Elsewhere a retired value is a plain 401; where values are renewed it gives a copy away.
    first.get("/api/folders/").await.expect(401);
    second.get("/api/folders/").await.expect(200);
    first.post("/api/iam/auth-tokens/self/rotate/", json!({})).await.expect(401);
    assert_eq!(second.get("/api/folders/").await.expect(401).json["code"], "token_revoked");
    let again = app.sign_in(blackbox::ADMIN).await;
    let log = again.get("/api/audit-log/?action=pat.reuse_detected").await.expect(200);
    assert_eq!(log.json["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_knows_and_ends_itself() {
    let app = TestApp::start().await;
    let (id, value) = make(app.admin(), json!({ "name": "ci", "scopes": ["assets:read"] })).await;
    let script = Actor::with_token(&app.base(), &value);
    let about = script.get("/api/iam/auth-tokens/self/").await.expect(200);
    assert_eq!(about.id(), id);
    assert!(!about.text.contains(&value));
    let rights: Vec<&Value> = about.json["permissions"].as_object().expect("by folder").values().collect();
    assert_eq!(rights, [&json!(["view_asset"])]);
    app.admin().get("/api/iam/auth-tokens/self/").await.expect(403);
    script.delete("/api/iam/auth-tokens/self/").await.expect(204);
    script.get("/api/folders/").await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_can_be_renamed_and_several_end_together() {
    let app = TestApp::start().await;
    let (a, _) = make(app.admin(), json!({ "name": "a" })).await;
    let (b, _) = make(app.admin(), json!({ "name": "b" })).await;
    let renamed = app.admin().patch(&format!("/api/iam/auth-tokens/{a}/"), json!({ "name": "c" })).await.expect(200);
    assert_eq!(renamed.json["name"], "c");
    app.admin().patch(&format!("/api/iam/auth-tokens/{a}/"), json!({ "name": "" })).await.expect(400);
    let stranger = app.person("eve@example.org", None).await;
    stranger.patch(&format!("/api/iam/auth-tokens/{a}/"), json!({ "name": "x" })).await.expect(404);
    stranger.get(&format!("/api/iam/auth-tokens/{a}/")).await.expect(404);
    stranger.post(&format!("/api/iam/auth-tokens/{a}/rotate/"), json!({})).await.expect(404);
    let none = stranger.post("/api/iam/auth-tokens/revoke/", json!({ "ids": [a, b] })).await.expect(200);
    assert_eq!(none.json, json!({ "revoked": [] }));
    let both = app.admin().post("/api/iam/auth-tokens/revoke/", json!({ "ids": [a, b] })).await.expect(200);
    assert_eq!(both.json["revoked"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reported_value_ends_and_the_answer_tells_nothing() {
    let app = TestApp::start().await;
    let (id, value) = make(app.admin(), json!({ "name": "ci" })).await;
    let nobody = app.anonymous();
    let noise = format!("tsr_pat_{}", "A".repeat(49));
    let miss = nobody.post("/api/iam/auth-tokens/report-leak/", json!({ "tokens": [noise, "x"] })).await.expect(202);
    let body = json!({ "tokens": [value], "url": "https://paste.example/1" });
    let hit = nobody.post("/api/iam/auth-tokens/report-leak/", body).await.expect(202);
    assert_eq!(miss.text, hit.text);
    Actor::with_token(&app.base(), &value).get("/api/folders/").await.expect(401);
    let log = app.admin().get(&format!("/api/audit-log/?object_id={id}&action=pat.leak_reported")).await.expect(200);
    assert_eq!(log.rows()[0]["changes"]["url"][1], "https://paste.example/1");
    nobody.post("/api/iam/auth-tokens/report-leak/", json!({ "tokens": "x" })).await.expect(400);
    let many: Vec<String> = (0..1001).map(|number| number.to_string()).collect();
    nobody.post("/api/iam/auth-tokens/report-leak/", json!({ "tokens": many })).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_obeys_the_rules_of_today() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    assert!(!ours.is_empty());
    let person = app.person("reader@example.org", Some("Ours - Reader")).await;
    let (id, value) = make(&person, json!({ "name": "robot", "self_rotate": true })).await;
    let (robot, rotate) = (Actor::with_token(&app.base(), &value), format!("/api/iam/auth-tokens/{id}/rotate/"));
    let change = |rules: Value| async { app.admin().patch("/api/iam/token-policy/", rules).await.expect(200) };

    for rule in ["scopes_required", "addresses_required"] {
        change(json!({ rule: true })).await;
        for refused in
            [person.post(&rotate, json!({})).await, robot.post("/api/iam/auth-tokens/self/rotate/", json!({})).await]
        {
            assert_eq!(refused.expect(403).json["code"], "limits_required");
        }
        change(json!({ rule: false })).await;
    }
    change(json!({ "administrators_only": true })).await;
    person.post(&rotate, json!({})).await.expect(403);
    robot.post("/api/iam/auth-tokens/self/rotate/", json!({})).await.expect(403);
    // An administrator's token may do less than an administrator; the rule is about its owner.
    let limits = json!({ "name": "narrow", "self_rotate": true, "scopes": ["assets:read"] });
    let (_, narrow) = make(app.admin(), limits).await;
    Actor::with_token(&app.base(), &narrow).post("/api/iam/auth-tokens/self/rotate/", json!({})).await.expect(200);
    change(json!({ "administrators_only": false })).await;
    robot.post("/api/iam/auth-tokens/self/rotate/", json!({})).await.expect(200);
}
