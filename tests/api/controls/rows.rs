//! What is written, what is read, and what follows from a status.

use super::{control, make, names};
use blackbox::TestApp;
use serde_json::{Value, json};

const CONTROLS: &str = "/api/applied-controls/";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_control_holds_the_recorded_defaults() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let made = app.admin().post(CONTROLS, json!({ "name": "C" })).await.expect(201).json;
    let part = json!({ "fixed_cost": 0, "people_days": 0 });
    let expected = [
        ("status", json!("--")),
        ("priority", Value::Null),
        ("category", Value::Null),
        ("csf_function", Value::Null),
        ("effort", Value::Null),
        ("control_impact", Value::Null),
        ("progress_field", json!(0)),
        ("is_published", json!(true)),
        ("ref_id", Value::Null),
        ("folder", json!(root)),
        ("owner", json!([])),
        ("findings", json!([])),
        ("requirement_assessments", json!([])),
        ("cost", json!({ "currency": "€", "amortization_period": 1, "build": part, "run": part })),
    ];
    for (name, value) in expected {
        assert_eq!(made[name], value, "{name}");
    }
    let id = made["id"].as_str().expect("an id");
    let read = app.admin().get(&format!("{CONTROLS}{id}/")).await.expect(200).json;
    for (name, value) in [
        ("annual_cost", json!("0.00")),
        ("annual_cost_display", json!("")),
        ("currency", json!("€")),
        ("state", Value::Null),
        ("is_assigned", json!(false)),
        ("linked_models", json!([])),
        ("findings_count", json!(0)),
        ("ranking_score", json!(0)),
        ("path", json!([{ "str": "Global", "id": root }])),
    ] {
        assert_eq!(read[name], value, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_writes_are_raw_and_reads_are_labelled() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let body = json!({
        "priority": "2", "category": "technical", "csf_function": "protect", "effort": "M", "control_impact": 4,
        "status": "in_progress", "link": "foo", "start_date": "2027-05-05", "eta": "2026-01-01",
    });
    let made = make(app.admin(), "C", &ours, body).await.expect(201).json;
    let shown = |row: &Value| {
        ["priority", "category", "csf_function", "effort", "control_impact", "status"].map(|name| row[name].clone())
    };
    let raw = [json!(2), json!("technical"), json!("protect"), json!("M"), json!(4), json!("in_progress")];
    let labelled =
        [json!("P2"), json!("Technical"), json!("Protect"), json!("Medium"), json!("High"), json!("in_progress")];
    assert_eq!(shown(&made), raw);
    let path = format!("{CONTROLS}{}/", made["id"].as_str().expect("an id"));
    assert_eq!(shown(&app.admin().get(&format!("{path}object/")).await.expect(200).json), raw);
    let read = app.admin().get(&path).await.expect(200).json;
    assert_eq!(shown(&read), labelled);
    assert_eq!(read["state"], json!({ "name": "outdated", "hexcolor": "#f87171" }));
    assert_eq!(shown(&app.admin().get(CONTROLS).await.expect(200).rows()[0]), labelled);
    // Dates are not compared with each other, and the link is any text.
    assert_eq!((&read["link"], &read["start_date"]), (&json!("foo"), &json!("2027-05-05")));
    let refused = app.admin().patch(&path, json!({ "priority": 9, "effort": "XXL", "progress_field": 101 })).await;
    let expected = json!({
        "priority": ["\"9\" is not a valid choice."], "effort": ["\"XXL\" is not a valid choice."],
        "progress_field": ["Ensure this value is less than or equal to 100."],
    });
    assert_eq!(refused.expect(400).json, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_active_is_done() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let id = control(&app, "C", &root, json!({ "progress_field": 40 })).await;
    let path = format!("{CONTROLS}{id}/");
    let progress = async |body: Value| app.admin().patch(&path, body).await.expect(200).json["progress_field"].clone();
    assert_eq!(progress(json!({ "status": "in_progress" })).await, 40);
    assert_eq!(progress(json!({ "status": "active" })).await, 100);
    assert_eq!(progress(json!({ "status": "degraded" })).await, 100);
    assert_eq!(progress(json!({ "status": "active", "progress_field": 60 })).await, 60);
    let made = make(app.admin(), "D", &root, json!({ "status": "active" })).await.expect(201);
    assert_eq!((&made.json["progress_field"], &made.json["start_date"]), (&json!(100), &Value::Null));
    let body = json!({ "action": "change_field", "ids": [id], "field": "status", "value": "active" });
    app.admin().post(&format!("{CONTROLS}batch-action/"), body).await.expect(200);
    assert_eq!(app.admin().get(&path).await.expect(200).json["progress_field"], 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_looked_at_on_creation_only() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    control(&app, "C3", &ours, json!({})).await;
    let other = control(&app, "Other", &ours, json!({})).await;
    let refused = make(app.admin(), "c3", &ours, json!({})).await.expect(400);
    let sentence = "c3 is already used in this scope. Please choose another value.";
    assert_eq!(refused.json, json!({ "name": sentence }));
    // A policy is the same kind of row.
    let refused = app.admin().post("/api/policies/", json!({ "name": "C3", "folder": ours })).await.expect(400);
    assert!(refused.json["name"].is_string(), "{}", refused.text);
    control(&app, "C3", &theirs, json!({})).await;
    app.admin().patch(&format!("{CONTROLS}{other}/"), json!({ "name": "C3" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_the_order_of_creation() {
    let app = TestApp::start().await;
    let root = app.root().await;
    for name in ["B", "C", "A"] {
        control(&app, name, &root, json!({})).await;
    }
    let rows = app.admin().get(CONTROLS).await.expect(200).rows();
    assert_eq!(names(&rows), ["B", "C", "A"]);
    let rows = app.admin().get(&format!("{CONTROLS}?ordering=name")).await.expect(200).rows();
    assert_eq!(names(&rows), ["A", "B", "C"]);
    let light = app.admin().get(&format!("{CONTROLS}autocomplete/?search=b")).await.expect(200).rows();
    let id = &rows[1]["id"];
    assert_eq!(light, [json!({ "id": id, "name": "B", "ref_id": null, "folder": rows[1]["folder"], "str": "B" })]);
    let ids = app.admin().get(&format!("{CONTROLS}ids/")).await.expect(200).json;
    assert_eq!(ids["Global"]["B"], *id);
}

#[tokio::test(flavor = "multi_thread")]
async fn relations_are_two_sided() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let asset = app.asset("A", &root).await;
    let actor = app.admin().get("/api/actors/?limit=1").await.expect(200).rows()[0]["id"].clone();
    let id = control(&app, "C", &root, json!({ "assets": [asset], "owner": [actor] })).await;
    let read = app.admin().get(&format!("{CONTROLS}{id}/")).await.expect(200).json;
    assert_eq!(read["assets"], json!([{ "str": "A", "id": asset }]));
    assert_eq!((&read["is_assigned"], &read["owner"][0]["id"]), (&json!(true), &actor));
    let other = app.admin().get(&format!("/api/assets/{asset}/")).await.expect(200).json;
    assert_eq!(other["applied_controls"], json!([{ "str": "C", "id": id }]));
    let info = app.admin().get(&format!("{CONTROLS}{id}/cascade-info/")).await.expect(200).json;
    let affected = info["affected"]["related_objects"].as_array().expect("a list");
    assert!(affected.contains(&json!({ "model": "Asset", "name": "A", "id": asset })), "{info}");
    app.admin().delete(&format!("{CONTROLS}{id}/")).await.expect(204);
    let other = app.admin().get(&format!("/api/assets/{asset}/")).await.expect(200).json;
    assert_eq!(other["applied_controls"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_control_is_named_and_found_by() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let body = json!({ "name": "Model", "ref_id": "RC1", "category": "process" });
    let model = app.admin().post("/api/reference-controls/", body).await.expect(201).id();
    let id = control(&app, "C", &root, json!({ "reference_control": model })).await;
    control(&app, "D", &root, json!({})).await;
    let read = app.admin().get(&format!("{CONTROLS}{id}/")).await.expect(200).json;
    assert_eq!(read["reference_control"], json!({ "str": "RC1 - Model", "id": model }));
    let found = app.admin().get(&format!("{CONTROLS}?reference_control={model}")).await.expect(200).rows();
    assert_eq!(names(&found), ["C"]);
    app.admin().delete(&format!("/api/reference-controls/{model}/")).await.expect(204);
    let read = app.admin().get(&format!("{CONTROLS}{id}/")).await.expect(200).json;
    assert_eq!(read["reference_control"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_is_assigned_to_them() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let mine = reader.get("/api/folders/my_assignments/").await.expect(200).json["actor_ids"][0].clone();
    control(&app, "Later", &ours, json!({ "owner": [mine], "progress_field": 30 })).await;
    control(&app, "Sooner", &ours, json!({ "owner": [mine], "eta": "2027-01-01", "status": "active" })).await;
    control(&app, "Hidden", &app.domain("Theirs", None).await, json!({ "owner": [mine] })).await;
    control(&app, "Somebody's", &ours, json!({})).await;
    let told = reader.get("/api/folders/my_assignments/").await.expect(200).json;
    assert_eq!(names(told["controls"].as_array().expect("a list")), ["Sooner", "Later"]);
    assert_eq!(told["metrics"]["progress"]["controls"], 65);
    let nobody = app.admin().get("/api/folders/my_assignments/").await.expect(200).json;
    assert_eq!(nobody["controls"], json!([]));
}
