//! The numbers of an audit are those that were recorded.

use super::files::{at, at_row, audit, row, stage};
use blackbox::Actor;
use serde_json::{Value, json};

/// Shows scores of the audit and sets three of them: 3 (of weight 2), 1 and 4.
async fn scored(admin: &Actor, audit: &str) {
    let edit = json!({ "auditor": "edit" });
    let show = json!({ "field_visibility": { "score": edit, "is_scored": edit, "documentation_score": edit } });
    admin.patch(&at(audit, ""), show).await.expect(200);
    for (ref_id, score) in [("1.1", 3), ("1.2", 1), ("2.1", 4)] {
        let id = row(admin, audit, ref_id).await;
        admin.patch(&at_row(&id), json!({ "score": score, "documentation_score": 2 })).await.expect(200);
    }
}

async fn score(admin: &Actor, audit: &str) -> Value {
    admin.get(&at(audit, "global_score/")).await.expect(200).json
}

async fn with(admin: &Actor, audit: &str, change: Value) -> Value {
    admin.patch(&at(audit, ""), change).await.expect(200);
    score(admin, audit).await["implementation_score"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn three_methods_make_three_scores() {
    let (app, domain, framework) = stage("sc").await;
    let admin = app.admin();
    let both = json!({ "selected_implementation_groups": ["L1", "L2"] });
    let id = audit(admin, "S", &domain, &framework, both.clone()).await;
    scored(admin, &id).await;
    let first = score(admin, &id).await;
    assert_eq!(first["implementation_score"], json!(2.7), "cut, not rounded");
    assert_eq!((&first["documentation_score"], &first["maturity_score"]), (&json!(2.0), &json!(2.3)));
    assert_eq!(with(admin, &id, json!({ "score_calculation_method": "sum" })).await, json!(11.0));
    assert_eq!(score(admin, &id).await["total_max_score"], json!(16));
    assert_eq!(with(admin, &id, json!({ "score_calculation_method": "average_of_averages" })).await, json!(3.1));
    assert_eq!(with(admin, &id, json!({ "score_calculation_method": "average" })).await, json!(2.7));
    assert_eq!(with(admin, &id, json!({ "selected_implementation_groups": ["L1"] })).await, json!(3.3));
    assert_eq!(with(admin, &id, json!({ "selected_implementation_groups": [] })).await, json!(2.2));
    admin.patch(&at(&id, ""), both).await.expect(200);

    let last = row(admin, &id, "2.1").await;
    admin.patch(&at_row(&last), json!({ "result": "not_applicable" })).await.expect(200);
    assert_eq!(score(admin, &id).await["implementation_score"], json!(2.3));
    assert_eq!(with(admin, &id, json!({ "score_calculation_method": "sum" })).await, json!(7.0));
    assert_eq!(score(admin, &id).await["total_max_score"], json!(12));
    let anchored = json!({ "anchor_na_to_target": true, "target_score": 3, "score_calculation_method": "sum" });
    assert_eq!(with(admin, &id, anchored).await, json!(10.0));
    assert_eq!(with(admin, &id, json!({ "score_calculation_method": "average" })).await, json!(2.5));
    assert_eq!(with(admin, &id, json!({ "score_calculation_method": "average_of_averages" })).await, json!(2.6));
    assert_eq!(admin.get(&at_row(&last)).await.expect(200).json["score"], json!(4), "the score is kept");

    let second = row(admin, &id, "1.2").await;
    admin.patch(&at_row(&second), json!({ "is_scored": false })).await.expect(200);
    assert_eq!(admin.get(&at_row(&second)).await.expect(200).json["score"], json!(1));
    assert_eq!(with(admin, &id, json!({ "score_calculation_method": "average" })).await, json!(3.0));
    let sections = admin.get(&at(&id, "section_compliance/")).await.expect(200).json;
    assert_eq!(sections["sections"][0]["implementation_score"], json!(3.0));
    assert_eq!(sections["sections"][0]["scored_count"], json!(1));
    assert_eq!(sections["sections"][0]["total_weight"], json!(2));
    let tree = admin.get(&at(&id, "tree/")).await.expect(200).json;
    let root = tree.as_object().expect("a map").values().next().expect("a section");
    assert_eq!(root["aggregated_max_score"], json!(4), "{root}");
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_stay_on_the_scale() {
    let (app, domain, framework) = stage("range").await;
    let admin = app.admin();
    let id = audit(admin, "R", &domain, &framework, json!({})).await;
    let first = row(admin, &id, "1.1").await;
    let refused = admin.patch(&at_row(&first), json!({ "score": 5 })).await.expect(400).json;
    assert_eq!(refused, json!({ "score": ["Score must be between 0 and 4."] }));
    let refused = admin.patch(&at_row(&first), json!({ "documentation_score": -1 })).await.expect(400).json;
    assert_eq!(refused, json!({ "documentation_score": ["Score must be between 0 and 4."] }));
    let refused = admin.patch(&at_row(&first), json!({ "score": 1.5 })).await.expect(400).json;
    assert_eq!(refused, json!({ "score": ["A valid integer is required."] }));
    admin.patch(&at_row(&first), json!({ "score": 1, "documentation_score": 4 })).await.expect(200);
    let none = admin.patch(&at_row(&first), json!({ "score": null })).await.expect(200).json;
    assert_eq!(none["score"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_goes_by_what_is_in_sight() {
    let (app, domain, framework) = stage("pg").await;
    let admin = app.admin();
    let id = audit(admin, "P", &domain, &framework, json!({ "selected_implementation_groups": ["L1", "L2"] })).await;
    let progress = async || admin.get(&at(&id, "")).await.expect(200).json["progress"].clone();
    let first = row(admin, &id, "1.1").await;
    admin.patch(&at_row(&first), json!({ "result": "compliant" })).await.expect(200);
    assert_eq!(progress().await, json!(0), "a result alone does not count");
    admin.patch(&at_row(&first), json!({ "status": "done", "selected": false })).await.expect(200);
    assert_eq!(progress().await, json!(33));
    let section = row(admin, &id, "1").await;
    admin.patch(&at_row(&section), json!({ "status": "done" })).await.expect(200);
    assert_eq!(progress().await, json!(33), "sections do not count");
    let hide = |field: &str| json!({ "field_visibility": { field: { "auditor": "hidden" } } });
    admin.patch(&at(&id, ""), hide("status")).await.expect(200);
    let second = row(admin, &id, "1.2").await;
    admin.patch(&at_row(&second), json!({ "result": "non_compliant" })).await.expect(200);
    assert_eq!(progress().await, json!(66));
    assert!(admin.get(&at_row(&second)).await.expect(200).json.get("status").is_none());
    admin.patch(&at(&id, ""), hide("result")).await.expect(200);
    let show = json!({ "field_visibility": { "score": { "auditor": "edit" } }, "selected_implementation_groups": [] });
    admin.patch(&at(&id, ""), show).await.expect(200);
    assert_eq!(progress().await, json!(0));
    admin.patch(&at_row(&second), json!({ "score": 3 })).await.expect(200);
    assert_eq!(progress().await, json!(25));
    let list = admin.get("/api/compliance-assessments/").await.expect(200).rows();
    assert_eq!(list[0]["progress"], json!(25));
}
