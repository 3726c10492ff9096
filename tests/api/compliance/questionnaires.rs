//! Answers to the questions of a requirement, and what follows from them.

use super::files::{asking, audit, framework, row};
use super::shelf::{Audit, load, node, questions};
use blackbox::TestApp;
use serde_json::{Value, json};

const SCORES: [&str; 3] = ["score", "is_scored", "documentation_score"];

struct Asked {
    app: TestApp,
    audit: Audit,
}

/// An audit of the framework with questions; scores are in sight.
async fn asked(rest: Value) -> Asked {
    let app = TestApp::start().await;
    load(&app, questions("asked")).await;
    let folder = app.domain("Ours", None).await;
    let open = json!({ "auditor": "edit", "respondent": "edit" });
    let visible: serde_json::Map<String, Value> =
        SCORES.iter().map(|field| ((*field).to_owned(), open.clone())).collect();
    let mut body = json!({ "field_visibility": visible });
    for (key, value) in rest.as_object().expect("an object") {
        body[key] = value.clone();
    }
    let audit = Audit::make(&app, "Asked", "asked", &folder, body).await;
    Asked { app, audit }
}

fn question(number: u32) -> String {
    format!("{}:question:{number}", node("asked", "r1"))
}

fn choice(question_number: u32, number: u32) -> String {
    format!("{}:choice:{number}", question(question_number))
}

fn chosen(first: u32, second: &[u32], fourth: Option<u32>) -> Value {
    let mut answers = json!({
        question(1): choice(1, first),
        question(2): second.iter().map(|number| choice(2, *number)).collect::<Vec<_>>(),
        question(3): "x",
    });
    if let Some(number) = fourth {
        answers[question(4)] = json!(choice(4, number));
    }
    answers
}

impl Asked {
    async fn answer(&self, answers: Value) -> Value {
        let path = self.audit.row("r1");
        self.app.admin().patch(&path, json!({ "answers": answers })).await.expect(200);
        self.row().await
    }

