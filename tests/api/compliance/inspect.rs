//! One requirement across all audits, and the workbook of an audit that nobody has begun.

use super::shelf::{Audit, actor_of, framework_urn, load, node, plain};
use blackbox::TestApp;
use serde_json::{Value, json};

async fn requirement(app: &TestApp, framework: &str, ref_id: &str) -> String {
    let path = format!("/api/requirement-nodes/?urn={}", node(framework, ref_id));
    let rows = app.admin().get(&path).await.expect(200).rows();
    let path = format!("/api/requirement-nodes/{}/inspect_requirement/", rows[0]["id"].as_str().expect("an id"));
    path
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|row| row["id"].as_str().expect("an id")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requirement_is_shown_across_audits_by_domain() {
    let app = TestApp::start().await;
    let admin = app.admin();
    load(&app, plain("seen", &[("1", "B"), ("2", "B")])).await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let perimeter = json!({ "name": "Office", "folder": ours });
    let perimeter = admin.post("/api/perimeters/", perimeter).await.expect(201).id();
    let mut audits = Vec::new();
    for (name, folder, rest) in [
        ("First", &ours, json!({ "perimeter": perimeter, "version": "2.0" })),
        ("Second", &ours, json!({ "perimeter": perimeter })),
        ("Third", &ours, json!({})),
        ("Other", &theirs, json!({})),
    ] {
        app.wait(chrono::TimeDelta::seconds(1));
        audits.push(Audit::make(&app, name, "seen", folder, rest).await);
    }
    for (audit, result) in [(0, "compliant"), (1, "non_compliant"), (3, "compliant")] {
        admin.patch(&audits[audit].row("1"), json!({ "result": result })).await.expect(200);
    }
    let path = requirement(&app, "seen", "1").await;
    let all = admin.get(&path).await.expect(200).json;
    let rows: Vec<&str> = audits.iter().map(|audit| audit.rows["1"].as_str()).collect();
    assert_eq!(ids(&all["requirement_assessments"]), rows);
    let detail = admin.get(&audits[0].row("1")).await.expect(200).json;
    assert_eq!(all["requirement_assessments"][0], detail);
    let metrics = all["metrics"].as_array().expect("a list");
    assert_eq!(metrics.iter().map(|one| &one["name"]).collect::<Vec<_>>(), ["Ours", "Theirs"]);
    assert_eq!(
        metrics[0]["compliance_result"],
        json!({ "compliant_count": 1, "total_count": 3, "compliance_percentage": 33 })
    );
    assert_eq!(
        metrics[0]["assessment_progress"],
        json!({ "assessed_count": 2, "total_count": 3, "assessment_completion_rate": 66 })
    );
    let perimeters = metrics[0]["perimeters"].as_array().expect("a list");
    assert_eq!((&perimeters[0]["name"], &perimeters[1]["name"]), (&Value::Null, &json!("Office")));
    assert_eq!(
        perimeters[1]["compliance_assessments"][0],
        json!({
            "id": audits[0].id, "name": "First", "version": "2.0", "show_documentation_score": false, "max_score": 4,
        })
    );
    assert_eq!(ids(&perimeters[1]["compliance_assessments"]), [&audits[0].id, &audits[1].id]);

    // Others see their part, and the other domain nowhere.
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let part = reader.get(&path).await.expect(200);
    assert_eq!(ids(&part.json["requirement_assessments"]), rows[..3]);
    assert!(!part.text.contains("Theirs") && !part.text.contains("Other"), "{}", part.text);
    // Respondents theirs, with what the audit shows them of it.
    let respondent = app.person("respondent@example.org", Some("Ours - Respondent")).await;
    respondent.get(&path).await.expect(404);
    let found = admin.get("/api/permissions/?codename=view_requirementnode").await.expect(200).rows();
    let role = admin.post("/api/roles/", json!({ "name": "Nodes", "permissions": [found[0]["id"]] })).await.expect(201);
    let held = json!({
        "name": "Nodes", "role": role.id(), "user": respondent.get("/api/iam/current-user/").await.expect(200).id(),
        "perimeter_folders": [app.root().await], "is_recursive": true,
    });
    admin.post("/api/role-assignments/", held).await.expect(201);
    let none = respondent.get(&path).await.expect(200).json;
    assert_eq!(none, json!({ "requirement_assessments": [], "metrics": [] }));
    let assignment = json!({
        "compliance_assessment": audits[0].id, "folder": ours, "requirement_assessments": [rows[0]],
        "actor": [actor_of(&app, "respondent@example.org").await],
    });
    admin.post("/api/requirement-assignments/", assignment).await.expect(201);
    let visibility = json!({ "result": { "auditor": "edit", "respondent": "hidden" } });
    admin.patch(&audits[0].path(""), json!({ "field_visibility": visibility })).await.expect(200);
    let theirs = respondent.get(&path).await.expect(200).json;
    assert_eq!(ids(&theirs["requirement_assessments"]), rows[..1]);
    assert_eq!(theirs["metrics"][0]["compliance_result"]["compliant_count"], 0);
    assert_eq!(theirs["metrics"][0]["assessment_progress"]["assessed_count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_costs_the_same_whatever_the_number_of_audits() {
    let app = TestApp::start().await;
    load(&app, plain("seen", &[("1", "B")])).await;
    let folder = app.domain("Ours", None).await;
    let path = requirement(&app, "seen", "1").await;
    let mut costs = Vec::new();
    for count in [1, 8] {
        for number in 0..count {
            Audit::make(&app, &format!("Audit {count} {number}"), "seen", &folder, json!({})).await;
        }
        let (statements, answer) = app.cost(|| app.admin().get(&path)).await;
        answer.expect(200);
        costs.push(statements);
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workbook_of_a_framework_goes_into_an_audit_of_it() {
    let app = TestApp::start().await;
    let admin = app.admin();
    load(&app, plain("blank", &[("1", "B"), ("2", "X")])).await;
    let rows = admin.get(&format!("/api/frameworks/?urn={}", framework_urn("blank"))).await.expect(200).rows();
    let path = format!("/api/frameworks/{}/excel_template/", rows[0]["id"].as_str().expect("an id"));
    let template = admin.get(&path).await.expect(200);
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(template.header("content-type"), Some(mime));
    let name = template.header("content-disposition").expect("a name");
    assert!(name.contains("Framework blank.xlsx"), "{name}");

    let folder = app.domain("Ours", None).await;
    let audit = Audit::make(&app, "The audit", "blank", &folder, json!({})).await;
    let taken = admin.upload(&audit.path("import_xlsx/"), "template.xlsx", template.bytes.clone()).await.expect(200);
    assert_eq!(taken.json, json!({ "dry_run": false, "updated": 0, "unchanged": 2, "rows": [] }));
    // All requirements are in it, whatever the groups, so it says something of those that were judged.
    admin.patch(&audit.row("2"), json!({ "result": "compliant" })).await.expect(200);
    let said = audit.path("import_xlsx/?dry_run=true");
    let told = admin.upload(&said, "template.xlsx", template.bytes.clone()).await.expect(200);
    assert_eq!(told.json["rows"][0]["changes"], json!({ "result": ["compliant", "not_assessed"] }));

    // Whoever sees the framework, and nobody else.
    app.person("reader@example.org", Some("Ours - Reader")).await.get(&path).await.expect(200);
    app.person("nobody@example.org", None).await.get(&path).await.expect(404);
}
