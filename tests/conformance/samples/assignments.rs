//! The recorded scenarios of assignments and mappings.

use super::audits;
use super::general::{By, Samples};
use blackbox::TestApp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Five assignments, for the lists.
pub(super) async fn some(app: &TestApp, actor: &Value) {
    let audits = app.admin().get("/api/compliance-assessments/?limit=5").await.expect(200).rows();
    for audit in audits {
        let body = json!({ "compliance_assessment": audit["id"], "actor": [actor] });
        app.admin().post("/api/requirement-assignments/", body).await.expect(201);
    }
}

/// Plays them and compares.
pub(super) async fn compare(app: &TestApp, samples: &mut Samples) {
    assigned(app, samples).await;
    mapped(app, samples).await;
}

async fn assigned(app: &TestApp, samples: &mut Samples) {
    let admin = app.admin();
    let folder = app.domain("BHV-B assignments", None).await;
    let framework = audits::framework(app, "bhv-assigned").await;
    let body = json!({ "name": "PG 0891", "folder": folder, "framework": framework });
    let audit = admin.post("/api/compliance-assessments/", body).await.expect(201).id();
    let rows = rows_of(app, &audit).await;
    let evidence = admin.post("/api/evidences/", json!({ "name": "ev base", "folder": folder })).await;
    let body = json!({ "observation": "obs base", "result": "compliant" });
    admin.patch(&format!("/api/requirement-assessments/{}/", rows["1.1"]), body).await.expect(200);
    if evidence.status == 201 {
        let link = json!({ "evidences": [evidence.id()] });
        admin.patch(&format!("/api/requirement-assessments/{}/", rows["1.1"]), link).await.expect(200);
    }
    let me = admin.get("/api/iam/current-user/").await.expect(200).json["actor_id"].clone();
    let body = json!({
        "compliance_assessment": audit, "folder": folder, "actor": [me], "requirement_assessments": [rows["1.1"], rows["2.1"]],
    });
    let made = admin.post("/api/requirement-assignments/", body).await;
    samples.compare("behaviours/assignment_post", 201, By::Shape, &made);
    let at = |rest: &str| format!("/api/requirement-assignments/{}/{rest}", made.id());
    samples.compare("behaviours/assignment_detail", 200, By::Shape, &admin.get(&at("")).await);
    let list = admin.get(&at("requirements_list/")).await;
    samples.compare("behaviours/assignment_requirements_list", 200, By::Shape, &list);
    for status in ["in_progress", "submitted", "closed", "submitted"] {
        admin.post(&at("set_status/"), json!({ "status": status })).await.expect(200);
    }
    samples.compare("behaviours/assignment_closed", 200, By::Shape, &admin.get(&at("")).await);
    let back = json!({ "status": "changes_requested", "reviewer_observation": "fix it" });
    admin.post(&at("set_status/"), back).await.expect(200);
    samples.compare("behaviours/assignment_events", 200, By::Shape, &admin.get(&at("")).await);
}

async fn mapped(app: &TestApp, samples: &mut Samples) {
    let admin = app.admin();
    let folder = app.domain("BHV-B mappings", None).await;
    let (source, target) = (audits::framework(app, "bhv-from").await, audits::framework(app, "bhv-onto").await);
    let rule = |from: &str, to: &str| {
        format!(
            "    - {{source_requirement_urn: \"urn:bhv:risk:req_node:bhv-from:{from}\", \
             target_requirement_urn: \"urn:bhv:risk:req_node:bhv-onto:{to}\", relationship: intersect}}\n"
        )
    };
    let file = format!(
        "urn: urn:bhv:risk:library:bhv-map\nlocale: en\nref_id: bhv-map\nname: Map\nversion: 1\nprovider: bhv\n\
         dependencies: [\"urn:bhv:risk:library:bhv-from\", \"urn:bhv:risk:library:bhv-onto\"]\nobjects:\n  \
         requirement_mapping_set:\n    urn: urn:bhv:risk:req_mapping_set:bhv-map\n    ref_id: bhv-map\n    name: Map\n    \
         source_framework_urn: urn:bhv:risk:framework:bhv-from\n    \
         target_framework_urn: urn:bhv:risk:framework:bhv-onto\n    requirement_mappings:\n{}{}{}",
        rule("1.1", "1.1"),
        rule("2.1", "1.1"),
        rule("2.1", "2.1")
    );
    admin.upload("/api/stored-libraries/upload/", "map.yaml", file).await.expect(201);
    let mut audits = Vec::new();
    for (name, framework) in [("MAP src", &source), ("MAPTGT", &target)] {
        let body = json!({ "name": name, "folder": folder, "framework": framework });
        audits.push(admin.post("/api/compliance-assessments/", body).await.expect(201).id());
    }
    let rows = rows_of(app, &audits[0]).await;
    let control = json!({ "name": "MAP control", "folder": folder });
    let control = admin.post("/api/applied-controls/", control).await.expect(201).id();
    let body = json!({ "result": "compliant", "status": "done", "applied_controls": [control] });
    admin.patch(&format!("/api/requirement-assessments/{}/", rows["2.1"]), body).await.expect(200);
    let at = |rest: &str| format!("/api/compliance-assessments/{}/{rest}", audits[1]);
    let preview = admin.get(&at(&format!("map_from_preview/?source_audit_id={}", audits[0]))).await;
    samples.compare("behaviours/map_from_preview", 200, By::Shape, &preview);
    let merged = admin.post(&at("map_from/"), json!({ "source_audit_id": audits[0] })).await;
    samples.compare("behaviours/map_from", 200, By::Shape, &merged);
}

async fn rows_of(app: &TestApp, audit: &str) -> BTreeMap<String, String> {
    let list = format!("/api/requirement-assessments/?compliance_assessment={audit}");
    let rows = app.admin().get(&list).await.expect(200).rows();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    rows.iter().map(|row| (text(&row["requirement"]["ref_id"]), text(&row["id"]))).collect()
}
