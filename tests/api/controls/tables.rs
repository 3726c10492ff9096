//! Files to take away.

use super::control;
use blackbox::TestApp;
use serde_json::json;

const HEADER: &str = "internal_id;ref_id;name;description;reference_control_name;reference_control_ref_id;category;\
                      csf_function;folder;status;start_date;eta;expiry_date;priority;effort;impact;cost_currency;\
                      cost_build_fixed;cost_build_people_days;cost_run_fixed;cost_run_people_days;\
                      cost_amortization_period;owner;labels;evidences;evidence_attachments";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_has_the_recorded_columns() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let model =
        app.admin().post("/api/reference-controls/", json!({ "name": "Model", "ref_id": "RC1" })).await.expect(201);
    let label = app.admin().post("/api/filtering-labels/", json!({ "label": "red" })).await.expect(201).id();
    let more = json!({
        "ref_id": "=1+1", "description": "a;b", "reference_control": model.id(), "category": "process",
        "csf_function": "detect", "status": "in_progress", "start_date": "2026-11-01", "eta": "2026-12-24", "priority": 3,
        "effort": "L", "control_impact": 2, "filtering_labels": [label],
        "cost": { "currency": "$", "amortization_period": 3, "build": { "fixed_cost": 10, "people_days": 0.5 } },
    });
    let id = control(&app, "C", &ours, more).await;
    control(&app, "Left out", &app.root().await, json!({})).await;
    let file = app.admin().get(&format!("/api/applied-controls/export_csv/?folder={ours}")).await.expect(200);
    let text = file.text.trim_start_matches('\u{feff}');
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(HEADER));
    let line = format!(
        "{id};'=1+1;C;\"a;b\";Model;RC1;Process;Detect;Ours;In progress;2026-11-01;2026-12-24;;P3;Large;Low;$;10;0.5;;;3;;red;;"
    );
    assert_eq!(lines.next(), Some(line.as_str()));
    assert_eq!(lines.next(), None);
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=applied_controls_export.csv"));
    let book = app.admin().get("/api/policies/export_xlsx/").await.expect(200);
    assert_eq!(book.header("content-disposition"), Some("attachment; filename=policies_export.xlsx"));
}
