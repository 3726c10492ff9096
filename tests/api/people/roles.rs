//! Custom roles and their assignments.

use blackbox::{Actor, TestApp};
use serde_json::{Value, json};

/// Ids of permissions by codename.
async fn permissions(app: &TestApp, codenames: &[&str]) -> Vec<Value> {
    let mut ids = Vec::new();
    for codename in codenames {
        let found = app.admin().get(&format!("/api/permissions/?codename={codename}")).await.expect(200).rows();
        assert_eq!(found.len(), 1, "{codename}");
        ids.push(found[0]["id"].clone());
    }
    ids
}

async fn role(app: &TestApp, name: &str, codenames: &[&str]) -> String {
    let body = json!({ "name": name, "permissions": permissions(app, codenames).await });
    app.admin().post("/api/roles/", body).await.expect(201).id()
}

async fn assign(app: &TestApp, role: &str, to: &Actor, folder: &str, recursive: bool) -> String {
    let user = to.get("/api/iam/current-user/").await.expect(200).id();
    let body = json!({
        "name": "made to measure", "user": user, "role": role, "perimeter_folders": [folder], "is_recursive": recursive,
    });
    app.admin().post("/api/role-assignments/", body).await.expect(201).id()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_role_counts_from_the_next_request_and_no_longer_than_it_holds() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let inner = app.domain("Inner", Some(&ours)).await;
    let (here, below) = (app.asset("Here", &ours).await, app.asset("Below", &inner).await);
    let person = app.person("person@example.org", None).await;
    let path = |id: &str| format!("/api/assets/{id}/");
    person.get(&path(&here)).await.expect(404);

    let editor = role(&app, "Asset editor", &["change_asset"]).await;
    let assignment = assign(&app, &editor, &person, &ours, false).await;
    person.patch(&path(&here), json!({ "name": "Changed" })).await.expect(200);
    // Not recursive, and no more than what was chosen.
    person.get(&path(&below)).await.expect(404);
    person.delete(&path(&here)).await.expect(403);
    let refused = person.post("/api/assets/", json!({ "name": "New", "folder": ours })).await.expect(403);
    assert_eq!(refused.json, json!({ "folder": "You do not have permission to add objects in this folder" }));

    app.admin()
        .patch(&format!("/api/role-assignments/{assignment}/"), json!({ "is_recursive": true }))
        .await
        .expect(200);
    person.get(&path(&below)).await.expect(200);
    let more = permissions(&app, &["change_asset", "delete_asset"]).await;
    app.admin().patch(&format!("/api/roles/{editor}/"), json!({ "permissions": more })).await.expect(200);
    person.delete(&path(&below)).await.expect(204);
    app.admin().delete(&format!("/api/role-assignments/{assignment}/")).await.expect(204);
    person.get(&path(&here)).await.expect(404);
    // A deleted role goes with its assignments.
    let assignment = assign(&app, &editor, &person, &ours, true).await;
    person.get(&path(&here)).await.expect(200);
    app.admin().delete(&format!("/api/roles/{editor}/")).await.expect(204);
    person.get(&path(&here)).await.expect(404);
    app.admin().get(&format!("/api/role-assignments/{assignment}/")).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_change_may_look() {
    let app = TestApp::start().await;
    for (verb, codename) in [("add", "add_asset"), ("change", "change_perimeter"), ("delete", "delete_folder")] {
        let made = role(&app, verb, &[codename]).await;
        let shown = app.admin().get(&format!("/api/roles/{made}/")).await.expect(200).json;
        let mut names: Vec<&str> =
            shown["permissions"].as_array().expect("a list").iter().filter_map(|one| one["str"].as_str()).collect();
        names.sort_unstable();
        let view = codename.replace(verb, "view");
        assert_eq!(names, [codename, view.as_str()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn built_in_roles_and_assignments_are_left_alone() {
    let app = TestApp::start().await;
    let roles = app.admin().get("/api/roles/?builtin=true").await.expect(200).rows();
    let mut names: Vec<&str> = roles.iter().filter_map(|role| role["name"].as_str()).collect();
    names.sort_unstable();
    let codes = ["ADE", "ADM", "ANA", "APP", "AUD", "DMA", "TPR", "TST"].map(|code| format!("BI-RL-{code}"));
    assert_eq!(names, codes);
    let path = format!("/api/roles/{}/", roles[0]["id"].as_str().expect("an id"));
    app.admin().delete(&path).await.expect(403);
    app.admin().patch(&path, json!({ "permissions": [] })).await.expect(400);
    app.admin().patch(&path, json!({ "name": "Mine" })).await.expect(200);
    assert_eq!(app.admin().get(&path).await.expect(200).json["name"], roles[0]["name"]);
    let builtin = app.admin().get("/api/role-assignments/").await.expect(200).rows();
    let builtin = builtin.iter().find(|row| row["builtin"] == true).expect("assignments of the built-in groups");
    app.admin().delete(&format!("/api/role-assignments/{}/", builtin["id"].as_str().expect("an id"))).await.expect(403);
    let taken = app.admin().post("/api/roles/", json!({ "name": "bi-rl-adm", "permissions": [] })).await.expect(400);
    assert!(taken.json["name"].is_string(), "{}", taken.text);
    for (method, path) in [("POST", "/api/permissions/"), ("POST", "/api/actors/")] {
        app.admin().call(method, path).await.expect(405);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_names_one_holder_and_at_least_one_folder() {
    let app = TestApp::start().await;
    let (ours, editor) = (app.domain("Ours", None).await, role(&app, "Editor", &["change_asset"]).await);
    let user = app.admin().get("/api/iam/current-user/").await.expect(200).id();
    let group = app.group("Ours - Reader").await;
    let post = async |body: Value| app.admin().post("/api/role-assignments/", body).await;
    let one = json!({ "non_field_errors": ["Name either a user or a user group."] });
    let body = json!({ "name": "a", "role": editor, "perimeter_folders": [ours] });
    assert_eq!(post(body.clone()).await.expect(400).json, one);
    let mut both = body.clone();
    both["user"] = json!(user);
    both["user_group"] = json!(group);
    assert_eq!(post(both).await.expect(400).json, one);
    let mut nowhere = body.clone();
    nowhere["user"] = json!(user);
    nowhere["perimeter_folders"] = json!([]);
    let refused = post(nowhere).await.expect(400);
    assert_eq!(refused.json, json!({ "perimeter_folders": ["This list may not be empty."] }));
    let mut held = body;
    held["user_group"] = json!(group);
    post(held).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_are_given_by_those_who_hold_them() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let manager = app.person("manager@example.org", Some("Ours - Domain manager")).await;
    let me = manager.get("/api/iam/current-user/").await.expect(200).id();
    let editor = role(&app, "Editor", &["change_asset"]).await;
    let body = json!({ "name": "a", "user": me, "role": editor, "perimeter_folders": [ours] });
    manager.post("/api/role-assignments/", body).await.expect(403);
    manager.post("/api/roles/", json!({ "name": "Mine" })).await.expect(403);
    assert_eq!(manager.get("/api/roles/").await.expect(200).json["count"], 0);
    assert_eq!(manager.get("/api/permissions/").await.expect(200).json["count"], 0);
}
