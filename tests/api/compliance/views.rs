//! Views of audits, in the recorded shapes.

use super::files::{at, at_row, audit, row, stage};
use blackbox::{Actor, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// The audit that was recorded: 1.1 partly met with a minor nonconformity, 1.2 open, 2.1 met and done.
async fn recorded(name: &str) -> (TestApp, String, String, String) {
    let (app, domain, framework) = stage(name).await;
    let admin = app.admin();
    let id = audit(admin, "PG", &domain, &framework, json!({ "selected_implementation_groups": ["L1", "L2"] })).await;
    let first = json!({ "result": "partially_compliant", "extended_result": "minor_nonconformity", "status": "in_review",
                        "observation": "obs base", "score": 0 });
    admin.patch(&at_row(&row(admin, &id, "1.1").await), first).await.expect(200);
    let third = json!({ "result": "compliant", "status": "done" });
    admin.patch(&at_row(&row(admin, &id, "2.1").await), third).await.expect(200);
    (app, id, domain, framework)
}

async fn get(who: &Actor, id: &str, view: &str) -> Value {
    who.get(&at(id, view)).await.expect(200).json
}

fn values(donut: &Value) -> Vec<i64> {
    donut["values"].as_array().expect("a list").iter().map(|one| one["value"].as_i64().expect("a number")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn donuts_sections_and_groups_count_what_is_selected() {
    let (app, id, domain, framework) = recorded("don").await;
    let admin = app.admin();
    let donuts = get(admin, &id, "donut_data/").await;
    assert_eq!(values(&donuts["result"]), [1, 1, 0, 1, 0]);
    assert_eq!(values(&donuts["status"]), [1, 0, 1, 1]);
    assert_eq!(values(&donuts["extended_result"]), [2, 0, 1, 0, 0, 0]);
    assert_eq!(donuts["result"]["values"][1]["localName"], "partiallyCompliant");
    let sections = get(admin, &id, "section_compliance/").await;
    let wanted = json!({ "ref_id": "1", "name": "Section 1", "total_assessable": 2,
        "results": { "partially_compliant": 1, "not_assessed": 1 }, "implementation_score": null,
        "documentation_score": null, "maturity_score": null, "scored_count": 0, "total_weight": 0 });
    assert_eq!(sections["sections"][0], wanted);
    assert_eq!(sections["sections"][1]["total_assessable"], json!(1));
    let groups = get(admin, &id, "implementation_groups_breakdown/").await;
    let progress: Vec<&Value> =
        groups["groups"].as_array().expect("a list").iter().map(|one| &one["progress_percent"]).collect();
    assert_eq!(progress, [&json!(100), &json!(50)]);
    let recap = admin.get("/api/compliance-assessments/recap/").await.expect(200).json;
    assert_eq!(recap[0]["folder"], json!({ "id": domain, "name": "Ours" }));
    assert_eq!(values(&recap[0]["donut"]["result"]), [1, 1, 0, 1, 0]);
    let score = json!({ "implementation_score": -1, "documentation_score": null, "maturity_score": -1, "min_score": 0, "max_score": 4 });
    assert_eq!(recap[0]["global_score"], score);
    let analytics = admin.get("/api/compliance-assessments/analytics/").await.expect(200).json;
    let entry = &analytics["Framework don"];
    assert_eq!((&entry["framework_id"], &entry["framework_average"]), (&json!(framework), &json!(33.0)));
    assert_eq!(entry["domains"][0]["assessments"][0]["perimeter"], "No Perimeter");
    let statuses = admin.get("/api/compliance-assessments/per_status/").await.expect(200).json;
    assert_eq!(statuses["results"]["values"][1], json!({ "value": 1, "itemStyle": { "color": "#BFDBFE" } }));
    assert_eq!(statuses["results"]["localLables"][2], "inProgress");
    assert_eq!(get(admin, &id, "is-auditee/").await, json!({ "is_auditee": false }));
}

#[tokio::test(flavor = "multi_thread")]
async fn trees_hold_what_counts() {
    let (app, id, domain, framework) = recorded("tree").await;
    let admin = app.admin();
    let tree = get(admin, &id, "tree/").await;
    let sections: Vec<&Value> = tree.as_object().expect("a map").values().collect();
    let by_ref = |list: &[&Value], ref_id: &str| -> Value {
        list.iter().find(|one| one["ref_id"] == ref_id).map(|one| (*one).clone()).unwrap_or_default()
    };
    let first = by_ref(&sections, "1");
    assert_eq!(
        (&first["style"], &first["assessable"], &first["node_content"]),
        (&json!("node"), &json!(false), &json!("1 - Section 1"))
    );
    let below: Vec<&Value> = first["children"].as_object().expect("a map").values().collect();
    let leaf = by_ref(&below, "1.1");
    for (field, value) in [
        ("result", json!("partially_compliant")),
        ("result_i18n", json!("partiallyCompliant")),
        ("status_display", json!("In review")),
        ("status_i18n", json!("inReview")),
        ("extended_result", json!("minor_nonconformity")),
        ("implementation_groups", json!(["L1"])),
        ("weight", json!(2)),
        ("max_score", json!(4)),
        ("style", json!("leaf")),
        ("node_content", json!("1.1 - Req 1.1: Desc 1.1")),
        ("questions", Value::Null),
        ("answers", json!({})),
        ("children", json!({})),
    ] {
        assert_eq!(leaf[field], value, "{field}");
    }
    let second = by_ref(&sections, "2");
    assert_eq!(second["children"].as_object().map(serde_json::Map::len), Some(1), "2.2 is in no group");

    let combined = get(admin, &id, "combined_tree/").await;
    assert_eq!((&combined["tree"], &combined["strategy"]), (&tree, &json!("none")));
    assert_eq!(combined["canonical_scale"], json!({ "min": 0, "max": 4 }));
    let list = get(admin, &id, "requirements_list/").await;
    assert_eq!(list["requirements"].as_array().map(Vec::len), Some(6));
    let rows: Vec<&Value> = list["requirement_assessments"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| &row["requirement"]["ref_id"])
        .collect();
    assert_eq!(rows, ["1.1", "1.2", "2.1"]);
    let soa = get(admin, &id, "soa/").await;
    let section = soa["tree"].as_object().expect("a map").values().find(|one| one["ref_id"] == "1").expect("a section");
    assert_eq!(
        (&section["ra_id"], &section["max_score"], &section["selected"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let leaf =
        section["children"].as_object().expect("a map").values().find(|one| one["ref_id"] == "1.1").expect("a leaf");
    assert_eq!(
        (&leaf["observation"], &leaf["selected"], &leaf["risk_scenarios"]),
        (&json!("obs base"), &json!(true), &json!([]))
    );
    assert_eq!(soa["metadata"]["selected_implementation_groups"], json!(["L1", "L2"]));

    let narrow = audit(admin, "L1", &domain, &framework, json!({})).await;
    let tree = get(admin, &narrow, "tree/").await;
    let first = tree.as_object().expect("a map").values().find(|one| one["ref_id"] == "1").expect("a section");
    assert_eq!(first["children"].as_object().map(serde_json::Map::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn audits_of_one_framework_are_compared() {
    let (app, id, domain, framework) = recorded("cmp").await;
    let admin = app.admin();
    app.wait(TimeDelta::seconds(1));
    let other = audit(admin, "BL", &domain, &framework, json!({ "baseline": id })).await;
    let comparable = get(admin, &id, "comparable_audits/").await;
    assert_eq!(comparable["results"][0]["id"], json!(other));
    assert_eq!(comparable["results"][0]["same_perimeter"], Value::Null);
    let refused = admin.get(&at(&id, "compare/")).await.expect(400).json;
    assert_eq!(refused, json!({ "error": "compare_id parameter is required" }));
    admin.get(&at(&id, "compare/?compare_id=00000000-0000-4000-8000-000000000000")).await.expect(404);
    let compared = get(admin, &id, &format!("compare/?compare_id={other}")).await;
    let radar = json!({ "labels": ["Section 1", "Section 2"], "compliance_percentages": [50.0, 50.0], "maturity_scores": [0, 0] });
    assert_eq!(compared["base"]["radar_data"], radar);
    assert_eq!((&compared["base"]["global_score"], &compared["base"]["total_max_score"]), (&json!(-1), &json!(4)));
    assert_eq!(compared["compare"]["selected_implementation_groups"], json!(["Level 1"]));
    let differing: Vec<&Value> =
        compared["differences"].as_array().expect("a list").iter().map(|one| &one["requirement"]["ref_id"]).collect();
    assert_eq!(differing, ["1.1"], "the extended result was not taken over");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_found_in_the_log() {
    let (app, id, ..) = recorded("past").await;
    let admin = app.admin();
    assert_eq!(get(admin, &id, "progress_ts/").await, json!({ "data": [["2026-11-24", 33]] }));
    app.wait(TimeDelta::days(2));
    let admin = app.sign_in(blackbox::ADMIN).await;
    admin
        .patch(&at_row(&row(&admin, &id, "1.2").await), json!({ "status": "done", "result": "non_compliant" }))
        .await
        .expect(200);
    assert_eq!(get(&admin, &id, "progress_ts/").await, json!({ "data": [["2026-11-24", 33], ["2026-11-26", 66]] }));
    let timeline = get(&admin, &id, "compliance_timeline/").await;
    let wanted = json!({ "date": "2026-11-24", "progress_perc": 33, "score": -1,
        "per_result": { "not_assessed": 1, "partially_compliant": 1, "non_compliant": 0, "compliant": 1, "not_applicable": 0 },
        "per_status": { "to_do": 4, "in_progress": 0, "in_review": 1, "done": 1 } });
    assert_eq!(timeline["timeline"][0], wanted);
    assert_eq!(timeline["timeline"][1]["per_result"]["non_compliant"], json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_behind_is_covered_and_checked() {
    let (app, id, ..) = recorded("cov").await;
    let admin = app.admin();
    let evidence = get(admin, &id, "evidence_coverage/").await;
    assert_eq!((&evidence["total_assessable"], &evidence["with_evidence"]), (&json!(3), &json!(0)));
    assert_eq!(evidence["coverage_percent"], json!(0.0));
    let threats = get(admin, &id, "threats_metrics/").await;
    assert_eq!((&threats["total_unique_threats"], &threats["threats"]), (&json!(0), &json!([])), "2.1 is met");
    let third = row(admin, &id, "2.1").await;
    admin.patch(&at_row(&third), json!({ "result": "non_compliant" })).await.expect(200);
    let threats = get(admin, &id, "threats_metrics/").await;
    assert_eq!((&threats["total_unique_threats"], &threats["total_non_compliant"]), (&json!(1), &json!(1)));
    assert_eq!(threats["threats"][0]["str"], "T1 - Threat cov");
    let none = json!({ "total": 0, "status_distribution": {}, "severity_distribution": {}, "exceptions": [] });
    assert_eq!(get(admin, &id, "exceptions_summary/").await, none);
    assert_eq!(get(admin, &id, "evidences-list/").await["count"], json!(0));

    admin.patch(&at(&id, ""), json!({ "status": "in_progress" })).await.expect(200);
    let all = admin.get("/api/compliance-assessments/quality_check/").await.expect(200).json;
    let entry = &all["results"][0]["quality_check"]["info"][0];
    assert_eq!(entry["msg"], "PG: Compliance assessment is still in progress");
    assert_eq!(
        (&entry["msgid"], &entry["obj_type"]),
        (&json!("complianceAssessmentInProgress"), &json!("complianceassessment"))
    );
    let one = get(admin, &id, "quality_check/").await;
    let ids: Vec<&Value> = one["info"].as_array().expect("a list").iter().map(|entry| &entry["msgid"]).collect();
    assert!(ids.contains(&&json!("requirementAssessmentNoAppliedControl")), "{one}");
}

#[tokio::test(flavor = "multi_thread")]
async fn audits_leave_as_files() {
    let (app, id, ..) = recorded("csv").await;
    let admin = app.admin();
    let csv = admin.get(&at(&id, "compliance_assessment_csv/")).await.expect(200);
    assert!(csv.header("content-disposition").expect("a name").contains("audit_export.csv"));
    let lines: Vec<&str> = csv.text.lines().collect();
    assert_eq!(
        lines[0],
        "\u{feff}urn;ref_id;name;description;typical_evidence;annotation;compliance_result;extended_result;requirement_progress;score;observations"
    );
    assert_eq!(
        lines[1],
        "urn:test:risk:req_node:csv:1.1;1.1;Req 1.1;Desc 1.1;;;partially_compliant;minor_nonconformity;in_review;0;obs base"
    );
    assert_eq!(lines.len(), 4, "requirements that count");
    let sheet = admin.get(&at(&id, "xlsx/")).await.expect(200);
    assert!(sheet.header("content-disposition").expect("a name").contains("PG.xlsx"));
}
