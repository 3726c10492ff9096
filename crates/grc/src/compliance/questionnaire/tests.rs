//! The numbers that were recorded of one requirement with four questions.

use super::verdict::Verdict;
use super::{Answers, Asked, Method, NOT_A_MAP, Questionnaire, Scale, answers_progress, is_dynamic, selection};
use serde_json::{Value, json};

const TEN: Scale = Scale { min: 0, max: 10 };

fn questions() -> Questionnaire {
    let choice = |urn: &str, score: Option<i64>, result: Option<&str>, groups: &[&str]| json!({ "urn": urn, "value": urn, "add_score": score, "compute_result": result, "select_implementation_groups": groups });
    Questionnaire::read(&json!({
        "q1": { "type": "unique_choice", "text": "Q1", "choices": [
            choice("q1:1", Some(2), Some("compliant"), &[]),
            choice("q1:2", Some(1), Some("partially_compliant"), &[]),
            choice("q1:3", Some(0), Some("non_compliant"), &[]),
            choice("q1:4", None, Some("not_applicable"), &[]),
            choice("q1:5", Some(5), None, &[]),
            choice("q1:6", Some(-3), Some("non_compliant"), &["X"]),
        ] },
        "q2": { "type": "multiple_choice", "choices": [
            choice("q2:1", Some(1), Some("true"), &[]),
            choice("q2:2", Some(2), Some("compliant"), &[]),
            choice("q2:3", Some(4), Some("non_compliant"), &[]),
        ] },
        "q3": { "type": "text" },
        "q4": {
            "type": "unique_choice",
            "choices": [
                choice("q4:1", Some(10), Some("non_compliant"), &[]),
                choice("q4:2", Some(0), Some("compliant"), &[]),
            ],
            "depends_on": { "question": "q1", "answers": ["q1:1"], "condition": "any" },
        },
    }))
}

fn answers(value: &Value) -> Answers {
    Answers::default().merged(&questions(), value).expect("a map")
}

fn score(value: &Value, method: Method) -> Option<i64> {
    questions().computed(&answers(value), TEN, method).score.expect("it scores")
}

fn result(value: &Value) -> &'static str {
    questions().computed(&answers(value), TEN, Method::Mean).result_code().expect("it judges")
}

#[test]
fn the_score_is_the_truncated_mean_of_all_choices_that_score() {
    let all = json!({ "q1": "q1:1", "q2": ["q2:1", "q2:2"], "q3": "x", "q4": "q4:1" });
    assert_eq!(score(&all, Method::Mean), Some(3));
    assert_eq!(score(&json!({ "q1": "q1:3", "q2": ["q2:1"], "q3": "x" }), Method::Mean), Some(0));
    assert_eq!(score(&json!({ "q1": "q1:6", "q2": ["q2:1"], "q3": "x" }), Method::Mean), Some(0), "below the scale");
    assert_eq!(score(&json!({ "q1": "q1:4", "q2": ["q2:3"], "q3": "x" }), Method::Mean), Some(4), "c4 has no score");
    assert_eq!(score(&json!({ "q1": "q1:5", "q2": ["q2:1"], "q3": "x" }), Method::Mean), Some(3));
}

#[test]
fn the_sum_stays_on_the_scale() {
    let five = json!({ "q1": "q1:1", "q2": ["q2:1", "q2:2"], "q3": "x", "q4": "q4:2" });
    assert_eq!(score(&five, Method::Sum), Some(5));
    let fifteen = json!({ "q1": "q1:1", "q2": ["q2:1", "q2:2"], "q3": "x", "q4": "q4:1" });
    assert_eq!(score(&fifteen, Method::Sum), Some(10));
    assert_eq!(Method::of_audit("sum"), Method::Sum);
    assert_eq!(Method::of_audit("average_of_averages"), Method::Mean);
}

#[test]
fn nothing_is_computed_before_every_question_asked_has_its_answer() {
    let without_text = json!({ "q1": "q1:5", "q2": ["q2:1"] });
    assert_eq!(score(&without_text, Method::Mean), None);
    assert_eq!(result(&without_text), "not_assessed");
    assert!(!questions().is_complete(&answers(&without_text)));
    assert!(questions().is_complete(&answers(&json!({ "q1": "q1:5", "q2": ["q2:1"], "q3": "x" }))));
    // The fourth is asked when the first says so.
    assert_eq!(result(&json!({ "q1": "q1:1", "q2": ["q2:1"], "q3": "x" })), "not_assessed");
}

#[test]
fn results_come_together() {
    let of = |first: &str, second: &str| result(&json!({ "q1": first, "q2": [second], "q3": "x" }));
    assert_eq!(of("q1:4", "q2:1"), "compliant", "what does not apply says nothing beside others");
    assert_eq!(of("q1:2", "q2:1"), "partially_compliant");
    assert_eq!(of("q1:3", "q2:1"), "partially_compliant");
    assert_eq!(of("q1:3", "q2:3"), "non_compliant");
    assert_eq!(of("q1:5", "q2:1"), "compliant", "a neutral choice says nothing");
    let all = json!({ "q1": "q1:1", "q2": ["q2:1"], "q3": "x", "q4": "q4:2" });
    assert_eq!(result(&all), "compliant");
    let alone = Questionnaire::read(&json!({ "q": { "type": "unique_choice", "choices": [
        { "urn": "a", "compute_result": "not_applicable" }, { "urn": "b", "compute_result": false }, { "urn": "c" },
    ] } }));
    let code = |urn: &str| {
        let answers = Answers::default().merged(&alone, &json!({ "q": urn })).expect("a map");
        alone.computed(&answers, TEN, Method::Mean)
    };
    assert_eq!(code("a").result, Some(Some(Verdict::NotApplicable)));
    assert_eq!(code("b").result_code(), Some("non_compliant"));
    assert_eq!(code("c").result_code(), Some("not_assessed"));
    assert_eq!(code("c").score, None, "no choice scores, so people do");
}

