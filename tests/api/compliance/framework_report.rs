//! Audits of a framework beside each other, section by section.

use super::files::{at, at_row, audit, framework, row, rows, stage, standard};
use super::hidden::hiding;
use super::seen::cost;
use super::shelf::actor_of;
use blackbox::{Actor, TestApp};
use serde_json::{Value, json};

fn report(framework: &str) -> String {
    format!("/api/frameworks/{framework}/report/")
}

async fn find(who: &Actor, audit: &str, requirement: &str, found: Value) {
    who.patch(&at_row(&row(who, audit, requirement).await), found).await.expect(200);
}

/// Shows both scores.
fn scored() -> Value {
    json!({ "field_visibility": { "score": { "auditor": "edit" }, "is_scored": { "auditor": "edit" },
                                  "documentation_score": { "auditor": "edit" } } })
}

/// “Alpha” of Ours with scores, and “Beta” of Theirs, which counts level 1 alone and shows none.
async fn two(app: &TestApp, ours: &str, theirs: &str, framework: &str) -> [String; 2] {
    let admin = app.admin();
    let alpha = audit(admin, "Alpha", ours, framework, scored()).await;
    admin.patch(&at(&alpha, ""), json!({ "selected_implementation_groups": [] })).await.expect(200);
    let good =
        json!({ "result": "compliant", "status": "done", "is_scored": true, "score": 3, "documentation_score": 2 });
    find(admin, &alpha, "1.1", good).await;
    let bad = json!({ "result": "non_compliant", "is_scored": true, "score": 1, "documentation_score": 2 });
    find(admin, &alpha, "1.2", bad).await;
    let outside = json!({ "result": "not_applicable", "is_scored": true, "score": 4, "documentation_score": 4 });
    find(admin, &alpha, "2.1", outside).await;
    let beta = audit(admin, "Beta", theirs, framework, json!({ "selected_implementation_groups": ["L1"] })).await;
    find(admin, &beta, "2.1", json!({ "result": "compliant" })).await;
    [alpha, beta]
}

fn results(counts: [i64; 5]) -> Value {
    let [none, partly, non, met, outside] = counts;
    json!({ "not_assessed": none, "partially_compliant": partly, "non_compliant": non, "compliant": met,
            "not_applicable": outside })
}

