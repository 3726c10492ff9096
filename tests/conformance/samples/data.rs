//! A made-up organisation, so that every list has rows and every relation is filled somewhere.

use blackbox::TestApp;
use serde_json::{Value, json};

/// Makes it, with the administrator's hands.
pub(super) async fn make(app: &TestApp) {
    let admin = app.admin();
    let make = async |path: &str, body: Value| admin.post(&format!("/api/{path}/"), body).await.expect(201).id();
    let mut labels = Vec::new();
    for label in ["critical", "external", "legacy", "archived"] {
        labels.push(make("filtering-labels", json!({ "label": label })).await);
    }
    for number in 0..8 {
        let content = blackbox::library(number, |kind| format!("{kind} {number:02}"));
        admin.upload("/api/stored-libraries/upload/", "library.yaml", content).await.expect(201);
    }
    let mut domains = Vec::new();
    for number in 0..4 {
        let body =
            json!({ "name": format!("Domain {number:02}"), "description": "Made up", "create_iam_groups": true });
        domains.push(make("folders", body).await);
    }
    make("folders", json!({ "name": "Paris", "parent_folder": domains[0], "filtering_labels": [labels[0]] })).await;

    let mut people = Vec::new();
    let reader = app.group("Domain 00 - Reader").await;
    for name in ["ada", "grace", "edsger"] {
        let body = json!({
            "email": format!("{name}@example.org"), "first_name": name, "last_name": "Example", "observation": "Made up",
            "user_groups": [reader], "expiry_date": "2027-01-01",
        });
        people.push(make("users", body).await);
    }
    for name in ["Blue", "Green", "Red", "Yellow"] {
        let body = json!({
            "name": name, "description": "A team", "leader": people[0], "deputies": [people[1]], "members": people,
            "team_email": "team@example.org", "folder": domains[0],
        });
        make("teams", body).await;
    }
    let actors = admin.get("/api/actors/").await.expect(200).rows();
    for (number, domain) in domains.iter().enumerate() {
        let body = json!({
            "name": format!("Perimeter {number:02}"), "description": "Made up", "ref_id": format!("P-{number:02}"),
            "folder": domain, "lc_status": "in_prod", "default_assignee": [actors[0]["id"]],
        });
        make("perimeters", body).await;
    }
    for (number, domain) in domains.iter().enumerate() {
        let (name, ref_id) = (format!("Threat {number:03}"), format!("T-{number:03}"));
        make("threats", json!({ "name": name, "ref_id": ref_id, "folder": domain })).await;
    }
    let class = admin.get("/api/asset-class/?limit=1").await.expect(200).rows()[0]["id"].clone();
    for (number, domain) in domains.iter().enumerate() {
        let body = json!({
            "name": format!("Evidence {number:03}"), "description": "Made up", "folder": domain,
            "owner": [actors[0]["id"]], "filtering_labels": [labels[0]],
        });
        make("evidences", body).await;
    }
    let mut above: Option<String> = None;
    for number in 0..6 {
        let level = json!({ "objectives": { "confidentiality": { "value": 1, "is_enabled": true } } });
        let time = json!({ "objectives": { "rto": { "value": 3600 } } });
        let body = json!({
            "name": format!("Asset {number:05}"), "description": "Made up", "ref_id": format!("A-{number:05}"),
            "type": if number % 3 == 0 { "PR" } else { "SP" }, "folder": domains[number / 3], "owner": [actors[0]["id"]],
            "filtering_labels": [labels[0]], "parent_assets": above.iter().collect::<Vec<_>>(), "asset_class": class,
            "security_objectives": level, "disaster_recovery_objectives": time, "security_capabilities": level,
            "recovery_capabilities": time, "reference_link": "https://example.org/", "observation": "Made up",
        });
        let asset = make("assets", body).await;
        above = (number % 3 != 2).then_some(asset);
    }
    controls(app, &domains, &actors[0]["id"], &labels[0]).await;
    super::audits::some(app, &domains).await;
    super::assignments::some(app, &actors[0]["id"]).await;
}

/// Controls of two categories, owned and late and costly, and what is excepted.
async fn controls(app: &TestApp, domains: &[String], owner: &Value, label: &str) {
    let admin = app.admin();
    let assets = admin.get("/api/assets/?limit=1").await.expect(200).rows();
    for number in 0..8 {
        let body = json!({
            "name": format!("Control {number:05}"), "description": "Made up", "ref_id": format!("C-{number:05}"),
            "folder": domains[number % 4], "category": if number % 2 == 0 { "policy" } else { "technical" },
            "status": if number % 3 == 0 { "active" } else { "to_do" }, "priority": 1 + number % 4, "effort": "M",
            "csf_function": "protect", "eta": "2027-04-05",
        });
        admin.post("/api/applied-controls/", body).await.expect(201);
    }
    let body = json!({
        "name": "Owned", "description": "Made up", "folder": domains[0], "owner": [owner], "filtering_labels": [label], "category": "policy",
        "eta": "2027-04-05", "assets": [assets[0]["id"]], "cost": { "currency": "€", "amortization_period": 1,
        "build": { "fixed_cost": 5, "people_days": 0 }, "run": { "fixed_cost": 0, "people_days": 0 } },
    });
    let control = admin.post("/api/applied-controls/", body).await.expect(201).id();
    for number in 0..4 {
        let body = json!({
            "name": format!("Exception {number:02}"), "folder": domains[0], "severity": number, "applied_controls": [control],
        });
        admin.post("/api/security-exceptions/", body).await.expect(201);
    }
}
