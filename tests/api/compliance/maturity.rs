//! The self-assessment workbook of an audit: two scores for each requirement, and what they come to.

use super::files::{at, at_row, audit, row, rows, stage};
use super::hidden::hiding;
use super::other_end::twice;
use super::shelf::actor_of;
use blackbox::{Actor, TestApp, sheets};
use serde_json::{Value, json};

/// An audit that shows both scores, aims at 3, and has scores in section 1.
async fn assessed(name: &str) -> (TestApp, String, String) {
    let (app, domain, framework) = stage(name).await;
    let admin = app.admin();
    let more = json!({ "field_visibility": { "score": { "auditor": "edit" }, "is_scored": { "auditor": "edit" },
        "documentation_score": { "auditor": "edit" } }, "selected_implementation_groups": ["L1", "L2"], "target_score": 3 });
    let id = audit(admin, "Yearly", &domain, &framework, more).await;
    let found = [
        (
            "1.1",
            json!({ "result": "compliant", "is_scored": true, "score": 3, "documentation_score": 2,
                        "observation": "=seen\non site" }),
        ),
        ("1.2", json!({ "result": "non_compliant", "is_scored": true, "score": 1, "documentation_score": 2 })),
        ("2.1", json!({ "result": "not_applicable", "is_scored": true, "score": 4, "documentation_score": 4 })),
    ];
    for (requirement, found) in found {
        admin.patch(&at_row(&row(admin, &id, requirement).await), found).await.expect(200);
    }
    (app, domain, id)
}

/// The requirements and the summary.
async fn workbook(who: &Actor, id: &str, language: &str) -> [(String, Vec<Vec<String>>); 2] {
    let request = who.request("GET", &at(id, "cyfun_xlsx/")).header("accept-language", language);
    let answer = who.send(request).await.expect(200);
    let name = answer.header("content-disposition").expect("a name");
    assert!(name.contains("Yearly-cyfun.xlsx"), "{name}");
    sheets(&answer.bytes).try_into().expect("two sheets")
}

