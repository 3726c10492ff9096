//! When a token stops: at its time, at revocation, with its owner, and with what the owner may.

use super::{TOKENS, make, user_id};
use blackbox::{ADMIN, Actor, TestApp};
use chrono::TimeDelta;
use serde_json::json;

const PATH: &str = "/api/folders/";

async fn person_with_token(app: &TestApp, email: &str, group: &str) -> (Actor, Actor, String) {
    let session = app.person(email, Some(group)).await;
    let (value, id) = make(&session, "script", 30).await;
    (session, Actor::with_token(&app.base(), &value), id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_stops_in_its_expiry_second_and_stays_stopped() {
    let app = TestApp::start().await;
    let script = app.token_of(app.admin()).await;
    app.wait(TimeDelta::days(30) - TimeDelta::milliseconds(1));
    script.get(PATH).await.expect(200);
    app.wait(TimeDelta::milliseconds(1));
    let refused = script.get(PATH).await.expect(401);
    assert_eq!(refused.json, json!({ "detail": "Invalid token.", "code": "token_expired" }));
    // Once seen expired it stays so, even when the clock is set back (T-19).
    app.wait(TimeDelta::hours(-2));
    assert_eq!(script.get(PATH).await.expect(401).json["code"], "token_expired");
    let admin = app.sign_in(ADMIN).await;
    let all = admin.get(&format!("{TOKENS}?state=all")).await.expect(200);
    assert_eq!(all.json.as_array().map(Vec::len), Some(1), "it can still be looked up");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_shows_live_ones_and_others_on_request() {
    let app = TestApp::start().await;
    make(app.admin(), "short", 1).await;
    let (_, gone) = make(app.admin(), "gone", 30).await;
    make(app.admin(), "live", 30).await;
    app.admin().delete(&format!("{TOKENS}{gone}/")).await.expect(204);
    app.wait(TimeDelta::days(1));
    let admin = app.sign_in(ADMIN).await;
    for (state, expected) in [("active", vec!["live"]), ("expired", vec!["short"]), ("revoked", vec!["gone"])] {
        let list = admin.get(&format!("{TOKENS}?state={state}")).await.expect(200);
        let names: Vec<_> = list.json.as_array().expect("a bare list").iter().map(|one| one["name"].clone()).collect();
        assert_eq!(names, expected, "{state}");
        assert_eq!(list.json[0]["state"], state);
    }
    admin.get(&format!("{TOKENS}?state=nonsense")).await.expect(400);
    let list = admin.get(TOKENS).await.expect(200);
    let keys: Vec<_> = list.json[0].as_object().expect("an object").keys().cloned().collect();
    for key in ["name", "created", "expiry", "digest"] {
        assert!(keys.iter().any(|known| known == key), "{key} is part of the contract: {keys:?}");
    }
    for key in ["user", "token", "hash", "secret"] {
        assert!(!keys.iter().any(|known| known == key), "{key} must not be there: {keys:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_acts_on_the_very_next_request() {
    let app = TestApp::start().await;
    for round in 0..20 {
        let (value, id) = make(app.admin(), "brief", 1).await;
        let script = Actor::with_token(&app.base(), &value);
        // Whatever the program might keep, it has by now.
        script.get(PATH).await.expect(200);
        script.get(PATH).await.expect(200);
        app.admin().delete(&format!("{TOKENS}{id}/")).await.expect(204);
        let refused = script.get(PATH).await;
        assert_eq!(refused.status, 401, "round {round}: {}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_another_is_answered_like_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let (_, script, id) = person_with_token(&app, "owner@example.org", "Global - Reader").await;
    let missing = json!({ "error": "Token not found or already deleted." });
    for digest in [id.as_str(), "00000000-0000-7000-8000-000000000000", "nonsense", "%00", "a%2Fb"] {
        let refused = app.admin().delete(&format!("{TOKENS}{digest}/")).await.expect(404);
        assert_eq!(refused.json, missing, "{digest}");
    }
    script.get(PATH).await.expect(200);
    // One's own, a second time, is gone too.
    let (_, own) = make(app.admin(), "own", 1).await;
    app.admin().delete(&format!("{TOKENS}{own}/")).await.expect(204);
    assert_eq!(app.admin().delete(&format!("{TOKENS}{own}/")).await.expect(404).json, missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn deactivating_the_owner_ends_it_for_good() {
    let app = TestApp::start().await;
    let (session, script, _) = person_with_token(&app, "owner@example.org", "Global - Reader").await;
    let path = format!("/api/users/{}/", user_id(&app, "owner@example.org").await);
    script.get(PATH).await.expect(200);
    app.admin().patch(&path, json!({ "is_active": false })).await.expect(200);
    assert_eq!(script.get(PATH).await.expect(401).json["code"], "token_revoked");
    session.get(PATH).await.expect(401);
    app.admin().patch(&path, json!({ "is_active": true })).await.expect(200);
    assert_eq!(script.get(PATH).await.expect(401).json["code"], "token_revoked", "reactivation revives nothing");
    session.get(PATH).await.expect(401);
    let again = app.sign_in("owner@example.org").await;
    make(&again, "new", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn batch_deactivation_and_deletion_are_no_way_round() {
    let app = TestApp::start().await;
    let (_, script, _) = person_with_token(&app, "one@example.org", "Global - Reader").await;
    let id = user_id(&app, "one@example.org").await;
    let body = json!({ "action": "change_field", "field": "is_active", "value": false, "ids": [id] });
    app.admin().post("/api/users/batch-action/", body).await.expect(200);
    assert_eq!(script.get(PATH).await.expect(401).json["code"], "token_revoked");

    let (_, script, _) = person_with_token(&app, "two@example.org", "Global - Reader").await;
    let id = user_id(&app, "two@example.org").await;
    app.admin().post("/api/users/batch-action/", json!({ "action": "delete", "ids": [id] })).await.expect(200);
    assert_eq!(script.get(PATH).await.expect(401).json["code"], "token_revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_ran_out_ends_with_its_last_day() {
    let app = TestApp::start().await;
    let (session, script, _) = person_with_token(&app, "owner@example.org", "Global - Reader").await;
    let path = format!("/api/users/{}/", user_id(&app, "owner@example.org").await);
    app.admin().patch(&path, json!({ "expiry_date": "2026-11-24" })).await.expect(200);
    script.get(PATH).await.expect(200);
    app.wait(TimeDelta::hours(15));
    let refused = script.get(PATH).await.expect(401);
    assert_eq!(refused.json, json!({ "detail": "User inactive or deleted.", "code": "user_inactive" }));
    session.get(PATH).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_the_owner_ends_it() {
    let app = TestApp::start().await;
    let (session, script, _) = person_with_token(&app, "owner@example.org", "Global - Reader").await;
    let path = format!("/api/users/{}/", user_id(&app, "owner@example.org").await);
    app.admin().delete(&path).await.expect(204);
    assert_eq!(script.get(PATH).await.expect(401).json["code"], "token_revoked");
    session.get(PATH).await.expect(401);
}

/// Rights are computed at each request, never copied into the token (T-23).
#[tokio::test(flavor = "multi_thread")]
async fn it_loses_what_its_owner_loses_at_the_next_request() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let asset = app.asset("Server", &ours).await;
    let path = format!("/api/assets/{asset}/");
    let (_, script, _) = person_with_token(&app, "owner@example.org", "Ours - Analyst").await;
    script.patch(&path, json!({ "observation": "mine" })).await.expect(200);

    let user = user_id(&app, "owner@example.org").await;
    let (analysts, readers) = (app.group("Ours - Analyst").await, app.group("Ours - Reader").await);
    let members = |group: &str, what: &str| format!("/api/user-groups/{group}/{what}-members/");
    let body = json!({ "users": [user] });
    app.admin().post(&members(&readers, "add"), body.clone()).await.expect(200);
    app.admin().post(&members(&analysts, "remove"), body.clone()).await.expect(200);
    script.get(&path).await.expect(200);
    script.patch(&path, json!({ "observation": "still mine" })).await.expect(403);
    app.admin().post(&members(&readers, "remove"), body).await.expect(200);
    script.get(&path).await.expect(404);
    assert_eq!(script.get("/api/assets/").await.expect(200).json["count"], 0);

    // The other ways: the user's own page, and the domain's flag that removes its groups.
    app.admin().patch(&format!("/api/users/{user}/"), json!({ "user_groups": [readers] })).await.expect(200);
    script.get(&path).await.expect(200);
    app.admin().patch(&format!("/api/folders/{ours}/"), json!({ "create_iam_groups": false })).await.expect(200);
    script.get(&path).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_shrinks_and_an_assignment_that_goes_act_at_once() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let asset = app.asset("Server", &ours).await;
    let path = format!("/api/assets/{asset}/");
    app.person("owner@example.org", None).await;
    let user = user_id(&app, "owner@example.org").await;
    let permission = app.admin().get("/api/permissions/?codename=view_asset").await.expect(200).rows()[0]["id"].clone();
    let role = app
        .admin()
        .post("/api/roles/", json!({ "name": "Looker", "permissions": [permission] }))
        .await
        .expect(201)
        .id();
    let body = json!({ "name": "a", "user": user, "role": role, "perimeter_folders": [ours], "folder": ours });
    let assignment = app.admin().post("/api/role-assignments/", body.clone()).await.expect(201).id();
    let script = app.token_of(&app.sign_in("owner@example.org").await).await;
    script.get(&path).await.expect(200);
    app.admin().patch(&format!("/api/roles/{role}/"), json!({ "permissions": [] })).await.expect(200);
    script.get(&path).await.expect(404);
    app.admin().patch(&format!("/api/roles/{role}/"), json!({ "permissions": [permission] })).await.expect(200);
    script.get(&path).await.expect(200);
    app.admin().delete(&format!("/api/role-assignments/{assignment}/")).await.expect(204);
    script.get(&path).await.expect(404);
    app.admin().post("/api/role-assignments/", body).await.expect(201);
    script.get(&path).await.expect(200);
    app.admin().delete(&format!("/api/roles/{role}/")).await.expect(204);
    script.get(&path).await.expect(404);
}

/// Logging out with a token ends that token and nothing else (T-27).
#[tokio::test(flavor = "multi_thread")]
async fn logging_out_with_a_token_ends_that_token() {
    let app = TestApp::start().await;
    let (one, two) = (app.token_of(app.admin()).await, app.token_of(app.admin()).await);
    one.post("/api/iam/logout/", json!({})).await.expect(204);
    assert_eq!(one.get(PATH).await.expect(401).json["code"], "token_revoked");
    two.get(PATH).await.expect(200);
    app.admin().get(PATH).await.expect(200);
}

/// Sessions come and go, tokens stay (T-12).
#[tokio::test(flavor = "multi_thread")]
async fn ending_sessions_leaves_tokens_alone() {
    let app = TestApp::start().await;
    let script = app.token_of(app.admin()).await;
    app.sign_in(ADMIN).await;
    let ended = app.admin().post("/api/iam/revoke-sessions/", json!({})).await.expect(200);
    assert_eq!(ended.json, json!({ "revoked_sessions": 1 }));
    script.get(PATH).await.expect(200);
    app.admin().post("/api/iam/logoutall/", json!({})).await.expect(204);
    app.admin().get(PATH).await.expect(401);
    script.get(PATH).await.expect(200);
    app.wait(TimeDelta::days(20));
    script.get(PATH).await.expect(200);
}
