//! The recorded scenario of section B: audits of a small framework, and every view of them.

use super::general::{By, Samples};
use blackbox::TestApp;
use serde_json::json;

/// A framework in the form of the one that was recorded.
fn library(name: &str) -> String {
    let node = |ref_id: &str, rest: &str| {
        let above = ref_id.split('.').next().unwrap_or_default();
        format!(
            "    - {{urn: \"urn:bhv:risk:req_node:{name}:{ref_id}\", parent_urn: \"urn:bhv:risk:req_node:{name}:s{above}\", \
             assessable: true, ref_id: \"{ref_id}\", {rest}}}\n"
        )
    };
    let control = |number: u8| format!("\"urn:bhv:risk:function:{name}:rc{number}\"");
    let section = |number: u8| {
        format!(
            "    - {{urn: \"urn:bhv:risk:req_node:{name}:s{number}\", assessable: false, ref_id: \"{number}\", name: Section {number}}}\n"
        )
    };
    let mut file = format!(
        "urn: urn:bhv:risk:library:{name}\nlocale: en\nref_id: {name}\nname: L {name}\nversion: 1\nprovider: bhv\nobjects:\n  \
         threats:\n  - {{urn: \"urn:bhv:risk:threat:{name}:t1\", ref_id: T1, name: Threat 1 {name}}}\n  reference_controls:\n  \
         - {{urn: {}, ref_id: RC1, name: Ref ctl 1 {name}, description: rcd, category: technical, csf_function: protect}}\n  \
         - {{urn: {}, ref_id: RC2, name: Ref ctl 2 {name}, description: rcd, category: policy, csf_function: govern}}\n  framework:\n    \
         urn: urn:bhv:risk:framework:{name}\n    ref_id: {name}\n    name: BHV framework {name}\n    min_score: 0\n    \
         max_score: 4\n    scores_definition:\n",
        control(1),
        control(2)
    );
    for score in 0..5 {
        file.push_str(&format!("    - {{score: {score}, name: S{score}, description: sd{score}}}\n"));
    }
    file.push_str(
        "    implementation_groups_definition:\n    - {ref_id: L1, name: Level 1, description: d1, default_selected: true}\n    \
         - {ref_id: L2, name: Level 2, description: d2}\n    requirement_nodes:\n",
    );
    file.push_str(&section(1));
    file.push_str(&node("1.1", "name: Req 1.1, description: Desc 1.1, weight: 2, implementation_groups: [L1]"));
    let rest = format!("description: Desc 1.2 only, implementation_groups: [L2], reference_controls: [{}]", control(1));
    file.push_str(&node("1.2", &rest));
    file.push_str(&section(2));
    let rest = format!(
        "name: Req 2.1, implementation_groups: [L1, L2], threats: [\"urn:bhv:risk:threat:{name}:t1\"], \
         reference_controls: [{}, {}]",
        control(2),
        control(1)
    );
    file.push_str(&node("2.1", &rest));
    file.push_str(&node("2.2", "name: Req 2.2"));
    file
}

pub(super) async fn framework(app: &TestApp, name: &str) -> String {
    let admin = app.admin();
    admin.upload("/api/stored-libraries/upload/", "library.yaml", library(name)).await.expect(201);
    let rows = admin.get(&format!("/api/frameworks/?urn=urn:bhv:risk:framework:{name}")).await.expect(200).rows();
    rows[0]["id"].as_str().expect("an id").to_owned()
}

/// A framework in the form of those that the lists were recorded of: without groups, or with every
/// requirement in one.
fn catalogue(name: &str, grouped: bool) -> String {
    let words =
        |text: &str| format!("description: {text}, annotation: Remark, translations: {{fr: {{description: dit}}}}");
    let group = if grouped { ", implementation_groups: [G]" } else { "" };
    let groups = if grouped {
        "    implementation_groups_definition:\n    - {ref_id: G, name: G, description: null}\n"
    } else {
        ""
    };
    let mut file = format!(
        "urn: urn:lists:risk:library:{name}\nlocale: en\nref_id: {name}\nname: L {name}\nversion: 1\nprovider: P\nobjects:\n  \
         reference_controls:\n  - {{urn: \"urn:lists:risk:function:{name}:c\", ref_id: C, name: C {name}, description: c}}\n  \
         framework:\n    urn: urn:lists:risk:framework:{name}\n    ref_id: {name}\n    name: Framework {name}\n    \
         min_score: 1\n    max_score: 4\n{groups}    scores_definition:\n"
    );
    for score in 1..5 {
        let translated = "translations: {fr: {name: n, description: d}, es: {name: n, description: d}}";
        file.push_str(&format!("    - {{score: {score}, name: S{score}, description: d, {translated}}}\n"));
    }
    let urn = |part: &str| format!("urn:lists:risk:req_node:{name}:{part}");
    file.push_str(&format!(
        "    requirement_nodes:\n    - {{urn: \"{}\", assessable: false, ref_id: A, name: Part, {}{group}}}\n",
        urn("a"),
        words("One")
    ));
    file.push_str(&format!(
        "    - {{urn: \"{}\", parent_urn: \"{}\", assessable: false, ref_id: A.A, name: Sub, {}{group}}}\n",
        urn("a.a"),
        urn("a"),
        words("Two")
    ));
    for number in 1..6 {
        file.push_str(&format!(
            "    - {{urn: \"{}\", parent_urn: \"{}\", assessable: true, ref_id: \"A.A-{number}\", name: Named, {}{group}, \
             reference_controls: [\"urn:lists:risk:function:{name}:c\"]}}\n",
            urn(&format!("a.a-{number}")), urn("a.a"), words("Three")
        ));
    }
    file
}

