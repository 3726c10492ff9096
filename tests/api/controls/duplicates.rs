//! Copies.

use super::control;
use blackbox::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_has_a_name_of_its_own_and_the_rest_of_the_original() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let actor = app.admin().get("/api/actors/?limit=1").await.expect(200).rows()[0]["id"].clone();
    let more = json!({
        "description": "d", "priority": 2, "status": "active", "progress_field": 60, "eta": "2026-12-24", "owner": [actor],
        "cost": { "run": { "fixed_cost": 10 } },
    });
    let id = control(&app, "A", &ours, more).await;
    let path = format!("/api/applied-controls/{id}/duplicate/");
    // The description may be left out: it stays what it is.
    let copy = app.admin().post(&path, json!({ "name": "B" })).await.expect(200).json["results"].clone();
    for (name, value) in [
        ("name", json!("B")),
        ("description", json!("d")),
        ("priority", json!("P2")),
        ("progress_field", json!(60)),
        ("annual_cost", json!("10.00")),
        ("is_assigned", json!(true)),
        ("state", json!({ "name": "incoming", "hexcolor": "#93c5fd" })),
    ] {
        assert_eq!(copy[name], value, "{name}");
    }
    assert_eq!(copy["folder"]["id"], json!(ours));
    let there = json!({ "name": "A", "description": "else", "folder": theirs, "duplicate_evidences": true });
    let copy = app.admin().post(&path, there).await.expect(200).json["results"].clone();
    assert_eq!((&copy["description"], &copy["folder"]["str"]), (&json!("else"), &json!("Theirs")));
    let refused = app.admin().post(&path, json!({ "description": "no name" })).await.expect(400);
    assert_eq!(refused.json, json!({ "name": ["This field is required."] }));
    let refused = app.admin().post(&path, json!({ "name": "a" })).await.expect(400);
    assert!(matches!(refused.json["name"], Value::String(_)), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_only_where_its_maker_may_add() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let id = control(&app, "A", &theirs, json!({})).await;
    let shared = control(&app, "Shared", &app.root().await, json!({})).await;
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let path = |id: &str| format!("/api/applied-controls/{id}/duplicate/");
    analyst.post(&path(&id), json!({ "name": "B", "folder": ours })).await.expect(404);
    analyst.post(&path(&shared), json!({ "name": "B" })).await.expect(403);
    analyst.post(&path(&shared), json!({ "name": "B", "folder": ours })).await.expect(200);
    reader.post(&path(&shared), json!({ "name": "C", "folder": ours })).await.expect(403);
}
