//! Audits come with their rows, take over what their framework says, and can be locked.

use super::files::{at, at_row, audit, framework, row, rows, stage, standard};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_audit_takes_over_its_framework_and_has_a_row_for_each_node() {
    let (app, domain, framework) = stage("bhv").await;
    let admin = app.admin();
    let body = json!({ "name": "A2", "folder": domain, "framework": framework });
    let made = admin.post("/api/compliance-assessments/", body).await.expect(201).json;
    assert_eq!(made["status"], "planned");
    assert_eq!(made["version"], "1.0");
    assert_eq!(made["selected_implementation_groups"], json!(["L1"]));
    assert_eq!((&made["min_score"], &made["max_score"]), (&json!(0), &json!(4)));
    assert_eq!(made["scores_definition"]["scale"][1]["name"], "High");
    assert_eq!(made["field_visibility"]["score"], json!({ "auditor": "hidden", "respondent": "hidden" }));
    assert_eq!(made["field_visibility"]["status"], json!({ "auditor": "edit", "respondent": "hidden" }));
    for (field, value) in [
        ("is_locked", json!(false)),
        ("is_published", json!(false)),
        ("auto_sync", json!(false)),
        ("anchor_na_to_target", json!(false)),
        ("target_score", Value::Null),
        ("score_calculation_method", json!("average")),
        ("perimeter", Value::Null),
    ] {
        assert_eq!(made[field], value, "{field}");
    }

    let id = made["id"].as_str().expect("an id");
    let detail = admin.get(&at(id, "")).await.expect(200).json;
    assert_eq!(detail["selected_implementation_groups"], json!(["Level 1"]));
    assert_eq!(detail["scores_definition"][0]["name"], "Low");
    assert_eq!(detail["framework"]["str"], "tests - Framework bhv");
    assert_eq!(detail["framework"]["has_update"], json!(false));
    assert_eq!(detail["framework"]["reference_controls"][0]["str"], "RC1 - Ref ctl 1 bhv: rcd");
    assert_eq!((&detail["scoring_enabled"], &detail["extended_result_enabled"]), (&json!(false), &json!(true)));
    assert_eq!((&detail["progress"], &detail["answers_progress"]), (&json!(0), &Value::Null));

    let rows = rows(admin, id).await;
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["1 - Section 1", "1.1 - Req 1.1", "1.2", "2 - Section 2", "2.1 - Req 2.1", "2.2 - Req 2.2"]);
    for row in &rows {
        assert_eq!((&row["status"], &row["result"]), (&json!("to_do"), &json!("not_assessed")));
        assert_eq!((&row["selected"], &row["answers"]), (&json!(true), &json!({})));
        for hidden in ["score", "is_scored", "documentation_score", "respondent_alignment"] {
            assert!(row.get(hidden).is_none(), "{hidden} is hidden: {row}");
        }
    }
    let second = &rows[2];
    assert_eq!(second["description"], "Desc 1.2 only");
    assert_eq!(second["requirement"]["parent_requirement"]["str"], "1 - Section 1");
    assert_eq!(second["requirement"]["associated_reference_controls"][0]["str"], "RC1 - Ref ctl 1 bhv: rcd");
    assert_eq!(second["compliance_assessment"]["framework"]["str"], "tests - Framework bhv");
    assert_eq!(second["effective_min_score"], Value::Null);
    let third = &rows[4]["requirement"];
    assert_eq!(third["associated_threats"][0]["str"], "T1 - Threat bhv");
    assert_eq!((&third["weight"], &rows[1]["requirement"]["weight"]), (&json!(1), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_versions_are_taken_together_and_the_folder_comes_from_the_perimeter() {
    let (app, domain, framework) = stage("pair").await;
    let admin = app.admin();
    let perimeter = admin.post("/api/perimeters/", json!({ "name": "P1", "folder": domain })).await.expect(201).id();
    let body = json!({ "name": "A1", "framework": framework, "perimeter": perimeter });
    let made = admin.post("/api/compliance-assessments/", body.clone()).await.expect(201).json;
    assert_eq!((&made["folder"], &made["perimeter"]), (&json!(domain), &json!(perimeter)));
    let taken = admin.post("/api/compliance-assessments/", body.clone()).await.expect(400).json;
    let sentence = |what: &str| format!("{what} is already used in this scope. Please choose another value.");
    assert_eq!(taken, json!({ "name": sentence("A1"), "version": sentence("1.0") }));
    let mut second = body;
    second["version"] = json!("2.0");
    admin.post("/api/compliance-assessments/", second).await.expect(201);

    let list = admin.get("/api/compliance-assessments/?search=pair").await.expect(200).rows();
    assert_eq!(list.len(), 2, "the framework's name is searched as well");
    assert_eq!(list[0]["perimeter"], json!({ "str": "Ours/P1", "id": perimeter }));
    assert_eq!(list[0]["framework"], json!({ "str": "tests - Framework pair", "id": framework }));
    let detail = admin.get(&at(list[0]["id"].as_str().expect("an id"), "")).await.expect(200).json;
    assert_eq!(detail["perimeter"]["folder"], json!({ "str": "Ours", "id": domain }));
    admin.post("/api/compliance-assessments/", json!({ "name": "x" })).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_seen_is_merged_and_scores_begin_when_they_come_into_sight() {
    let (app, domain, framework) = stage("vis").await;
    let admin = app.admin();
    let id = audit(admin, "V", &domain, &framework, json!({ "selected_implementation_groups": ["L1", "L2"] })).await;
    let unscored = admin.get(&at(&id, "global_score/")).await.expect(200).json;
    assert_eq!((&unscored["implementation_score"], &unscored["documentation_score"]), (&json!(-1), &Value::Null));
    assert_eq!((&unscored["scoring_enabled"], &unscored["total_max_score"]), (&json!(false), &json!(4)));

    let odd = json!({ "field_visibility": { "score": "bad", "status": { "auditor": "zzz" }, "novel": { "auditor": "read" } } });
    let same = admin.patch(&at(&id, ""), odd).await.expect(200).json;
    assert_eq!(same["field_visibility"]["status"]["auditor"], "edit");
    assert_eq!(same["field_visibility"]["novel"], json!({ "auditor": "read" }));

    let show = json!({ "field_visibility": { "score": { "auditor": "edit" }, "is_scored": { "auditor": "edit" } } });
    admin.patch(&at(&id, ""), show).await.expect(200);
    let scored = admin.get(&at(&id, "global_score/")).await.expect(200).json;
    assert_eq!((&scored["implementation_score"], &scored["scoring_enabled"]), (&json!(0.0), &json!(true)));
    let first = row(admin, &id, "1.1").await;
    let shown = admin.get(&at_row(&first)).await.expect(200).json;
    assert_eq!((&shown["score"], &shown["is_scored"]), (&json!(0), &json!(true)));
    assert_eq!(
        (&shown["effective_max_score"], &shown["effective_scores_definition"][1]["score"]),
        (&json!(4), &json!(4))
    );
    let section = row(admin, &id, "1").await;
    assert_eq!(admin.get(&at_row(&section)).await.expect(200).json["score"], Value::Null, "sections have no score");

    admin.patch(&at_row(&first), json!({ "score": 3 })).await.expect(200);
    let hide = json!({ "field_visibility": { "score": { "auditor": "hidden" } } });
    admin.patch(&at(&id, ""), hide).await.expect(200);
    let object = admin.get(&format!("{}object/", at_row(&first))).await.expect(200).json;
    assert_eq!((&object["score"], &object["is_scored"]), (&json!(3), &json!(false)), "kept, and counted no more");

    let begins = json!({ "field_visibility": { "score": { "auditor": "edit" } } });
    let other = audit(admin, "V2", &domain, &framework, begins).await;
    let object = admin.get(&format!("{}object/", at_row(&row(admin, &other, "2.2").await))).await.expect(200).json;
    assert_eq!((&object["score"], &object["is_scored"]), (&json!(0), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_lie_on_the_scale_and_anchors_need_one() {
    let (app, domain, framework) = stage("target").await;
    let admin = app.admin();
    let id = audit(admin, "T", &domain, &framework, json!({})).await;
    let far = admin.patch(&at(&id, ""), json!({ "target_score": 9 })).await.expect(400).json;
    assert_eq!(far, json!({ "target_score": ["Target score must be between 0 and 4."] }));
    let none = admin.patch(&at(&id, ""), json!({ "anchor_na_to_target": true })).await.expect(400).json;
    let sentence = "A target score is required when anchoring N/A to target is enabled.";
    assert_eq!(none, json!({ "target_score": [sentence] }));
    admin.patch(&at(&id, ""), json!({ "anchor_na_to_target": true, "target_score": 3 })).await.expect(200);
    let gone = admin.patch(&at(&id, ""), json!({ "target_score": null })).await.expect(400).json;
    assert_eq!(gone, json!({ "target_score": [sentence] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_audit_takes_nothing_but_its_unlocking() {
    let (app, domain, framework) = stage("lock").await;
    let admin = app.admin();
    let id = audit(admin, "L", &domain, &framework, json!({})).await;
    let first = row(admin, &id, "1.1").await;
    admin.patch(&at(&id, ""), json!({ "is_locked": true })).await.expect(200);
    assert_eq!(admin.get(&at_row(&first)).await.expect(200).json["is_locked"], json!(true));
    let refused = admin.patch(&at(&id, ""), json!({ "name": "other" })).await.expect(400).json;
    let sentence = "⚠️ Cannot modify the audit attributes when it is locked. Only the 'Locked' field can be modified.";
    assert_eq!(refused, json!({ "non_field_errors": [sentence] }));
    let refused = admin.patch(&at_row(&first), json!({ "observation": "x" })).await.expect(400).json;
    let sentence = "⚠️ Cannot modify the requirement when the audit is locked.";
    assert_eq!(refused, json!({ "non_field_errors": [sentence] }));
    for view in ["update_requirement/", "syncToActions/", "suggestions/applied-controls/"] {
        let body = json!({ "urn": "urn:test:risk:req_node:lock:1.1", "result": "compliant" });
        admin.post(&at(&id, view), body).await.expect(400);
    }
    assert_eq!(admin.get(&at_row(&first)).await.expect(200).json["result"], "not_assessed");
    admin.patch(&at(&id, ""), json!({ "is_locked": false })).await.expect(200);
    admin.patch(&at_row(&first), json!({ "observation": "x" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_can_begin_where_another_stands() {
    let (app, domain, framework_id) = stage("base").await;
    let admin = app.admin();
    let base = audit(admin, "B", &domain, &framework_id, json!({ "selected_implementation_groups": ["L2"] })).await;
    let second = row(admin, &base, "1.2").await;
    let control = json!({ "name": "Fence", "folder": domain });
    let control = admin.post("/api/applied-controls/", control).await.expect(201).id();
    let found = json!({
        "result": "non_compliant", "status": "done", "observation": "seen", "extended_result": "major_nonconformity",
        "applied_controls": [control],
    });
    admin.patch(&at_row(&second), found).await.expect(200);
    let clone = audit(admin, "C", &domain, &framework_id, json!({ "baseline": base })).await;
    let copied = admin.get(&at_row(&row(admin, &clone, "1.2").await)).await.expect(200).json;
    assert_eq!((&copied["result"], &copied["status"]), (&json!("non_compliant"), &json!("done")));
    assert_eq!((&copied["observation"], &copied["extended_result"]), (&json!("seen"), &Value::Null));
    assert_eq!(copied["applied_controls"], json!([{ "str": "Fence", "id": control }]));
    assert_eq!(copied["mapping_inference"], json!({}));
    let shown = admin.get(&at(&clone, "object/")).await.expect(200).json;
    assert_eq!(shown["selected_implementation_groups"], json!(["L1"]), "groups are not copied");

    let unknown = json!({ "name": "D", "folder": domain, "framework": framework_id,
                          "baseline": "00000000-0000-4000-8000-000000000000" });
    let refused = admin.post("/api/compliance-assessments/", unknown).await.expect(400).json;
    assert!(refused["baseline"][0].as_str().expect("a sentence").starts_with("Invalid pk"), "{refused}");
    let other = framework(&app, "base2", standard("base2", 1)).await;
    let unmapped = json!({ "name": "E", "folder": domain, "framework": other, "baseline": base });
    admin.post("/api/compliance-assessments/", unmapped).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_go_where_their_audit_goes_and_vanish_with_it() {
    let (app, domain, framework) = stage("moves").await;
    let admin = app.admin();
    let elsewhere = app.domain("Elsewhere", None).await;
    let id = audit(admin, "M", &domain, &framework, json!({})).await;
    let first = row(admin, &id, "1.1").await;
    admin.patch(&at(&id, ""), json!({ "folder": elsewhere })).await.expect(200);
    assert_eq!(admin.get(&at_row(&first)).await.expect(200).json["folder"]["id"], json!(elsewhere));
    let cascade = admin.get(&at(&id, "cascade-info/")).await.expect(200).json;
    assert_eq!(cascade["deleted"]["count"], 0, "rows are part of the audit: {cascade}");
    assert_eq!(admin.delete(&at_row(&first)).await.status, 403);
    let body = json!({ "compliance_assessment": id, "folder": elsewhere });
    let refused = admin.post("/api/requirement-assessments/", body).await.expect(403).json;
    assert_eq!(refused, json!({ "folder": "You do not have permission to add objects in this folder" }));
    admin.delete(&at(&id, "")).await.expect(204);
    admin.get(&at_row(&first)).await.expect(404);
    assert_eq!(admin.get("/api/requirement-assessments/").await.expect(200).json["count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_of_audits_tells_what_only_a_new_one_is_told() {
    let (app, ..) = stage("tld").await;
    let kinds = app.admin().get("/api/meta/resources/").await.expect(200).json;
    let kinds = kinds.as_array().expect("a list");
    let field = |path: &str, name: &str| {
        let kind = kinds.iter().find(|kind| kind["path"] == path).expect("is described");
        let found = kind["fields"].as_array().expect("a list").iter().find(|field| field["name"] == name);
        let found = found.unwrap_or_else(|| panic!("{path} has {name}"));
        ["input_only", "create_only", "read_only", "list", "write"].map(|key| found[key].as_bool().expect("yes or no"))
    };
    for name in ["baseline", "create_applied_controls_from_suggestions"] {
        assert_eq!(field("compliance-assessments", name), [true, true, false, false, false], "{name}");
    }
    assert_eq!(field("compliance-assessments", "framework"), [false, true, false, true, true]);
    assert_eq!(field("compliance-assessments", "name"), [false, false, false, true, true]);
    // Told and shown under one name: that is a field like any other.
    assert_eq!(field("evidences", "link"), [false, false, false, true, true]);
}