/// Ten audits in the domains, assessed, for the lists.
pub(super) async fn some(app: &TestApp, domains: &[String]) {
    let admin = app.admin();
    let mut frameworks = Vec::new();
    for (name, grouped) in [("one", false), ("two", false), ("three", false), ("grouped", true)] {
        let file = catalogue(name, grouped);
        admin.upload("/api/stored-libraries/upload/", "library.yaml", file).await.expect(201);
        let found = format!("/api/frameworks/?urn=urn:lists:risk:framework:{name}");
        frameworks.push(admin.get(&found).await.expect(200).rows()[0]["id"].clone());
    }
    let perimeters = admin.get("/api/perimeters/").await.expect(200).rows();
    for number in 0..10 {
        if number == 9 {
            // The newest, in lists that are ordered by age.
            app.wait(chrono::TimeDelta::seconds(1));
        }
        let body = json!({
            "name": format!("Audit {number:02}"), "framework": frameworks[if number == 9 { 3 } else { number % 3 }],
            "perimeter": perimeters[number % perimeters.len()]["id"], "status": "in_progress",
            "folder": domains[number % domains.len()],
        });
        let audit = admin.post("/api/compliance-assessments/", body).await.expect(201).id();
        let rows = format!("/api/requirement-assessments/?compliance_assessment={audit}&requirement__assessable=true");
        let results = ["partially_compliant", "compliant", "non_compliant", "not_applicable", "partially_compliant"];
        for (row, result) in admin.get(&rows).await.expect(200).rows().iter().zip(results) {
            let path = format!("/api/requirement-assessments/{}/", row["id"].as_str().expect("an id"));
            let body = json!({ "result": result, "status": "in_progress", "observation": "Seeded" });
            admin.patch(&path, body).await.expect(200);
        }
    }
}