#[tokio::test(flavor = "multi_thread")]
async fn requirements_have_two_scores_and_sections_their_means() {
    let (app, _, id) = assessed("cy").await;
    let admin = app.admin();
    let [requirements, summary] = workbook(admin, &id, "en").await;
    assert_eq!((requirements.0.as_str(), summary.0.as_str()), ("Requirements", "Summary"));
    let titles =
        ["Reference", "Requirement", "Result", "Documentation score", "Implementation score", "Target", "Observation"];
    assert_eq!(
        requirements.1,
        [
            titles,
            ["1.1", "Req 1.1\nDesc 1.1", "Compliant", "2", "3", "3", "=seen\non site"],
            ["1.2", "Desc 1.2 only", "Non-compliant", "2", "1", "3", ""],
            // What does not apply has no score, as in the means; 2.2 is in no selected group.
            ["2.1", "Req 2.1", "Not applicable", "", "", "3", ""],
        ]
    );
    assert_eq!(
        summary.1,
        [
            [
                "Level",
                "Reference",
                "Section",
                "Requirements",
                "Scored",
                "Documentation score",
                "Implementation score",
                "Maturity",
                "Target"
            ],
            ["", "", "Whole audit", "3", "2", "2", "2.3", "2.1", "3"],
            ["1", "1", "Section 1", "2", "2", "2", "2.3", "2.1", "3"],
            ["1", "2", "Section 2", "1", "0", "", "", "", "3"],
        ]
    );
    let score = admin.get(&at(&id, "global_score/")).await.expect(200).json;
    assert_eq!((&score["implementation_score"], &score["maturity_score"]), (&json!(2.3), &json!(2.1)));

    // The rules are the audit's.
    admin.patch(&at(&id, ""), json!({ "score_calculation_method": "sum", "target_score": null })).await.expect(200);
    let [requirements, summary] = workbook(admin, &id, "en").await;
    assert_eq!(requirements.1[0].len(), 6, "without a target there is no column for it: {:?}", requirements.1[0]);
    assert_eq!(summary.1[2][5..], ["6", "7", "6.5"], "2×2 + 2, 2×3 + 1");

    let [requirements, summary] = workbook(admin, &id, "fr").await;
    assert_eq!((requirements.0.as_str(), summary.0.as_str()), ("Exigences", "Synthèse"));
    assert_eq!(requirements.1[3][1..3], ["Exigence 2.1", "Non applicable"]);
    assert_eq!(summary.1[1][2], "Audit entier");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scores_it_says_what_to_switch_on() {
    let (app, domain, framework) = stage("off").await;
    let admin = app.admin();
    let id = audit(admin, "Yearly", &domain, &framework, json!({ "selected_implementation_groups": [] })).await;
    let refused = async |who: &Actor| {
        let body = who.get(&at(&id, "cyfun_xlsx/")).await.expect(400).json;
        body["error"].as_str().unwrap_or_else(|| panic!("a sentence: {body}")).to_owned()
    };
    let told = refused(admin).await;
    assert!(told.contains("`field_visibility`") && told.contains("`score` to the auditor"), "{told}");
    admin.patch(&at(&id, ""), json!({ "field_visibility": { "score": { "auditor": "edit" } } })).await.expect(200);
    let told = refused(admin).await;
    assert!(told.contains("`documentation_score` to the auditor"), "{told}");

    // Nobody is sent what is hidden from them.
    admin.patch(&at(&id, ""), hiding(&["score"])).await.expect(200);
    workbook(admin, &id, "en").await;
    let respondent = app.person("asked@example.org", Some("Ours - Respondent")).await;
    respondent.get(&at(&id, "cyfun_xlsx/")).await.expect(404);
    let actor = actor_of(&app, "asked@example.org").await;
    let body = json!({ "compliance_assessment": id, "folder": domain, "actor": [actor],
                       "requirement_assessments": [row(admin, &id, "1.1").await] });
    admin.post("/api/requirement-assignments/", body).await.expect(201);
    let told = refused(&respondent).await;
    assert!(told.contains("`score` to the respondent"), "{told}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_holds_what_its_reader_sees() {
    let (app, domain, id) = assessed("see").await;
    app.domain("Theirs", None).await;
    let admin = app.admin();
    let reader = app.person("sibling@example.org", Some("Theirs - Reader")).await;
    reader.get(&at(&id, "cyfun_xlsx/")).await.expect(404);
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    assert_eq!(workbook(&analyst, &id, "en").await, workbook(admin, &id, "en").await);

    // A respondent who is shown scores: of their rows, and of nothing else that is hidden.
    admin.patch(&at(&id, ""), hiding(&["observation", "result"])).await.expect(200);
    let respondent = twice(&app, "asked@example.org", ["Ours - Respondent", "Theirs - Reader"]).await;
    let actor = actor_of(&app, "asked@example.org").await;
    let body = json!({ "compliance_assessment": id, "folder": domain, "actor": [actor],
                       "requirement_assessments": [row(admin, &id, "1.1").await] });
    admin.post("/api/requirement-assignments/", body).await.expect(201);
    assert_eq!(rows(&respondent, &id).await.len(), 1);
    let [requirements, summary] = workbook(&respondent, &id, "en").await;
    let titles = ["Reference", "Requirement", "Documentation score", "Implementation score", "Target", "Observation"];
    assert_eq!(requirements.1[0], titles);
    assert_eq!(requirements.1[1..], [["1.1", "Req 1.1\nDesc 1.1", "2", "3", "3", ""]]);
    assert_eq!(summary.1[1..], [["", "", "Whole audit", "1", "1", "2", "3", "2.5", "3"]]);
    // Whatever is found in rows that are not theirs, they read the same.
    let before = respondent.get(&at(&id, "cyfun_xlsx/")).await.expect(200).bytes;
    let found = json!({ "result": "compliant", "is_scored": true, "score": 0, "documentation_score": 0,
                        "observation": "Geheimnis" });
    admin.patch(&at_row(&row(admin, &id, "1.2").await), found.clone()).await.expect(200);
    let hidden: Value = json!({ "observation": "Geheimnis", "result": "partially_compliant" });
    admin.patch(&at_row(&row(admin, &id, "1.1").await), hidden).await.expect(200);
    assert!(respondent.get(&at(&id, "cyfun_xlsx/")).await.expect(200).bytes == before);
    app.stop().await;
}