#[tokio::test(flavor = "multi_thread")]
async fn audits_of_a_framework_stand_beside_each_other() {
    let (app, ours, framework) = stage("across").await;
    let theirs = app.domain("Theirs", None).await;
    let admin = app.admin();
    let [alpha, beta] = two(&app, &ours, &theirs, &framework).await;
    let answer = admin.get(&report(&framework)).await.expect(200);
    let found = &answer.json;
    // Clients that were written for the recorded part read it in this order.
    let keys = [
        "\"framework\"",
        "\"id\"",
        "\"name\"",
        "\"min_score\"",
        "\"max_score\"",
        "\"scores_definition\"",
        "\"implementation_groups_definition\"",
        "\"sections\"",
        "\"urn\"",
        "\"ref_id\"",
        "\"name\":\"Section 1\"",
        "\"parent_urn\"",
        "\"audits\"",
    ];
    let mut rest = answer.text.as_str();
    for key in keys {
        let at = rest.find(key).unwrap_or_else(|| panic!("{key} comes later in {}", answer.text));
        rest = &rest[at + key.len()..];
    }
    assert_eq!(found.as_object().map(serde_json::Map::len), Some(2));
    let head = &found["framework"];
    assert_eq!((&head["id"], &head["name"]), (&json!(framework), &json!("Framework across")));
    assert_eq!((&head["min_score"], &head["max_score"]), (&json!(0), &json!(4)));
    assert_eq!(head["scores_definition"]["scale"][1]["name"], "High", "{head}");
    assert_eq!(head["implementation_groups_definition"][0]["ref_id"], "L1");
    let urn = |section: &str| format!("urn:test:risk:req_node:across:{section}");
    let section = |section: &str, ref_id: &str, name: &str| json!({ "urn": urn(section), "ref_id": ref_id, "name": name, "parent_urn": null });
    assert_eq!(head["sections"], json!([section("s1", "1", "Section 1"), section("s2", "2", "Section 2")]));

    let [first, second] = found["audits"].as_array().expect("a list").as_slice() else { panic!("two audits: {found}") };
    assert_eq!((&first["id"], &first["name"], &first["version"]), (&json!(alpha), &json!("Alpha"), &json!("1.0")));
    assert_eq!((&first["status"], &first["perimeter"]), (&json!("planned"), &Value::Null));
    assert_eq!(first["folder"], json!({ "str": "Ours", "id": ours }));
    assert_eq!((&first["progress"], &first["total_assessable"]), (&json!(25), &json!(4)));
    assert_eq!((&first["results"], &first["compliance"]), (&results([1, 0, 1, 1, 1]), &json!(33)));
    // 1.1 weighs 2: (2×3 + 1) / 3; what does not apply has no score.
    let of_first = json!({ "total_assessable": 2, "results": results([0, 0, 1, 1, 0]), "compliance": 50,
        "implementation_score": 2.3, "documentation_score": 2.0, "maturity_score": 2.1 });
    assert_eq!(first["sections"][urn("s1")], of_first);
    let of_second = json!({ "total_assessable": 2, "results": results([1, 0, 0, 0, 1]), "compliance": 0,
        "implementation_score": 0.0, "documentation_score": 0.0, "maturity_score": 0.0 });
    assert_eq!(first["sections"][urn("s2")], of_second);
    assert_eq!((&second["id"], &second["selected_implementation_groups"]), (&json!(beta), &json!(["Level 1"])));
    assert_eq!((&second["total_assessable"], &second["compliance"]), (&json!(2), &json!(50)));
    assert_eq!(second["sections"][urn("s2")]["compliance"], 100, "2.2 is in no selected group");
    assert_eq!(second["maturity_score"], Value::Null);
    // It says what the audit's own views say.
    let own = admin.get(&at(&alpha, "section_compliance/")).await.expect(200).json;
    assert_eq!(own["sections"][0]["maturity_score"], first["sections"][urn("s1")]["maturity_score"]);
    let score = admin.get(&at(&alpha, "global_score/")).await.expect(200).json;
    assert_eq!(
        (&score["maturity_score"], &score["implementation_score"]),
        (&first["maturity_score"], &first["implementation_score"])
    );
    assert_eq!(admin.get(&at(&alpha, "")).await.expect(200).json["progress"], first["progress"]);

    let before = cost(&app, admin, &report(&framework)).await;
    for number in 0..5 {
        audit(admin, &format!("More {number}"), &ours, &framework, scored()).await;
    }
    assert_eq!(cost(&app, admin, &report(&framework)).await, before, "however many audits there are");
    admin.get(&report(&alpha)).await.expect(404);
    admin
        .patch(&at(&alpha, ""), json!({ "field_visibility": { "result": { "auditor": "hidden" } } }))
        .await
        .expect(200);
    let hidden = &admin.get(&report(&framework)).await.expect(200).json["audits"][0];
    assert_eq!((&hidden["results"], &hidden["compliance"]), (&Value::Null, &Value::Null), "no result is no 0 %");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_tells_of_what_its_reader_sees() {
    let (app, ours, framework) = stage("own").await;
    let theirs = app.domain("Theirs", None).await;
    let admin = app.admin();
    let [alpha, beta] = two(&app, &ours, &theirs, &framework).await;
    let reader = app.person("sibling@example.org", Some("Theirs - Reader")).await;
    let answer = reader.get(&report(&framework)).await.expect(200);
    assert_eq!(answer.json["audits"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer.json["audits"][0]["id"], json!(beta));
    assert!(!answer.text.contains("Alpha") && !answer.text.contains("Ours"), "{}", answer.text);
    assert_eq!(
        answer.json["framework"]["sections"].as_array().map(Vec::len),
        Some(2),
        "what frameworks say is for everybody"
    );
    let nobody = app.person("nobody@example.org", None).await;
    nobody.get(&report(&framework)).await.expect(404);

    // A perimeter that somebody does not see is not told of.
    let place = json!({ "name": "Hidden place", "folder": ours, "is_published": false });
    let place = admin.post("/api/perimeters/", place).await.expect(201).id();
    admin.patch(&at(&beta, ""), json!({ "perimeter": place })).await.expect(200);
    let seen = reader.get(&report(&framework)).await.expect(200);
    assert_eq!(seen.json["audits"][0]["perimeter"], Value::Null, "{}", seen.text);
    let seen = admin.get(&report(&framework)).await.expect(200).json;
    assert_eq!(seen["audits"][1]["perimeter"], json!({ "str": "Ours/Hidden place", "id": place }));

    // Respondents are told of their rows alone, and of nothing that is hidden from them.
    let respondent = app.person("asked@example.org", Some("Ours - Respondent")).await;
    assert_eq!(respondent.get(&report(&framework)).await.expect(200).json["audits"], json!([]));
    let actor = actor_of(&app, "asked@example.org").await;
    let body = json!({ "compliance_assessment": alpha, "folder": ours, "actor": [actor],
                       "requirement_assessments": [row(admin, &alpha, "1.1").await] });
    admin.post("/api/requirement-assignments/", body).await.expect(201);
    let seen = respondent.get(&report(&framework)).await.expect(200).json;
    let one = &seen["audits"][0];
    assert_eq!((&one["id"], &one["total_assessable"]), (&json!(alpha), &json!(1)));
    assert_eq!((&one["results"], &one["compliance"]), (&results([0, 0, 0, 1, 0]), &json!(100)));
    assert_eq!(one["implementation_score"], Value::Null, "scores are for auditors");
    assert_eq!(one["sections"].as_object().map(serde_json::Map::len), Some(1));
    admin.patch(&at(&alpha, ""), hiding(&["result", "status"])).await.expect(200);
    let seen = respondent.get(&report(&framework)).await.expect(200).json;
    let one = &seen["audits"][0];
    assert_eq!((&one["results"], &one["compliance"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&one["progress"], &one["implementation_score"]),
        (&json!(100), &json!(3.0)),
        "by the score, which is shown now"
    );
    assert_eq!(rows(&respondent, &alpha).await.len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_speaks_the_language_of_its_reader() {
    let app = TestApp::start().await;
    let plain = "ref_id: \"1\", name: Section 1}";
    let file = standard("tongue", 1);
    assert!(file.contains(plain));
    let file = file.replace(plain, "ref_id: \"1\", name: Section 1, translations: {fr: {name: Première partie}}}");
    let framework = framework(&app, "tongue", file).await;
    let admin = app.admin();
    let french = admin.request("GET", &report(&framework)).header("accept-language", "fr");
    let french = admin.send(french).await.expect(200);
    assert_eq!(french.json["framework"]["sections"][0]["name"], "Première partie");
    assert_eq!(french.json["framework"]["sections"][1]["name"], "Section 2", "what nobody has translated stays");
    assert_eq!(french.json["audits"], json!([]));
    let english = admin.get(&report(&framework)).await.expect(200);
    assert_eq!(english.json["framework"]["sections"][0]["name"], "Section 1");
    app.stop().await;
}
