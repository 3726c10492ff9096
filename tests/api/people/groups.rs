//! Groups: members come and go, built-in ones stay what they are.

use blackbox::TestApp;
use serde_json::{Value, json};

async fn user(app: &TestApp, email: &str) -> String {
    app.admin().post("/api/users/", json!({ "email": email })).await.expect(201).id()
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_added_and_removed_and_counted() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    let group = app.group("Ours - Reader").await;
    let (one, two) = (user(&app, "one@example.org").await, user(&app, "two@example.org").await);
    let act = async |what: &str, body: Value| {
        app.admin().post(&format!("/api/user-groups/{group}/{what}-members/"), body).await
    };
    let nobody = "11111111-1111-4111-8111-111111111111";
    assert_eq!(act("add", json!({ "users": [one] })).await.expect(200).json, json!({ "count": 1 }));
    assert_eq!(act("add", json!({ "users": [one, two, nobody] })).await.expect(200).json, json!({ "count": 2 }));
    assert_eq!(act("remove", json!({ "users": [one] })).await.expect(200).json, json!({ "count": 1 }));
    assert_eq!(act("remove", json!({ "users": [one, nobody] })).await.expect(200).json, json!({ "count": 1 }));
    for what in ["add", "remove"] {
        assert_eq!(act(what, json!({})).await.expect(400).json, json!({ "users": ["This field is required."] }));
        let refused = act(what, json!({ "users": ["x"] })).await.expect(400);
        assert_eq!(refused.json, json!({ "non_field_errors": ["“x” is not a valid UUID."] }));
    }
    let members = app.admin().get(&format!("/api/users/?user_groups={group}")).await.expect(200).rows();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0]["email"], "two@example.org");
    let log = app.admin().get(&format!("/api/audit-log/?object_id={group}&action=update")).await.expect(200);
    assert!(log.text.contains(&one) && log.text.contains(&two));
}

#[tokio::test(flavor = "multi_thread")]
async fn membership_counts_from_the_next_request() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let asset = app.asset("Server", &ours).await;
    let person = app.person("person@example.org", None).await;
    let id = person.get("/api/iam/current-user/").await.expect(200).id();
    let path = format!("/api/assets/{asset}/");
    let group = app.group("Ours - Analyst").await;
    person.get(&path).await.expect(404);
    app.admin().post(&format!("/api/user-groups/{group}/add-members/"), json!({ "users": [id] })).await.expect(200);
    person.patch(&path, json!({ "name": "Mine now" })).await.expect(200);
    app.admin().patch(&format!("/api/users/{id}/"), json!({ "user_groups": [] })).await.expect(200);
    person.get(&path).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn built_in_groups_keep_their_name_and_stay() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    let group = app.group("Ours - Reader").await;
    let path = format!("/api/user-groups/{group}/");
    app.admin().patch(&path, json!({ "name": "Mine", "users": [], "members": [] })).await.expect(200);
    assert_eq!(app.admin().get(&path).await.expect(200).json["name"], "Ours - Reader");
    assert_eq!(app.admin().get(&format!("{path}object/")).await.expect(200).json["name"], "BI-UG-AUD");
    let refused = app.admin().delete(&path).await.expect(403);
    assert_eq!(refused.json, json!({ "detail": "You do not have permission to perform this action." }));
    // The built-in roles know no right to add groups, not even the administrator's.
    app.admin().post("/api/user-groups/", json!({ "name": "Mine" })).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_cares_for_the_groups_of_the_own_domain() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    app.domain("Theirs", None).await;
    let manager = app.person("manager@example.org", Some("Ours - Domain manager")).await;
    let me = manager.get("/api/iam/current-user/").await.expect(200).id();
    let other = user(&app, "other@example.org").await;
    let own = app.group("Ours - Reader").await;
    let managers = app.group("Ours - Domain manager").await;
    let foreign = app.group("Theirs - Reader").await;
    let admins = app.group("Global - Administrator").await;
    let add = |group: &str| format!("/api/user-groups/{group}/add-members/");
    manager.post(&add(&own), json!({ "users": [other] })).await.expect(200);
    for group in [&foreign, &admins] {
        manager.post(&add(group), json!({ "users": [me] })).await.expect(404);
    }
    let refused = manager.post(&format!("/api/user-groups/{managers}/remove-members/"), json!({ "users": [me] })).await;
    assert_eq!(refused.expect(403).json, json!({ "error": "attemptToRemoveSelfFromDomainAdminGroup" }));
}