#[test]
fn a_hidden_answer_is_kept_and_does_not_count() {
    let before = answers(&json!({ "q1": "q1:1", "q2": ["q2:1"], "q3": "x", "q4": "q4:1" }));
    let after = questions().answer(&before, &json!({ "q1": "q1:5" }), TEN, Method::Mean).expect("a map");
    assert_eq!(after.answers.get("q4"), Some(&json!("q4:1")));
    assert_eq!(after.computed.score, Some(Some(3)));
    assert_eq!(after.computed.result_code(), Some("compliant"));
    assert_eq!(questions().asked(&after.answers), Asked { visible: 3, answered: 3 });
}

#[test]
fn what_is_no_answer_is_left_out() {
    let before = answers(&json!({ "q1": "q1:1", "q2": ["q2:2"], "q3": "x" }));
    let after = |patch: Value| before.merged(&questions(), &patch).expect("a map").shown(&questions());
    let same = json!({ "q1": "q1:1", "q2": ["q2:2"], "q3": "x", "q4": null });
    assert_eq!(after(json!({})), same);
    assert_eq!(after(json!({ "nope": "q1:1", "q1": ["q1:2"], "q2": "q2:1", "q3": 5 })), same, "wrong types");
    assert_eq!(after(json!({ "q1": "q9:1" }))["q1"], json!(null), "an unknown choice clears");
    assert_eq!(after(json!({ "q2": ["q2:3", "no", "q2:1"] }))["q2"], json!(["q2:1", "q2:3"]));
    assert_eq!(after(json!({ "q2": ["no"] }))["q2"], json!([]));
    assert_eq!(
        after(json!({ "q1": null, "q2": null, "q3": " " })),
        json!({ "q1": null, "q2": [], "q3": null, "q4": null })
    );
    for no_map in [json!([]), json!("x"), json!(null), json!(3)] {
        assert_eq!(before.merged(&questions(), &no_map), Err(NOT_A_MAP));
    }
}

#[test]
fn plain_values_have_their_types() {
    let asked = Questionnaire::read(&json!({
        "n": { "type": "number" }, "b": { "type": "boolean" }, "d": { "type": "date" }, "?": { "type": "drawing" },
    }));
    let after = |patch: Value| Answers::default().merged(&asked, &patch).expect("a map").shown(&asked);
    assert_eq!(
        after(json!({ "n": 2.5, "b": "true", "d": "2026-02-28" })),
        json!({ "n": 2.5, "b": "true", "d": "2026-02-28" })
    );
    assert_eq!(after(json!({ "n": "7", "b": false })), json!({ "n": 7, "b": "false", "d": null }));
    assert_eq!(
        after(json!({ "n": "many", "b": "yes", "d": "2026-02-30" })),
        json!({ "n": null, "b": null, "d": null })
    );
}

#[test]
fn conditions_chain_and_circles_hide() {
    let condition =
        |on: &str, answers: &[&str], how: &str| json!({ "question": on, "answers": answers, "condition": how });
    let text = |depends_on: Value| json!({ "type": "text", "depends_on": depends_on });
    let asked = Questionnaire::read(&json!({
        "a": { "type": "multiple_choice", "choices": [{ "urn": "1" }, { "urn": "2" }, { "urn": "3" }] },
        "b": text(condition("a", &["1", "2"], "all")),
        "c": text(condition("b", &["go"], "any")),
        "d": text(condition("e", &["x"], "any")),
        "e": text(condition("d", &["x"], "any")),
        "f": text(condition("elsewhere", &["x"], "any")),
    }));
    let visible = |patch: Value| -> Vec<String> {
        let answers = Answers::stored(&patch);
        asked.visible(&answers).into_iter().map(|question| question.urn.clone()).collect()
    };
    assert_eq!(visible(json!({ "a": ["1"], "b": "go", "d": "x", "e": "x" })), ["a"], "c hangs on the hidden b");
    assert_eq!(visible(json!({ "a": ["1", "2", "3"], "b": "go" })), ["a", "b", "c"]);
    assert_eq!(visible(json!({ "a": ["2", "1"], "b": "stop" })), ["a", "b"]);
}

#[test]
fn answers_select_implementation_groups() {
    let definition = json!([{ "ref_id": "B", "default_selected": true }, { "ref_id": "X" }, { "ref_id": "Y" }]);
    let asked = questions();
    let chosen = asked.triggered(&answers(&json!({ "q1": "q1:6" })));
    assert_eq!(chosen, ["X"], "at once, complete or not");
    assert_eq!(selection(&definition, &chosen), ["B", "X"]);
    assert_eq!(selection(&definition, &asked.triggered(&answers(&json!({ "q1": "q1:1" })))), ["B"]);
    assert!(is_dynamic([&asked]));
    assert!(!is_dynamic([&Questionnaire::default()]));
}

#[test]
fn progress_counts_what_is_asked() {
    let asked = questions();
    let row = |value: Value| asked.asked(&answers(&value));
    assert_eq!(row(json!({ "q1": "q1:1" })), Asked { visible: 4, answered: 1 });
    assert_eq!(answers_progress(true, [row(json!({ "q1": "q1:1" })), row(json!({ "q3": "x" }))]), Some(28));
    assert_eq!(answers_progress(false, []), None);
    assert_eq!(answers_progress(true, []), Some(0));
}
