//! What holds for any questions and any answers.

use super::verdict::Verdict;
use super::{Answers, Choice, DependsOn, Method, Question, Questionnaire, Scale};
use crate::library::{Condition, QuestionType};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const QUESTIONS: usize = 5;

fn urn(question: usize) -> String {
    format!("q{question}")
}

fn choice_urn(question: usize, choice: usize) -> String {
    format!("q{question}:{choice}")
}

fn verdict() -> impl Strategy<Value = Option<Verdict>> {
    use Verdict::{Compliant, NonCompliant, NotApplicable, Partial};
    prop::sample::select(vec![None, Some(Compliant), Some(Partial), Some(NonCompliant), Some(NotApplicable)])
}

fn question(number: usize) -> impl Strategy<Value = Question> {
    let kind = prop::sample::select(vec![
        QuestionType::UniqueChoice,
        QuestionType::MultipleChoice,
        QuestionType::Text,
        QuestionType::Number,
    ]);
    let choice = (prop::option::of(-20..20_i64), verdict(), vec(prop::sample::select(vec!["A", "B"]), 0..2));
    let depends_on = prop::option::of((0..QUESTIONS, vec(0..4_usize, 0..3), any::<bool>()));
    (kind, vec(choice, 1..4), depends_on).prop_map(move |(kind, choices, depends_on)| Question {
        urn: urn(number),
        kind,
        choices: choices
            .into_iter()
            .enumerate()
            .map(|(index, (add_score, result, groups))| Choice {
                urn: choice_urn(number, index),
                add_score,
                result,
                groups: groups.into_iter().map(str::to_owned).collect(),
            })
            .collect(),
        depends_on: depends_on.map(|(on, answers, all)| DependsOn {
            question: urn(on),
            answers: answers.into_iter().map(|choice| choice_urn(on, choice)).collect(),
            condition: if all { Condition::All } else { Condition::Any },
        }),
    })
}

fn questionnaire() -> impl Strategy<Value = Vec<Question>> {
    (question(0), question(1), question(2), question(3), question(4)).prop_map(|(a, b, c, d, e)| vec![a, b, c, d, e])
}

/// A value that may or may not fit the question.
fn value(number: usize) -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (0..5_usize).prop_map(move |choice| json!(choice_urn(number, choice))),
        4 => vec(0..5_usize, 0..4).prop_map(move |choices| json!(choices.into_iter().map(|c| choice_urn(number, c)).collect::<Vec<_>>())),
        1 => Just(Value::Null),
        1 => any::<i32>().prop_map(|number| json!(number)),
        1 => "[a-z ]{0,4}".prop_map(Value::String),
        1 => Just(json!({ "what": 1 })),
    ]
}

fn patch() -> impl Strategy<Value = Map<String, Value>> {
    let pairs =
        vec((0..QUESTIONS + 1).prop_flat_map(|number| value(number).prop_map(move |value| (urn(number), value))), 0..7);
    pairs.prop_map(|pairs| pairs.into_iter().collect())
}

fn merged(questionnaire: &Questionnaire, stored: &Answers, patch: &Map<String, Value>) -> Answers {
    stored.merged(questionnaire, &Value::Object(patch.clone())).expect("a map")
}

fn sorted(mut groups: Vec<String>) -> Vec<String> {
    groups.sort();
    groups
}

proptest! {
    #[test]
    fn the_order_of_questions_does_not_matter(questions in questionnaire(), patch in patch(), turned in 0..QUESTIONS, sum in any::<bool>()) {
        let method = if sum { Method::Sum } else { Method::Mean };
        let scale = Scale { min: 0, max: 10 };
        let one = Questionnaire::new(questions.clone());
        let mut order = questions;
        order.rotate_left(turned);
        order.reverse();
        for question in &mut order {
            question.choices.reverse();
        }
        let other = Questionnaire::new(order);
        let (these, those) = (merged(&one, &Answers::default(), &patch), merged(&other, &Answers::default(), &patch));
        prop_assert_eq!(one.computed(&these, scale, method), other.computed(&those, scale, method));
        prop_assert_eq!(one.asked(&these), other.asked(&those));
        prop_assert_eq!(sorted(one.triggered(&these)), sorted(other.triggered(&those)));
    }

    #[test]
    fn a_score_is_on_the_scale(questions in questionnaire(), patch in patch(), min in -5..5_i64, span in 0..20_i64, sum in any::<bool>()) {
        let questionnaire = Questionnaire::new(questions);
        let scale = Scale { min, max: min + span };
        let method = if sum { Method::Sum } else { Method::Mean };
        let answers = merged(&questionnaire, &Answers::default(), &patch);
        if let Some(Some(score)) = questionnaire.computed(&answers, scale, method).score {
            prop_assert!((scale.min..=scale.max).contains(&score));
        }
    }

    #[test]
    fn answers_to_hidden_questions_count_for_nothing(questions in questionnaire(), first in patch(), second in patch()) {
        let questionnaire = Questionnaire::new(questions);
        let scale = Scale { min: 0, max: 100 };
        let answers = merged(&questionnaire, &Answers::default(), &first);
        let visible: Vec<&str> = questionnaire.visible(&answers).into_iter().map(|question| question.urn.as_str()).collect();
        // Say anything to what is hidden, or take it back: nothing that is shown of the row changes.
        let hidden_only: Map<String, Value> =
            second.into_iter().filter(|(urn, _)| !visible.contains(&urn.as_str())).collect();
        let told = merged(&questionnaire, &answers, &hidden_only);
        // What is hidden may decide about other hidden questions, never about visible ones.
        prop_assert_eq!(questionnaire.visible(&answers), questionnaire.visible(&told));
        prop_assert_eq!(questionnaire.computed(&answers, scale, Method::Mean), questionnaire.computed(&told, scale, Method::Mean));
        prop_assert_eq!(questionnaire.triggered(&answers), questionnaire.triggered(&told));
        prop_assert_eq!(questionnaire.asked(&answers), questionnaire.asked(&told));
    }

    #[test]
    fn saying_it_twice_is_saying_it_once(questions in questionnaire(), patch in patch()) {
        let questionnaire = Questionnaire::new(questions);
        let once = merged(&questionnaire, &Answers::default(), &patch);
        prop_assert_eq!(&merged(&questionnaire, &once, &patch), &once);
        // What is shown can be sent back, and what is stored can be read.
        let shown = once.shown(&questionnaire);
        prop_assert_eq!(&merged(&questionnaire, &once, shown.as_object().expect("a map")), &once);
        prop_assert_eq!(&Answers::stored(&once.to_json()), &once);
    }

    #[test]
    fn an_incomplete_row_is_not_assessed(questions in questionnaire(), patch in patch()) {
        let questionnaire = Questionnaire::new(questions);
        let answers = merged(&questionnaire, &Answers::default(), &patch);
        let asked = questionnaire.asked(&answers);
        let complete = asked.visible > 0 && asked.visible == asked.answered;
        prop_assert_eq!(questionnaire.is_complete(&answers), complete);
        let computed = questionnaire.computed(&answers, Scale { min: 0, max: 10 }, Method::Sum);
        if !complete {
            prop_assert!(computed.score.flatten().is_none() && computed.result.flatten().is_none());
        }
    }
}
