//! The recorded scenario of section D: one control, its life, and every view of it.

use super::general::{By, Samples};
use blackbox::TestApp;
use serde_json::json;

/// Plays it and compares.
pub(super) async fn compare(app: &TestApp, samples: &mut Samples) {
    let admin = app.admin();
    let folder = app.domain("BHV-B edeb45", None).await;
    let new = json!({ "name": "D1 4cf9", "folder": folder });
    let id = admin.post("/api/applied-controls/", new).await.expect(201).id();
    app.wait(chrono::TimeDelta::seconds(1));
    let last = json!({
        "name": "D1 c3b9", "folder": folder, "link": "", "observation": "", "category": "technical", "ref_id": "foo",
        "csf_function": "protect", "description": "Deployed everywhere", "priority": 1,
    });
    let second = admin.post("/api/applied-controls/", last).await.expect(201).id();
    let path = format!("/api/applied-controls/{id}/");
    samples.compare("behaviours/applied_control_detail", 200, By::Value, &admin.get(&path).await);
    samples.compare("behaviours/applied_control_object", 200, By::Value, &admin.get(&format!("{path}object/")).await);
    let page = admin.get("/api/applied-controls/?limit=1&ordering=-created_at").await;
    samples.compare("list_applied-controls", 200, By::Shape, &page);
    let names = json!({ "ref_id": null });
    admin.patch(&format!("/api/applied-controls/{second}/"), names).await.expect(200);
    let light = admin.get(&format!("/api/applied-controls/autocomplete/?search=D1&folder={folder}")).await;
    samples.compare("behaviours/applied_controls_autocomplete", 200, By::Value, &light);

    let asset = json!({ "name": "asD 5b46", "folder": folder, "applied_controls": [id] });
    admin.post("/api/assets/", asset).await.expect(201);
    let body = json!({
        "status": "in_progress", "progress_field": 40, "eta": "2020-01-01", "priority": 2,
        "effort": "M", "control_impact": 4, "category": "technical", "csf_function": "protect", "cost": {},
    });
    admin.patch(&path, body).await.expect(200);
    let old = json!({ "name": "c7", "start_date": "2026-05-05", "eta": "2026-01-01", "expiry_date": "2020-01-01" });
    admin.post("/api/applied-controls/", old).await.expect(201);
    for name in ["category", "control_impact", "csf_function", "effort", "linked_models", "priority", "status"] {
        let answer = admin.get(&format!("/api/applied-controls/{name}/")).await;
        samples.compare(&format!("behaviours/applied_controls_{name}"), 200, By::Letter, &answer);
    }
    for name in
        ["analytics", "impact_effort", "owner", "per_status", "sunburst_data", "to_review", "todo", "updatables"]
    {
        let answer = admin.get(&format!("/api/applied-controls/{name}/")).await;
        samples.compare(&format!("behaviours/applied_controls_{name}"), 200, By::Shape, &answer);
    }
    let info = admin.get(&format!("{path}cascade-info/")).await;
    samples.compare("behaviours/applied_control_cascade_info", 200, By::Shape, &info);
    for field in ["control_impact", "status"] {
        let answer = admin.get(&format!("/api/applied-controls/{field}/")).await;
        samples.compare(&format!("sel_applied-controls_{field}"), 200, By::Letter, &answer);
    }
}
