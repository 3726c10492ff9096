//! Rows of audits: their rules, their lists, and the answers to their questions.

use super::files::{asking, at, at_row, audit, framework, row, rows, stage};
use blackbox::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_to_a_result_has_to_fit_it() {
    let (app, domain, framework) = stage("ext").await;
    let admin = app.admin();
    let id = audit(admin, "E", &domain, &framework, json!({})).await;
    let first = at_row(&row(admin, &id, "1.1").await);
    let major =
        "Major and minor nonconformities are only applicable when result is non-compliant or partially compliant.";
    let good = "Good practice is only applicable when result is compliant.";
    let refused = admin.patch(&first, json!({ "extended_result": "good_practice" })).await.expect(400).json;
    assert_eq!(refused, json!({ "extended_result": [good] }));
    let refused = admin.patch(&first, json!({ "extended_result": "major_nonconformity" })).await.expect(400).json;
    assert_eq!(refused, json!({ "extended_result": [major] }));
    let both = json!({ "result": "non_compliant", "extended_result": "major_nonconformity" });
    admin.patch(&first, both).await.expect(200);
    let refused = admin.patch(&first, json!({ "result": "compliant" })).await.expect(400).json;
    assert_eq!(refused, json!({ "extended_result": [major] }), "it is not taken back by itself");
    let free = json!({ "result": "not_assessed", "extended_result": "observation_sensitive_point" });
    admin.patch(&first, free).await.expect(200);
    admin.patch(&first, json!({ "result": "not_applicable" })).await.expect(200);
    assert_eq!(admin.get(&first).await.expect(200).json["extended_result"], "observation_sensitive_point");
    let refused = admin.patch(&first, json!({ "result": "ZZ" })).await.expect(400).json;
    assert_eq!(refused, json!({ "result": ["\"ZZ\" is not a valid choice."] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_written_in_one_shape_and_found_by_many_filters() {
    let (app, domain, framework) = stage("find").await;
    let admin = app.admin();
    let perimeter = admin.post("/api/perimeters/", json!({ "name": "P", "folder": domain })).await.expect(201).id();
    let asset =
        admin.post("/api/assets/", json!({ "name": "S", "ref_id": "AS-1", "folder": domain })).await.expect(201).id();
    let more = json!({ "perimeter": perimeter, "ref_id": "AU-1", "assets": [asset] });
    let id = audit(admin, "F", &domain, &framework, more).await;
    audit(admin, "G", &domain, &framework, json!({})).await;
    let first = row(admin, &id, "1.1").await;
    let body =
        json!({ "observation": "a needle", "result": "compliant", "requirement": "ignored", "folder": "ignored" });
    let written = admin.patch(&at_row(&first), body).await.expect(200).json;
    let mut keys: Vec<&str> = written.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    let wanted = [
        "applied_controls",
        "compliance_assessment",
        "documentation_score",
        "due_date",
        "eta",
        "evidences",
        "extended_result",
        "folder",
        "id",
        "is_published",
        "is_scored",
        "mapping_inference",
        "observation",
        "requirement",
        "respondent_alignment",
        "result",
        "score",
        "security_exceptions",
        "selected",
        "status",
        "target_score",
    ];
    assert_eq!(keys, wanted);
    assert_eq!((&written["compliance_assessment"], &written["folder"]), (&json!(id), &json!(domain)));

    let count = async |query: &str| {
        admin.get(&format!("/api/requirement-assessments/?{query}")).await.expect(200).json["count"].clone()
    };
    for (query, found) in [
        (format!("compliance_assessment={id}"), 6),
        (format!("compliance_assessment__perimeter={perimeter}"), 6),
        ("compliance_assessment__perimeter__name=p".into(), 6),
        ("compliance_assessment__ref_id=AU-1".into(), 6),
        ("compliance_assessment__assets__ref_id=AS-1".into(), 6),
        ("requirement__urn=urn:test:risk:req_node:find:1.1".into(), 2),
        ("requirement__ref_id=1.1".into(), 2),
        ("requirement__assessable=true".into(), 8),
        ("requirement__assessable=false".into(), 4),
        ("folder__name=ours".into(), 12),
        ("result=compliant".into(), 1),
        ("result=compliant&result=not_assessed".into(), 12),
        ("search=needle".into(), 1),
        ("status=to_do".into(), 12),
    ] {
        assert_eq!(count(&query).await, json!(found), "{query}");
    }
    admin.get("/api/requirement-assessments/?result=bad").await.expect(400);
    let ordered = format!("/api/requirement-assessments/?compliance_assessment={id}&ordering=-requirement__ref_id");
    assert_eq!(
        admin.get(&ordered).await.expect(200).rows()[0]["requirement"]["ref_id"],
        "1",
        "the order of the framework"
    );

    let replaced =
        admin.put(&at_row(&first), json!({ "compliance_assessment": id, "status": "done" })).await.expect(200);
    assert_eq!(replaced.json["observation"], "a needle");
    let both: Vec<Value> = rows(admin, &id).await.iter().map(|row| row["id"].clone()).collect();
    let batch = json!({ "action": "change_field", "field": "status", "value": "in_review", "ids": both });
    let answer = admin.post("/api/requirement-assessments/batch-action/", batch).await.expect(200).json;
    assert_eq!(answer["succeeded"].as_array().map(Vec::len), Some(6), "{answer}");
    let batch = json!({ "action": "delete", "ids": [first] });
    let answer = admin.post("/api/requirement-assessments/batch-action/", batch).await.expect(200).json;
    assert_eq!(answer["failed"][0]["error"], "Permission denied", "{answer}");
    for (choices, key, word) in [
        ("status", "in_review", "In review"),
        ("result", "non_compliant", "Non-compliant"),
        ("extended_result", "observation_sensitive_point", "Observation / sensitive point"),
    ] {
        assert_eq!(admin.get(&format!("/api/requirement-assessments/{choices}/")).await.expect(200).json[key], word);
    }
    for view in ["per_status", "todo", "to_review", "updatables"] {
        assert!(
            admin.get(&format!("/api/requirement-assessments/{view}/")).await.expect(200).json.get("results").is_some()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_requirement_is_updated_by_its_urn_or_its_reference() {
    let (app, domain, framework) = stage("upd").await;
    let admin = app.admin();
    let id = audit(admin, "U", &domain, &framework, json!({})).await;
    let post = async |body: Value| admin.post(&at(&id, "update_requirement/"), body).await;
    assert_eq!(
        post(json!({ "urn": "x" })).await.expect(400).json,
        json!({ "error": "urn and result are required fields" })
    );
    let sentence = "invalid result value. Must be one of: ['not_assessed', 'partially_compliant', 'non_compliant', 'compliant', 'not_applicable']";
    assert_eq!(post(json!({ "urn": "x", "result": "zz" })).await.expect(400).json, json!({ "error": sentence }));
    let unknown = post(json!({ "urn": "urn:no", "result": "compliant" })).await.expect(404).json;
    assert_eq!(unknown, json!({ "error": "Requirement with urn urn:no not found" }));
    let urn = "urn:test:risk:req_node:upd:2.1";
    let done = post(json!({ "urn": urn, "result": "compliant", "status": "done", "score": 2 })).await.expect(200).json;
    let wanted = json!({ "message": "Requirement updated successfully", "urn": urn, "result": "compliant",
                         "status": "done", "score": 2, "is_scored": true });
    assert_eq!(done, wanted);
    let brief = post(json!({ "ref_id": "1.1", "result": "non_compliant", "observation": "o" })).await.expect(200).json;
    let wanted = json!({ "message": "Requirement updated successfully", "urn": "urn:test:risk:req_node:upd:1.1",
                         "result": "non_compliant" });
    assert_eq!(brief, wanted);
    let object = admin.get(&format!("{}object/", at_row(&row(admin, &id, "2.1").await))).await.expect(200).json;
    assert_eq!((&object["score"], &object["is_scored"], &object["status"]), (&json!(2), &json!(true), &json!("done")));
    post(json!({ "urn": urn, "result": "compliant", "score": 9 })).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_decide_score_result_and_groups() {
    let app = TestApp::start().await;
    let domain = app.domain("Ours", None).await;
    let framework = framework(&app, "ask", asking("ask")).await;
    let admin = app.admin();
    let id = audit(admin, "Q", &domain, &framework, json!({})).await;
    let asked = at_row(&row(admin, &id, "r1").await);
    let q = "urn:test:risk:req_node:ask:r1:question";
    let (first, second) = (format!("{q}:1"), format!("{q}:2"));
    let (yes, no) = (format!("{q}:1:choice:1"), format!("{q}:1:choice:2"));
    let empty = admin.get(&asked).await.expect(200).json;
    assert_eq!(empty["answers"], json!({ &first: null, &second: null }));
    assert_eq!(empty["requirement"]["questions"][&first]["choices"][0]["add_score"], json!(7));
    let refused = admin.patch(&asked, json!({ "answers": [1] })).await.expect(400).json;
    assert_eq!(refused, json!({ "answers": ["Answers must be a JSON object mapping question URNs to values."] }));

    admin.patch(&asked, json!({ "answers": { &first: yes, "urn:no": 1 } })).await.expect(200);
    let half = admin.get(&asked).await.expect(200).json;
    assert_eq!((&half["answers"][&first], &half["result"]), (&json!(yes), &json!("not_assessed")));
    assert_eq!(admin.get(&at(&id, "")).await.expect(200).json["answers_progress"], json!(50));
    admin
        .patch(&asked, json!({ "answers": { &second: "so" }, "score": 1, "result": "non_compliant" }))
        .await
        .expect(200);
    let object = admin.get(&format!("{asked}object/")).await.expect(200).json;
    assert_eq!(
        (&object["score"], &object["is_scored"], &object["result"]),
        (&json!(7), &json!(true), &json!("compliant"))
    );
    admin.patch(&asked, json!({ "score": 2, "is_scored": false })).await.expect(200);
    assert_eq!(
        admin.get(&format!("{asked}object/")).await.expect(200).json["score"],
        json!(7),
        "answers score, not people"
    );

    admin.patch(&asked, json!({ "answers": { &first: no } })).await.expect(200);
    let object = admin.get(&format!("{asked}object/")).await.expect(200).json;
    assert_eq!((&object["score"], &object["result"]), (&json!(1), &json!("non_compliant")));
    let groups =
        async || admin.get(&at(&id, "object/")).await.expect(200).json["selected_implementation_groups"].clone();
    assert_eq!(groups().await, json!(["B", "X"]));
    admin.patch(&at(&id, ""), json!({ "selected_implementation_groups": [] })).await.expect(200);
    assert_eq!(groups().await, json!(["B", "X"]), "answers select, not people");
    admin.patch(&asked, json!({ "answers": { &first: yes } })).await.expect(200);
    assert_eq!(groups().await, json!(["B"]));
    let tree = admin.get(&at(&id, "tree/")).await.expect(200).json;
    let node = tree.as_object().expect("a map").values().next().expect("a node");
    assert_eq!(node["answers"], json!({ &first: yes, &second: "so" }));
    assert_eq!(node["style"], "node");
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_of_requirements_speak_the_readers_language() {
    let (app, domain, framework) = stage("fr").await;
    let admin = app.admin();
    let id = audit(admin, "F", &domain, &framework, json!({})).await;
    let third = at_row(&row(admin, &id, "2.1").await);
    let french = admin.send(admin.request("GET", &third).header("accept-language", "fr")).await.expect(200).json;
    assert_eq!(french["name"], "2.1 - Exigence 2.1");
    assert_eq!(french["requirement"]["name"], "Exigence 2.1");
    assert_eq!(admin.get(&third).await.expect(200).json["name"], "2.1 - Req 2.1");
}
