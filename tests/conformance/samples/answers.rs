//! The recorded answers of one row, one by one.

use super::general::{By, Samples};
use blackbox::TestApp;
use serde_json::{Value, json};

const NODE: &str = "urn:bhv:risk:req_node:bhvq:r1";

/// A requirement with questions in the form of the one that was recorded.
fn library() -> String {
    let choice = |question: u32, number: u32| {
        format!("          - {{urn: \"{NODE}:question:{question}:choice:{number}\", value: c{number}}}\n")
    };
    let choices = |question: u32| [1, 2].map(|number| choice(question, number)).concat();
    let question = |number: u32, kind: &str| {
        let choices = if kind == "text" { String::new() } else { format!("          choices:\n{}", choices(number)) };
        format!("        {NODE}:question:{number}:\n          type: {kind}\n          text: Q{number}\n{choices}")
    };
    format!(
        "urn: urn:bhv:risk:library:bhvq\nlocale: en\nref_id: bhvq\nname: L bhvq\nversion: 1\nprovider: bhv\nobjects:\n  \
         framework:\n    urn: urn:bhv:risk:framework:bhvq\n    ref_id: bhv\n    name: bhvq\n    min_score: 0\n    \
         max_score: 4\n    requirement_nodes:\n    - urn: {NODE}\n      assessable: true\n      ref_id: r1\n      name: R1\n      \
         questions:\n{}{}{}{}",
        question(1, "unique_choice"),
        question(2, "multiple_choice"),
        question(3, "text"),
        question(4, "unique_choice")
    )
}

/// Plays it and compares.
pub(super) async fn compare(app: &TestApp, samples: &mut Samples) {
    let admin = app.admin();
    admin.upload("/api/stored-libraries/upload/", "library.yaml", library()).await.expect(201);
    let first = async |path: String| admin.get(&path).await.expect(200).rows()[0]["id"].clone();
    let framework = first("/api/frameworks/?urn=urn:bhv:risk:framework:bhvq".into()).await;
    let body = json!({ "name": "Answered", "framework": framework });
    let audit = admin.post("/api/compliance-assessments/", body).await.expect(201).id();
    let row = first(format!("/api/requirement-assessments/?compliance_assessment={audit}")).await;
    for (number, choice, value) in
        [(1, Some(1), None), (2, None, None), (3, None, Some("free text")), (4, Some(2), None)]
    {
        let question = first(format!("/api/questions/?urn={NODE}:question:{number}")).await;
        let mut chosen: Vec<Value> = Vec::new();
        if let Some(choice) = choice {
            chosen.push(first(format!("/api/question-choices/?urn={NODE}:question:{number}:choice:{choice}")).await);
        }
        app.wait(chrono::TimeDelta::seconds(1));
        let body = json!({
            "requirement_assessment": row, "question": question, "selected_choices": chosen, "value": value,
        });
        admin.post("/api/answers/", body).await.expect(201);
    }
    let listed = admin.get(&format!("/api/answers/?requirement_assessment={}", row.as_str().expect("an id"))).await;
    samples.compare("behaviours/answers_list", 200, By::Shape, &listed);
    let words: Vec<&Value> =
        listed.json["results"].as_array().into_iter().flatten().map(|row| &row["selected_choices"][0]["str"]).collect();
    assert_eq!(words, [&json!("1: c1"), &Value::Null, &Value::Null, &json!("2: c2")], "choices are called as recorded");
}
