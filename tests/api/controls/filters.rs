//! Filters of controls.

use super::{control, names};
use blackbox::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_finds_what_it_says() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let actor = app.admin().get("/api/actors/?limit=1").await.expect(200).rows()[0]["id"].clone();
    let more = json!({
        "status": "to_do", "priority": 1, "effort": "XS", "eta": "2026-12-10", "owner": [actor], "csf_function": "govern",
        "control_impact": 5, "category": "process", "progress_field": 10, "ref_id": "R1",
    });
    control(&app, "A", &root, more).await;
    control(&app, "B", &root, json!({ "status": "active", "priority": 4, "eta": "2026-12-10" })).await;
    control(&app, "C", &root, json!({ "eta": "2027-03-01", "expiry_date": "2020-01-01" })).await;
    control(&app, "D", &root, json!({ "category": "policy" })).await;
    let cases: [(&str, &[&str]); 37] = [
        ("status=to_do", &["A"]),
        ("status=--", &["C", "D"]),
        ("status=to_do&status=active", &["A", "B"]),
        ("priority=1", &["A"]),
        ("priority=1&priority=4", &["A", "B"]),
        ("priority=--", &["C", "D"]),
        ("priority=--&priority=4", &["B", "C", "D"]),
        ("effort=XS", &["A"]),
        ("effort=--", &["B", "C", "D"]),
        ("csf_function=govern", &["A"]),
        ("control_impact=5", &["A"]),
        ("category=process&category=policy", &["A", "D"]),
        ("category=--", &["B", "C"]),
        ("progress_field=100", &["B"]),
        ("ref_id=r1", &["A"]),
        ("name=b", &["B"]),
        ("is_assigned=true", &["A"]),
        ("is_assigned=False", &["B", "C", "D"]),
        ("is_assigned=maybe", &["A", "B", "C", "D"]),
        ("todo=true", &["A"]),
        ("todo=false", &["B", "C", "D"]),
        ("to_review=true", &["C"]),
        ("to_review=false", &["A", "B", "D"]),
        ("eta=2027-03-01", &["C"]),
        ("eta__gt=2026-12-10", &["C"]),
        ("eta__gte=2026-12-10", &["A", "B", "C"]),
        ("eta__lt=2027-03-01", &["A", "B"]),
        ("eta__lte=2027-03-01", &["A", "B", "C"]),
        ("eta__year=2026", &["A", "B"]),
        ("eta__month=3", &["C"]),
        ("eta__month=12&eta__year=2027", &[]),
        ("linked_models=--", &["A", "B", "C", "D"]),
        ("linked_models=comments", &[]),
        ("linked_models=--&linked_models=findings", &["A", "B", "C", "D"]),
        ("compliance_assessments=11111111-1111-4111-8111-111111111111", &[]),
        ("risk_assessments=11111111-1111-4111-8111-111111111111", &[]),
        ("findings_assessments=11111111-1111-4111-8111-111111111111", &[]),
    ];
    for (query, expected) in cases {
        let rows = app.admin().get(&format!("/api/applied-controls/?{query}&ordering=name")).await.expect(200).rows();
        assert_eq!(names(&rows), expected, "{query}");
    }
    for (query, sentence) in [
        ("priority=1,4", "Select a valid choice. 1,4 is not one of the available choices."),
        ("linked_models=no", "Select a valid choice. no is not one of the available choices."),
        ("compliance_assessments=no", "“no” is not a valid value."),
        ("eta__gte=soon", "Enter a valid date."),
        ("eta__month=13", "Enter a number."),
    ] {
        let refused = app.admin().get(&format!("/api/applied-controls/?{query}")).await.expect(400);
        let name = query.split('=').next().unwrap_or_default();
        assert_eq!(refused.json, json!({ name: [sentence] }), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_looks_at_name_description_and_reference() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let more = json!({ "description": "Backup tapes", "ref_id": "AC-7", "observation": "seen", "link": "linked" });
    control(&app, "Restore", &root, more).await;
    for (word, found) in [("STORE", 1), ("tapes", 1), ("ac-7", 1), ("restore tapes", 1), ("seen", 0), ("linked", 0)] {
        let answer = app.admin().get(&format!("/api/applied-controls/?search={word}")).await.expect(200);
        assert_eq!(answer.json["count"], found, "{word}");
    }
}
