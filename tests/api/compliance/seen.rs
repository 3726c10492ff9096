//! Who sees what of an audit, and what its views cost.

use super::files::{at, at_row, audit, framework, row, stage, standard};
use blackbox::{Actor, TestApp};
use serde_json::json;

pub(super) const VIEWS: [&str; 31] = [
    "tree/",
    "combined_tree/",
    "soa/",
    "requirements_list/",
    "global_score/",
    "donut_data/",
    "progress_ts/",
    "compliance_timeline/",
    "section_compliance/",
    "implementation_groups_breakdown/",
    "controls_coverage/",
    "evidence_coverage/",
    "exceptions_summary/",
    "threats_metrics/",
    "comparable_audits/",
    "quality_check/",
    "action-plan/",
    "action-plan/budget-overview/",
    "evidences-list/",
    "compliance_assessment_csv/",
    "xlsx/",
    "action_plan_csv/",
    "action_plan_xlsx/",
    "action_plan_pdf/",
    "word_report/",
    "pdf/",
    "soa_pdf/",
    "soa_docx/",
    "export/",
    "is-auditee/",
    "suggestions/applied-controls/",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_a_sibling_domain_sees_nothing() {
    let (app, domain, framework) = stage("hid").await;
    let theirs = app.domain("Theirs", None).await;
    let admin = app.admin();
    let hidden = audit(admin, "Secret", &domain, &framework, json!({ "selected_implementation_groups": [] })).await;
    let open = audit(admin, "Open", &theirs, &framework, json!({ "selected_implementation_groups": [] })).await;
    let (first, second) = (row(admin, &hidden, "2.1").await, row(admin, &open, "2.1").await);
    let control =
        admin.post("/api/applied-controls/", json!({ "name": "Zaun", "folder": domain, "is_published": false }));
    let control = control.await.expect(201).id();
    for one in [&first, &second] {
        admin.patch(&at_row(one), json!({ "applied_controls": [control] })).await.expect(200);
    }
    let reader = app.person("sibling@example.org", Some("Theirs - Reader")).await;
    reader.get(&at(&hidden, "")).await.expect(404);
    reader.get(&at_row(&first)).await.expect(404);
    for view in VIEWS {
        reader.get(&at(&hidden, view)).await.expect(404);
        let answer = reader.get(&at(&open, view)).await.expect(200);
        assert!(!answer.text.contains("Secret") && !answer.text.contains("Zaun"), "{view}: {}", answer.text);
    }
    let compare = reader.get(&at(&open, &format!("compare/?compare_id={hidden}"))).await;
    assert_eq!(compare.status, 404);
    for path in ["", "recap/", "analytics/", "quality_check/", "per_status/"] {
        let answer = reader.get(&format!("/api/compliance-assessments/{path}")).await.expect(200);
        assert!(!answer.text.contains("Secret") && !answer.text.contains("Ours"), "{path}: {}", answer.text);
    }
    let rows = reader.get("/api/requirement-assessments/").await.expect(200);
    assert_eq!(rows.json["count"], 6);
    assert!(!rows.text.contains("Zaun") && !rows.text.contains(&hidden));
    let coverage = reader.get(&at(&open, "controls_coverage/")).await.expect(200).json;
    assert_eq!(coverage["with_controls"], 0, "a hidden control covers nothing");
    let filtered = reader.get(&format!("/api/requirement-assessments/?compliance_assessment={hidden}")).await;
    assert_eq!(filtered.status, 400);
    for path in [
        at(&hidden, "update_requirement/"),
        at(&hidden, "syncToActions/"),
        at(&hidden, "suggestions/applied-controls/"),
    ] {
        reader.post(&path, json!({})).await.expect(404);
    }
    for path in
        [at(&open, "update_requirement/"), at(&open, "syncToActions/"), at(&open, "suggestions/applied-controls/")]
    {
        reader.post(&path, json!({})).await.expect(403);
    }
    let base = json!({ "name": "Mine", "folder": theirs, "framework": framework, "baseline": hidden });
    let analyst = app.person("analyst@example.org", Some("Theirs - Analyst")).await;
    let refused = analyst.post("/api/compliance-assessments/", base).await.expect(400).json;
    assert!(refused["baseline"][0].as_str().expect("a sentence").starts_with("Invalid pk"), "{refused}");
    analyst.patch(&at_row(&second), json!({ "result": "compliant" })).await.expect(200);
    reader.patch(&at_row(&second), json!({ "result": "compliant" })).await.expect(403);
    let respondent = app.person("asked@example.org", Some("Theirs - Respondent")).await;
    let answer = respondent.get(&at_row(&second)).await;
    assert!(answer.status == 404 || answer.json.get("status").is_none(), "the status is hidden: {}", answer.text);
}

/// The statements of a request, after it was asked for once.
pub(super) async fn cost(app: &TestApp, who: &Actor, path: &str) -> u64 {
    who.get(path).await;
    let (statements, answer) = app.cost(|| who.get(path)).await;
    answer.expect(200);
    statements
}

/// A framework with many requirements, each with a reference control.
fn long(name: &str, size: usize) -> String {
    let mut file = standard(name, 1);
    for number in 0..size {
        file.push_str(&format!(
            "    - {{urn: \"urn:test:risk:req_node:{name}:n{number}\", parent_urn: \"urn:test:risk:req_node:{name}:s2\", \
             assessable: true, depth: 2, ref_id: \"n{number}\", name: Node {number}, \
             reference_controls: [\"urn:test:risk:function:{name}:rc1\"]}}\n"
        ));
    }
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_costs_the_same_whatever_the_number_of_rows() {
    let (app, domain, small) = stage("few").await;
    let admin = app.admin();
    let large = framework(&app, "many", long("many", 150)).await;
    let mut ids = Vec::new();
    for (name, framework) in [("few", &small), ("many", &large)] {
        let id = audit(admin, name, &domain, framework, json!({ "selected_implementation_groups": [] })).await;
        admin.post(&at(&id, "suggestions/applied-controls/"), json!({})).await.expect(200);
        let first = row(admin, &id, "1.1").await;
        admin.patch(&at_row(&first), json!({ "result": "non_compliant" })).await.expect(200);
        ids.push(id);
    }
    for view in VIEWS {
        let (few, many) = (cost(&app, admin, &at(&ids[0], view)).await, cost(&app, admin, &at(&ids[1], view)).await);
        println!("{view}: {few} statements for 6 rows, {many} for 156");
        assert_eq!(few, many, "{view}");
    }
    let list = |id: &str| format!("/api/requirement-assessments/?compliance_assessment={id}");
    assert_eq!(cost(&app, admin, &list(&ids[0])).await, cost(&app, admin, &list(&ids[1])).await);

    let mut made = [u64::MAX; 2];
    // The least of several: the log may be sealed meanwhile.
    for number in 0..4 {
        for (at, framework) in [&small, &large].into_iter().enumerate() {
            let body = json!({ "name": format!("{at} {number}"), "folder": domain, "framework": framework });
            let (statements, answer) = app.statements(admin.post("/api/compliance-assessments/", body)).await;
            answer.expect(201);
            made[at] = made[at].min(statements);
        }
    }
    assert_eq!(made[0], made[1], "statements to make an audit");
}