    async fn row(&self) -> Value {
        self.app.admin().get(&self.audit.row("r1")).await.expect(200).json
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_and_results_follow_from_complete_answers() {
    let asked = asked(json!({})).await;
    let before = asked.row().await;
    let empty = json!({ question(1): null, question(2): [], question(3): null, question(4): null });
    assert_eq!(before["answers"], empty);
    let numbers = |row: &Value| (row["score"].clone(), row["is_scored"].clone(), row["result"].clone());
    let scored = |score: i64, result: &str| (json!(score), json!(true), json!(result));

    let row = asked.answer(json!({ question(1): choice(1, 5), question(2): [choice(2, 1)] })).await;
    assert_eq!(numbers(&row), (json!(null), json!(false), json!("not_assessed")), "the text is missing");
    let row = asked.answer(json!({ question(3): "x" })).await;
    assert_eq!(numbers(&row), scored(3, "compliant"), "absent questions keep their answers");
    assert_eq!(row["answers"][question(1)], json!(choice(1, 5)));

    for (first, second, fourth, expected) in [
        (1, &[1, 2][..], Some(1), scored(3, "partially_compliant")),
        (1, &[1, 2], Some(2), scored(1, "compliant")),
        (3, &[1], None, scored(0, "partially_compliant")),
        (6, &[1], None, scored(0, "partially_compliant")),
        (4, &[1], None, scored(1, "compliant")),
        (2, &[1], None, scored(1, "partially_compliant")),
        (3, &[3], None, scored(2, "non_compliant")),
    ] {
        let row = asked.answer(chosen(first, second, fourth)).await;
        assert_eq!(numbers(&row), expected, "{first} {second:?} {fourth:?}");
    }
    // The fourth was answered before; now it is hidden, kept and without effect.
    let row = asked.answer(json!({ question(1): choice(1, 5), question(2): [choice(2, 1)] })).await;
    assert_eq!(numbers(&row), scored(3, "compliant"));
    assert_eq!(row["answers"][question(4)], json!(choice(4, 2)));
    // A verdict is wiped once something is missing again.
    let row = asked.answer(json!({ question(3): "" })).await;
    assert_eq!(numbers(&row), (json!(null), json!(false), json!("not_assessed")));
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sum_stays_on_the_scale() {
    let asked = asked(json!({ "score_calculation_method": "sum", "max_score": 4 })).await;
    let row = asked.answer(chosen(1, &[1], Some(2))).await;
    assert_eq!(row["score"], json!(3));
    let row = asked.answer(chosen(1, &[1, 2, 3], Some(1))).await;
    assert_eq!(row["score"], json!(4));
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_is_left_out() {
    let asked = asked(json!({})).await;
    let before = asked.answer(chosen(1, &[1], Some(2))).await["answers"].clone();
    let unfit =
        json!({ "urn:nobody:asked": "x", question(1): [choice(1, 2)], question(2): choice(2, 1), question(3): 5 });
    assert_eq!(asked.answer(unfit).await["answers"], before);
    let cleared = asked.answer(json!({ question(1): "urn:no:choice" })).await;
    assert_eq!((&cleared["answers"][question(1)], &cleared["result"]), (&json!(null), &json!("not_assessed")));
    for no_map in [json!([]), json!("x"), json!(5)] {
        let refused = asked.app.admin().patch(&asked.audit.row("r1"), json!({ "answers": no_map })).await.expect(400);
        let sentence = "Answers must be a JSON object mapping question URNs to values.";
        assert_eq!(refused.json, json!({ "answers": [sentence] }));
    }
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn computed_values_win_over_said_ones() {
    let asked = asked(json!({})).await;
    let path = asked.audit.row("r1");
    let body = json!({ "answers": chosen(5, &[1], None), "score": 9, "result": "non_compliant" });
    asked.app.admin().patch(&path, body).await.expect(200);
    let row = asked.row().await;
    assert_eq!((&row["score"], &row["result"]), (&json!(3), &json!("compliant")));
    // A result alone is taken until the next answer; a score is not.
    asked
        .app
        .admin()
        .patch(&path, json!({ "result": "non_compliant", "score": 9, "is_scored": false }))
        .await
        .expect(200);
    let row = asked.row().await;
    assert_eq!((&row["score"], &row["is_scored"], &row["result"]), (&json!(3), &json!(true), &json!("non_compliant")));
    let row = asked.answer(json!({ question(3): "y" })).await;
    assert_eq!(row["result"], json!("compliant"));
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_select_groups_and_move_progress() {
    let asked = asked(json!({})).await;
    let audit = || async { asked.app.admin().get(&asked.audit.path("")).await.expect(200).json };
    let before = audit().await;
    assert_eq!((&before["selected_implementation_groups"], &before["answers_progress"]), (&json!(["Bn"]), &json!(0)));
    asked.answer(chosen(5, &[1], None)).await;
    assert_eq!(audit().await["answers_progress"], json!(100), "three of three that are asked");
    asked.answer(json!({ question(1): choice(1, 6) })).await;
    let after = audit().await;
    assert_eq!(after["selected_implementation_groups"], json!(["Bn", "Xn"]));
    assert_eq!(after["answers_progress"], json!(75), "another requirement asks one more");
    asked.answer(json!({ question(1): choice(1, 1) })).await;
    let after = audit().await;
    assert_eq!((&after["selected_implementation_groups"], &after["answers_progress"]), (&json!(["Bn"]), &json!(75)));
    // Who selects groups by hand selects nothing here.
    asked
        .app
        .admin()
        .patch(&asked.audit.path(""), json!({ "selected_implementation_groups": ["X"] }))
        .await
        .expect(200);
    assert_eq!(audit().await["selected_implementation_groups"], json!(["Bn"]));
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computed_result_takes_away_what_does_not_go_with_it() {
    let app = TestApp::start().await;
    let folder = app.domain("Ours", None).await;
    let admin = app.admin();
    let id = audit(admin, "A", &folder, &framework(&app, "said", asking("said")).await, json!({})).await;
    let path = format!("/api/requirement-assessments/{}/", row(admin, &id, "r1").await);
    let question = |number: u32| format!("{}:question:{number}", node("said", "r1"));
    let answer = |number: u32| json!({ "answers": { question(1): format!("{}:choice:{number}", question(1)), question(2): "x" } });
    let said = |row: &Value| (row["result"].clone(), row["extended_result"].clone());
    admin.patch(&path, answer(2)).await.expect(200);
    for (extended, stays) in [
        ("major_nonconformity", false),
        ("minor_nonconformity", false),
        ("observation_sensitive_point", true),
        ("opportunity_for_improvement", true),
    ] {
        admin.patch(&path, json!({ "extended_result": extended })).await.expect(200);
        admin.patch(&path, answer(1)).await.expect(200);
        let shown = admin.get(&path).await.expect(200).json;
        assert_eq!(said(&shown), (json!("compliant"), if stays { json!(extended) } else { json!(null) }), "{extended}");
        admin.patch(&path, answer(2)).await.expect(200);
    }
    admin.patch(&path, answer(1)).await.expect(200);
    admin.patch(&path, json!({ "extended_result": "good_practice" })).await.expect(200);
    admin.patch(&path, answer(2)).await.expect(200);
    let shown = admin.get(&path).await.expect(200).json;
    assert_eq!(said(&shown), (json!("non_compliant"), json!(null)));
    // What somebody types is refused as before.
    admin.patch(&path, json!({ "extended_result": "minor_nonconformity" })).await.expect(200);
    admin.patch(&path, json!({ "result": "compliant" })).await.expect(400);
    app.stop().await;
}
