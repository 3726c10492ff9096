//! There is always an administrator who can act.

use blackbox::{ADMIN, TestApp};
use serde_json::{Value, json};

async fn still_there(app: &TestApp, what: &str) {
    let me = app.admin().get("/api/iam/current-user/").await;
    assert_eq!(
        (me.status, &me.json["is_admin"]),
        (200, &Value::Bool(true)),
        "{what} left nobody in charge: {}",
        me.text
    );
    app.admin().get("/api/roles/").await.expect(200);
    app.sign_in(ADMIN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_cannot_be_demoted_by_any_road() {
    let app = TestApp::start().await;
    let me = app.admin().get("/api/iam/current-user/").await.expect(200).id();
    let user = format!("/api/users/{me}/");
    let group = app.group("Global - Administrator").await;
    let reader = app.admin().get("/api/roles/?name=BI-RL-AUD").await.expect(200).rows()[0]["id"].clone();
    let ours = app.domain("Ours", None).await;
    let assignments = app.admin().get("/api/role-assignments/").await.expect(200).rows();
    let own = assignments.iter().find(|row| row["user_group"]["id"] == json!(group)).expect("the built-in one");
    let assignment = format!("/api/role-assignments/{}/", own["id"].as_str().expect("an id"));
    let own_role = format!("/api/roles/{}/", own["role"]["id"].as_str().expect("an id"));
    let other = app.group("Global - Reader").await;

    for (path, body) in [
        (&user, json!({ "is_active": false })),
        (&user, json!({ "user_groups": [] })),
        (&user, json!({ "expiry_date": "2026-11-23" })),
        (&assignment, json!({ "role": reader })),
        (&assignment, json!({ "perimeter_folders": [ours] })),
        (&assignment, json!({ "user_group": other })),
        (&assignment, json!({ "user_group": null, "user": me })),
        (&own_role, json!({ "permissions": [] })),
    ] {
        let answer = app.admin().patch(path, body.clone()).await;
        assert!(matches!(answer.status, 400 | 403), "{path} {body} → {}: {}", answer.status, answer.text);
        still_there(&app, &body.to_string()).await;
    }
    for path in [&user, &assignment, &own_role, &format!("/api/user-groups/{group}/")] {
        app.admin().delete(path).await.expect(403);
        still_there(&app, path).await;
    }
    app.admin().post(&format!("/api/user-groups/{group}/remove-members/"), json!({ "users": [me] })).await.expect(403);
    // Sending back what is there changes nothing and is no refusal.
    let shape = app.admin().get(&format!("{assignment}object/")).await.expect(200).json;
    app.admin().put(&assignment, shape).await.expect(200);
    app.admin().patch(&user, json!({ "expiry_date": "2027-01-01" })).await.expect(200);
    still_there(&app, "all of this").await;
}