/// Plays it and compares.
#[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
pub(super) async fn compare(app: &TestApp, samples: &mut Samples) {
    let admin = app.admin();
    let folder = app.domain("BHV-B audits", None).await;
    let framework = framework(app, "bhv-5de430").await;
    let new = json!({ "name": "A2", "folder": folder, "framework": framework });
    let made = admin.post("/api/compliance-assessments/", new.clone()).await;
    samples.compare("behaviours/audit_post", 201, By::Shape, &made);
    let first = made.id();
    let at = |id: &str, view: &str| format!("/api/compliance-assessments/{id}/{view}");
    samples.compare("behaviours/audit_detail", 200, By::Shape, &admin.get(&at(&first, "")).await);
    samples.compare("behaviours/audit_tree", 200, By::Shape, &admin.get(&at(&first, "tree/")).await);
    samples.compare(
        "behaviours/audit_global_score_unscored",
        200,
        By::Value,
        &admin.get(&at(&first, "global_score/")).await,
    );
    let list = format!("/api/requirement-assessments/?compliance_assessment={first}");
    let rows = admin.get(&list).await;
    samples.compare("behaviours/requirement_assessments_of_audit", 200, By::Shape, &rows);
    let second = rows.rows()[1]["id"].as_str().expect("an id").to_owned();
    let row = |id: &str, rest: &str| format!("/api/requirement-assessments/{id}/{rest}");
    samples.compare("behaviours/requirement_assessment_detail", 200, By::Shape, &admin.get(&row(&second, "")).await);
    samples.compare(
        "behaviours/requirement_assessment_object",
        200,
        By::Shape,
        &admin.get(&row(&second, "object/")).await,
    );
    for (name, view) in [("audit_status", "status"), ("audit_score_calculation_method", "score_calculation_method")] {
        let answer = admin.get(&format!("/api/compliance-assessments/{view}/")).await;
        samples.compare(&format!("behaviours/{name}"), 200, By::Letter, &answer);
    }

    // The audit that most views were recorded of.
    let more = json!({ "name": "PG 0891", "folder": folder, "framework": framework, "selected_implementation_groups": ["L1", "L2"] });
    let id = admin.post("/api/compliance-assessments/", more).await.expect(201).id();
    let rows = admin.get(&format!("/api/requirement-assessments/?compliance_assessment={id}")).await.expect(200).rows();
    let id_of = |at: usize| rows[at]["id"].as_str().expect("an id");
    samples.compare(
        "behaviours/audit_suggestions_get",
        200,
        By::Shape,
        &admin.get(&at(&id, "suggestions/applied-controls/")).await,
    );
    let suggested = admin.post(&at(&id, "suggestions/applied-controls/"), json!({})).await;
    samples.compare("behaviours/audit_suggestions_post", 200, By::Shape, &suggested);
    samples.compare(
        "behaviours/ra_suggestions_post",
        200,
        By::Letter,
        &admin.post(&row(id_of(4), "suggestions/applied-controls/"), json!({})).await,
    );
    let policy = suggested.json.as_array().expect("a list").iter().find(|one| one["ref_id"] == "RC2").expect("RC2");
    let policy = format!("/api/applied-controls/{}/", policy["id"].as_str().expect("an id"));
    admin.patch(&policy, json!({ "status": "active" })).await.expect(200);
    let body = json!({ "result": "partially_compliant", "extended_result": "minor_nonconformity", "status": "in_review",
                       "observation": "obs base", "score": 0 });
    admin.patch(&row(id_of(1), ""), body).await.expect(200);
    let body =
        json!({ "urn": "urn:bhv:risk:req_node:bhv-5de430:2.1", "result": "compliant", "status": "done", "score": 2 });
    samples.compare(
        "behaviours/update_requirement",
        200,
        By::Letter,
        &admin.post(&at(&id, "update_requirement/"), body).await,
    );
    samples.compare(
        "update_requirement_no_urn",
        400,
        By::Letter,
        &admin.post(&at(&id, "update_requirement/"), json!({})).await,
    );
    for (name, view) in [
        ("audit_object", "object/"),
        ("audit_requirements_list", "requirements_list/"),
        ("audit_soa", "soa/"),
        ("audit_action-plan", "action-plan/"),
        ("audit_action-plan_budget-overview", "action-plan/budget-overview/"),
        ("audit_cascade-info", "cascade-info/"),
        ("audit_evidences-list", "evidences-list/"),
        ("audit_comparable", "comparable_audits/"),
        ("audit_progress_ts", "progress_ts/"),
    ] {
        samples.compare(&format!("behaviours/{name}"), 200, By::Shape, &admin.get(&at(&id, view)).await);
    }
    for (name, view) in [
        ("audit_donut_data", "donut_data/"),
        ("audit_section_compliance", "section_compliance/"),
        ("audit_implementation_groups_breakdown", "implementation_groups_breakdown/"),
        ("audit_controls_coverage", "controls_coverage/"),
        ("audit_exceptions_summary", "exceptions_summary/"),
        ("audit_threats_metrics", "threats_metrics/"),
        ("audit_is-auditee", "is-auditee/"),
        ("audit_frameworks", "frameworks/"),
    ] {
        samples.compare(&format!("behaviours/{name}"), 200, By::Value, &admin.get(&at(&id, view)).await);
    }
    let compared = admin.get(&at(&id, &format!("compare/?compare_id={first}"))).await;
    samples.compare("behaviours/audit_compare", 200, By::Shape, &compared);
    let recap = admin.get("/api/compliance-assessments/recap/").await;
    samples.compare("behaviours/audit_recap", 200, By::Shape, &recap);
    samples.compare(
        "behaviours/audit_per_status",
        200,
        By::Shape,
        &admin.get("/api/compliance-assessments/per_status/").await,
    );

    // The audit whose scores were recorded.
    let edit = json!({ "auditor": "edit", "respondent": "hidden" });
    let body = json!({
        "name": "SC1 4316", "folder": folder, "framework": framework, "selected_implementation_groups": ["L1", "L2"],
        "field_visibility": { "score": edit, "is_scored": edit, "documentation_score": edit },
    });
    let id = admin.post("/api/compliance-assessments/", body).await.expect(201).id();
    let rows = admin.get(&format!("/api/requirement-assessments/?compliance_assessment={id}")).await.expect(200).rows();
    for (number, score) in [(1, 3), (2, 1), (4, 4)] {
        let one = rows[number]["id"].as_str().expect("an id");
        admin.patch(&row(one, ""), json!({ "score": score, "documentation_score": 2 })).await.expect(200);
    }
    samples.compare("behaviours/audit_global_score", 200, By::Value, &admin.get(&at(&id, "global_score/")).await);
    let first = rows[1]["id"].as_str().expect("an id");
    let patched = admin.patch(&row(first, ""), json!({ "observation": "obs" })).await;
    samples.compare("behaviours/requirement_assessment_patch", 200, By::Shape, &patched);
    admin
        .patch(
            &at(&id, ""),
            json!({ "field_visibility": { "result": { "auditor": "hidden" }, "zzz": { "auditor": "edit" } } }),
        )
        .await
        .expect(200);
    samples.compare("behaviours/requirement_assessment_scored", 200, By::Shape, &admin.get(&row(first, "")).await);
}
