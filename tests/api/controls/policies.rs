//! Policies are the controls of one category, under permissions of their own.

use super::{control, names};
use blackbox::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_a_control_of_the_category() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let made = app.admin().post("/api/policies/", json!({ "name": "P", "category": "technical" })).await.expect(201);
    assert_eq!(made.json["category"], "policy");
    let policy = made.id();
    let other = control(&app, "C", &root, json!({ "category": "technical" })).await;
    let written = control(&app, "W", &root, json!({ "category": "policy" })).await;

    let listed = app.admin().get("/api/policies/").await.expect(200).rows();
    assert_eq!(names(&listed), ["P", "W"]);
    assert_eq!(app.admin().get("/api/applied-controls/").await.expect(200).json["count"], 3);
    app.admin().get(&format!("/api/applied-controls/{policy}/")).await.expect(200);
    for path in ["", "object/", "cascade-info/"] {
        let hidden = app.admin().get(&format!("/api/policies/{other}/{path}")).await.expect(404);
        assert_eq!(hidden.json, json!({ "detail": "No Policy matches the given query." }));
    }
    app.admin().delete(&format!("/api/policies/{other}/")).await.expect(404);

    // Through this path it stays what it is; as a control it can become something else.
    let path = format!("/api/policies/{policy}/");
    let kept = app.admin().patch(&path, json!({ "category": "process", "name": "Q" })).await.expect(200);
    assert_eq!((&kept.json["category"], &kept.json["name"]), (&json!("policy"), &json!("Q")));
    let batch = json!({ "action": "change_field", "ids": [policy], "field": "category", "value": "process" });
    let refused = app.admin().post("/api/policies/batch-action/", batch).await.expect(400);
    assert_eq!(refused.json, json!({ "error": "field not editable: category" }));
    app.admin().patch(&format!("/api/applied-controls/{written}/"), json!({ "category": "process" })).await.expect(200);
    app.admin().get(&format!("/api/policies/{written}/")).await.expect(404);

    let choices = app.admin().get("/api/policies/category/").await.expect(200).json;
    assert_eq!(choices["physical"], "Physical");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_of_policies_is_about_policies() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let more = |category: &str| {
        json!({
            "category": category, "eta": "2020-01-01", "expiry_date": "2020-01-01", "priority": 1, "effort": "M",
            "control_impact": 3, "csf_function": "protect", "status": "to_do",
        })
    };
    control(&app, "Zebra", &root, more("technical")).await;
    control(&app, "Mule", &root, more("policy")).await;
    let views = [
        "",
        "full/",
        "autocomplete/",
        "ids/",
        "get_controls_info/",
        "get_gantt_data/",
        "get_timeline_info/",
        "impact_effort/",
        "impact_graph/",
        "priority_chart_data/",
        "to_review/",
        "todo/",
        "export_csv/",
    ];
    for view in views {
        let all = app.admin().get(&format!("/api/applied-controls/{view}")).await.expect(200);
        assert!(all.text.contains("Zebra") && all.text.contains("Mule"), "{view}: {}", all.text);
        let ours = app.admin().get(&format!("/api/policies/{view}")).await.expect(200);
        assert!(!ours.text.contains("Zebra") && ours.text.contains("Mule"), "{view}: {}", ours.text);
    }
    let updatable = app.admin().get("/api/policies/updatables/").await.expect(200);
    assert_eq!(updatable.json["results"].as_array().map(Vec::len), Some(1));
    assert_eq!(app.admin().get("/api/policies/analytics/").await.expect(200).json["count"], 1);
    let counted = app.admin().get("/api/policies/per_status/").await.expect(200);
    assert_eq!(counted.json["results"]["values"][0]["value"], 1);
    let rings = app.admin().get("/api/policies/sunburst_data/").await.expect(200);
    assert_eq!(rings.json["results"][0]["value"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_of_policies_are_their_own() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let codenames = ["view_folder", "view_policy", "change_policy"];
    let all = app.admin().get("/api/permissions/").await.expect(200).rows();
    let ids: Vec<_> = all
        .iter()
        .filter(|row| codenames.iter().any(|name| row["codename"] == *name))
        .map(|row| row["id"].clone())
        .collect();
    assert_eq!(ids.len(), 3);
    let role =
        app.admin().post("/api/roles/", json!({ "name": "Policies", "permissions": ids })).await.expect(201).id();
    let person = app.person("writer@example.org", None).await;
    let me = person.get("/api/iam/current-user/").await.expect(200).id();
    let held = json!({ "name": "x", "user": me, "role": role, "perimeter_folders": [ours], "is_recursive": true });
    app.admin().post("/api/role-assignments/", held).await.expect(201);
    let person = app.sign_in("writer@example.org").await;

    let policy = control(&app, "P", &ours, json!({ "category": "policy", "eta": "2020-01-01" })).await;
    control(&app, "C", &ours, json!({ "category": "process" })).await;
    let asset = app.asset("A", &ours).await;
    app.admin().patch(&format!("/api/assets/{asset}/"), json!({ "applied_controls": [policy] })).await.expect(200);

    assert_eq!(names(&person.get("/api/policies/").await.expect(200).rows()), ["P"]);
    let read = person.get(&format!("/api/policies/{policy}/")).await.expect(200).json;
    assert_eq!(read["state"]["name"], "outdated");
    assert_eq!(read["assets"], json!([]), "assets are hidden");
    assert_eq!(person.get("/api/applied-controls/").await.expect(200).json["count"], 0);
    person.get(&format!("/api/applied-controls/{policy}/")).await.expect(404);
    person.patch(&format!("/api/applied-controls/{policy}/"), json!({ "name": "X" })).await.expect(404);
    person.patch(&format!("/api/policies/{policy}/"), json!({ "name": "Mine" })).await.expect(200);
    person.post("/api/policies/", json!({ "name": "New", "folder": ours })).await.expect(403);
    person.delete(&format!("/api/policies/{policy}/")).await.expect(403);
    person.post(&format!("/api/policies/{policy}/duplicate/"), json!({ "name": "Copy" })).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_with_two_names_are_told_once() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let policy = control(&app, "P", &ours, json!({ "category": "policy" })).await;
    let asset = app.asset("A", &ours).await;
    app.admin().patch(&format!("/api/assets/{asset}/"), json!({ "applied_controls": [policy] })).await.expect(200);
    let info = app.admin().get(&format!("/api/policies/{policy}/cascade-info/")).await.expect(200).json;
    assert_eq!(info["affected"]["count"], 1, "{info}");
    assert_eq!(info["affected"]["related_objects"][0]["name"], "A");
    let info = app.admin().get(&format!("/api/folders/{ours}/cascade-info/")).await.expect(200).json;
    assert_eq!(info.to_string().matches("\"model\":\"AppliedControl\"").count(), 1, "{info}");
    assert!(!info.to_string().contains("Policy"), "{info}");
    app.admin().delete(&format!("/api/folders/{ours}/")).await.expect(204);
    assert_eq!(app.admin().get("/api/applied-controls/").await.expect(200).json["count"], 0);
}
