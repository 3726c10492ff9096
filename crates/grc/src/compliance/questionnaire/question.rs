//! The questions of one requirement, read from the form in which requirements show them.

use super::verdict::Verdict;
use crate::library::{Condition, QuestionType};
use serde_json::{Map, Value};

/// All questions of a requirement, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questionnaire {
    questions: Vec<Question>,
}

/// One question, as far as its answer decides something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its urn.
    pub urn: String,
    /// How it is answered.
    pub kind: QuestionType,
    /// What may be chosen.
    pub choices: Vec<Choice>,
    /// When it is asked; always when absent.
    pub depends_on: Option<DependsOn>,
}

/// One thing that may be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Its urn.
    pub urn: String,
    /// What it adds to the score.
    pub add_score: Option<i64>,
    /// The result that it speaks for; neutral when absent.
    pub result: Option<Verdict>,
    /// Implementation groups that it switches on.
    pub groups: Vec<String>,
}

/// When a question is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependsOn {
    /// The urn of the question that decides: another one of the same requirement.
    pub question: String,
    /// The answers that count: urns of choices, or plain values.
    pub answers: Vec<String>,
    /// How many of them it takes.
    pub condition: Condition,
}

impl Questionnaire {
    /// From questions in their order. Of two with the same urn, the first counts.
    pub fn new(questions: Vec<Question>) -> Self {
        let mut kept: Vec<Question> = Vec::with_capacity(questions.len());
        for question in questions {
            if kept.iter().all(|before| before.urn != question.urn) {
                kept.push(question);
            }
        }
        Self { questions: kept }
    }

    /// From the map that requirements show: `{urn: {type, choices, depends_on, …}}`, or null.
    pub fn read(shown: &Value) -> Self {
        let Some(map) = shown.as_object() else { return Self::default() };
        Self::new(map.iter().filter_map(|(urn, question)| Question::read(urn, question.as_object()?)).collect())
    }

    /// The questions in their order.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// A question by urn.
    pub fn get(&self, urn: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.urn == urn)
    }
}

impl Question {
    fn read(urn: &str, shown: &Map<String, Value>) -> Option<Self> {
        let kind = QuestionType::parse(shown.get("type")?.as_str()?)?;
        let choices = shown.get("choices").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Some(Self {
            urn: urn.to_owned(),
            kind,
            choices: choices.iter().filter_map(Choice::read).collect(),
            depends_on: shown.get("depends_on").and_then(DependsOn::read),
        })
    }

    /// A choice by urn.
    pub fn choice(&self, urn: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.urn == urn)
    }
}

impl Choice {
    fn read(shown: &Value) -> Option<Self> {
        Some(Self {
            urn: shown.get("urn")?.as_str()?.to_owned(),
            add_score: shown.get("add_score").and_then(Value::as_i64),
            result: shown.get("compute_result").and_then(Verdict::read),
            groups: texts(shown.get("select_implementation_groups")),
        })
    }
}

impl DependsOn {
    fn read(shown: &Value) -> Option<Self> {
        let condition = match shown.get("condition").and_then(Value::as_str) {
            Some("all") => Condition::All,
            _ => Condition::Any,
        };
        let question = shown.get("question")?.as_str()?.to_owned();
        Some(Self { question, answers: texts(shown.get("answers")), condition })
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
