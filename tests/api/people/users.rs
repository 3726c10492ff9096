//! Accounts: addresses, the last administrator, deactivation.

use blackbox::{ADMIN, PASSWORD, TestApp};
use serde_json::json;

async fn id_of(app: &TestApp, email: &str) -> String {
    let found = app.admin().get(&format!("/api/users/?email={email}")).await.expect(200).rows();
    found[0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_belongs_to_one_account_whatever_its_case() {
    let app = TestApp::start().await;
    let taken = json!({ "email": ["user with this email already exists."] });
    for email in [ADMIN, "ADMIN@example.org", " admin@EXAMPLE.org "] {
        assert_eq!(app.admin().post("/api/users/", json!({ "email": email })).await.expect(400).json, taken);
    }
    let other = app.admin().post("/api/users/", json!({ "email": "other@example.org" })).await.expect(201).id();
    let refused = app.admin().patch(&format!("/api/users/{other}/"), json!({ "email": "Admin@example.org" })).await;
    assert_eq!(refused.expect(400).json, taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_in_the_body_is_ignored() {
    let app = TestApp::start().await;
    let body = json!({ "email": "new@example.org", "password": PASSWORD });
    let made = app.admin().post("/api/users/", body).await.expect(201);
    assert!(!made.text.contains("password") && !made.text.contains(PASSWORD));
    let login = json!({ "email": "new@example.org", "password": PASSWORD });
    app.anonymous().post("/api/_allauth/app/v1/auth/login", login).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays() {
    let app = TestApp::start().await;
    let admin = id_of(&app, ADMIN).await;
    let path = format!("/api/users/{admin}/");
    let group = app.group("Global - Administrator").await;
    let last = json!({ "error": "attemptToRemoveOnlyAdminUserGroup" });
    let members = format!("/api/user-groups/{group}/remove-members/");
    assert_eq!(app.admin().post(&members, json!({ "users": [admin] })).await.expect(403).json, last);
    assert_eq!(app.admin().patch(&path, json!({ "user_groups": [] })).await.expect(403).json, last);
    assert_eq!(app.admin().patch(&path, json!({ "is_active": false })).await.expect(403).json, last);
    let deleted = json!({ "error": "attemptToDeleteOnlyAdminAccountError" });
    assert_eq!(app.admin().delete(&path).await.expect(403).json, deleted);
    let batch = json!({ "action": "delete", "ids": [admin] });
    let answer = app.admin().post("/api/users/batch-action/", batch).await.expect(200);
    assert_eq!(answer.json["succeeded"], json!([]));
    let batch = json!({ "action": "change_field", "ids": [admin], "field": "is_active", "value": false });
    let answer = app.admin().post("/api/users/batch-action/", batch).await.expect(200);
    assert_eq!(answer.json["succeeded"], json!([]));
    // Nothing of it happened.
    let shown = app.admin().get(&path).await.expect(200).json;
    assert_eq!(
        (&shown["is_active"], &shown["user_groups"][0]["str"]),
        (&json!(true), &json!("Global - Administrator"))
    );
    // An inactive second one is none; an active one is.
    let second = app
        .admin()
        .post("/api/users/", json!({ "email": "two@example.org", "user_groups": [group], "is_active": false }));
    let second = second.await.expect(201).id();
    app.admin().delete(&path).await.expect(403);
    app.admin().patch(&format!("/api/users/{second}/"), json!({ "is_active": true })).await.expect(200);
    app.admin().delete(&path).await.expect(204);
    app.admin().get("/api/folders/").await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deactivated_person_is_out_at_once_and_for_good() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let script = app.token_of(&reader).await;
    let path = format!("/api/users/{}/", id_of(&app, "reader@example.org").await);
    script.get("/api/folders/").await.expect(200);
    app.admin().patch(&path, json!({ "is_active": false })).await.expect(200);
    reader.get("/api/folders/").await.expect(401);
    script.get("/api/folders/").await.expect(401);
    let login = json!({ "email": "reader@example.org", "password": PASSWORD });
    app.anonymous().post("/api/_allauth/app/v1/auth/login", login.clone()).await.expect(400);
    // Back again, the old credentials stay dead.
    app.admin().patch(&path, json!({ "is_active": true })).await.expect(200);
    reader.get("/api/folders/").await.expect(401);
    script.get("/api/folders/").await.expect(401);
    app.anonymous().post("/api/_allauth/app/v1/auth/login", login).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_managed_by_administrators_only() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    let manager = app.person("manager@example.org", Some("Ours - Domain manager")).await;
    let own = id_of(&app, "manager@example.org").await;
    let admin = id_of(&app, ADMIN).await;
    manager.post("/api/users/", json!({ "email": "x@example.org" })).await.expect(403);
    for id in [&own, &admin] {
        let refused = manager.patch(&format!("/api/users/{id}/"), json!({ "first_name": "X" })).await.expect(403);
        assert_eq!(refused.json, json!({ "detail": "You do not have permission to perform this action." }));
        manager.delete(&format!("/api/users/{id}/")).await.expect(403);
    }
    // Somebody without any group may sign in and see themselves.
    let nobody = app.person("nobody@example.org", None).await;
    let seen = nobody.get("/api/users/").await.expect(200).rows();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["email"], "nobody@example.org");
    assert_eq!(nobody.get("/api/assets/").await.expect(200).json["count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_people_narrow_to_what_pickers_need() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    app.person("approver@example.org", Some("Ours - Approver")).await;
    app.person("reader@example.org", Some("Ours - Reader")).await;
    let emails = async |query: &str| -> Vec<String> {
        let rows = app.admin().get(&format!("/api/users/?{query}")).await.expect(200).rows();
        rows.iter().map(|row| row["email"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(emails("is_approver=true").await, ["admin@example.org", "approver@example.org"]);
    assert_eq!(emails("is_approver=false").await, ["reader@example.org"]);
    assert_eq!(emails("exclude_current=true").await, ["approver@example.org", "reader@example.org"]);
    let group = app.group("Ours - Reader").await;
    assert_eq!(emails(&format!("exclude_user_groups={group}")).await, ["admin@example.org", "approver@example.org"]);
    assert_eq!(emails(&format!("user_groups={group}")).await, ["reader@example.org"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn is_superuser_is_a_word_without_power() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    app.asset("Server", &ours).await;
    let person = app.person("person@example.org", None).await;
    let id = person.get("/api/iam/current-user/").await.expect(200).id();
    let written = app.admin().patch(&format!("/api/users/{id}/"), json!({ "is_superuser": true })).await.expect(200);
    assert_eq!(written.json["is_superuser"], true);
    assert_eq!(person.get("/api/iam/current-user/").await.expect(200).json["is_superuser"], true);
    assert_eq!(person.get("/api/assets/").await.expect(200).json["count"], 0);
    person.post("/api/assets/", json!({ "name": "Mine" })).await.expect(403);
    person.patch(&format!("/api/users/{id}/"), json!({ "is_superuser": true })).await.expect(403);
}
