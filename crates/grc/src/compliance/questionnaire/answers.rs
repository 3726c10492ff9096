//! Answers: what is stored, what a PATCH makes of it, and how it is shown.

use super::{Question, Questionnaire};
use crate::library::QuestionType;
use chrono::NaiveDate;
use serde_json::{Map, Value};

/// The refusal of answers that are no map.
pub const NOT_A_MAP: &str = "Answers must be a JSON object mapping question URNs to values.";

/// Answers by urn of the question. What was not answered, or was taken back, is not in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers(Map<String, Value>);

/// What a value says to a question.
enum Said {
    /// This.
    Answer(Value),
    /// Nothing any more.
    Cleared,
    /// Something that is no answer to this question: as if it had not been said.
    Unfit,
}

impl Answers {
    /// What was stored; anything but a map holds no answer.
    pub fn stored(value: &Value) -> Self {
        let Some(map) = value.as_object() else { return Self::default() };
        Self(
            map.iter().filter(|(_, value)| !is_blank(value)).map(|(urn, value)| (urn.clone(), value.clone())).collect(),
        )
    }

    /// As it is stored.
    pub fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// The questions that have one.
    pub fn urns(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The answer to a question.
    pub fn get(&self, urn: &str) -> Option<&Value> {
        self.0.get(urn)
    }

    /// The urns of chosen choices, or the plain value, as conditions compare them.
    pub fn said(&self, urn: &str) -> Vec<String> {
        match self.get(urn) {
            Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
            Some(Value::String(text)) => vec![text.clone()],
            Some(value) => vec![value.to_string()],
            None => Vec::new(),
        }
    }

    /// These answers after a PATCH: question by question. What is unknown or of the wrong type is
    /// left out; a choice that does not exist takes the answer back; questions that are not named
    /// keep theirs. `Err` is the refusal's sentence.
    pub fn merged(&self, questionnaire: &Questionnaire, patch: &Value) -> Result<Self, &'static str> {
        let patch = patch.as_object().ok_or(NOT_A_MAP)?;
        let mut merged = self.clone();
        for (urn, value) in patch {
            let Some(question) = questionnaire.get(urn) else { continue };
            match question.understand(value) {
                Said::Answer(value) => {
                    merged.0.insert(urn.clone(), value);
                }
                Said::Cleared => {
                    merged.0.remove(urn);
                }
                Said::Unfit => {}
            }
        }
        Ok(merged)
    }

    /// How read answers show them: every question of the requirement, answered or not. Hidden
    /// questions keep and show their answer.
    pub fn shown(&self, questionnaire: &Questionnaire) -> Value {
        let shown = |question: &Question| {
            let empty = match question.kind {
                QuestionType::MultipleChoice => Value::Array(Vec::new()),
                _ => Value::Null,
            };
            (question.urn.clone(), self.get(&question.urn).cloned().unwrap_or(empty))
        };
        Value::Object(questionnaire.questions().iter().map(shown).collect())
    }
}

impl Question {
    /// Whether a value is an answer to this question, or takes one back.
    pub fn takes(&self, value: &Value) -> bool {
        !matches!(self.understand(value), Said::Unfit)
    }

    /// The answer that a value is kept as, if it is one.
    pub fn answer_of(&self, value: &Value) -> Option<Value> {
        match self.understand(value) {
            Said::Answer(answer) => Some(answer),
            Said::Cleared | Said::Unfit => None,
        }
    }

    fn understand(&self, value: &Value) -> Said {
        if is_blank(value) {
            return Said::Cleared;
        }
        match (self.kind, value) {
            (QuestionType::UniqueChoice, Value::String(urn)) => match self.choice(urn) {
                Some(_) => Said::Answer(value.clone()),
                None => Said::Cleared,
            },
            (QuestionType::MultipleChoice, Value::Array(items)) => {
                // In the order of the question, each once: the same choices are the same answer.
                let chosen = |urn: &str| items.iter().any(|item| item.as_str() == Some(urn));
                let known = self.choices.iter().filter(|choice| chosen(&choice.urn));
                let known: Vec<Value> = known.map(|choice| choice.urn.as_str().into()).collect();
                if known.is_empty() { Said::Cleared } else { Said::Answer(Value::Array(known)) }
            }
            (QuestionType::Text, Value::String(_)) | (QuestionType::Number, Value::Number(_)) => {
                Said::Answer(value.clone())
            }
            (QuestionType::Number, Value::String(text)) => match serde_json::from_str(text.trim()) {
                Ok(Value::Number(number)) => Said::Answer(Value::Number(number)),
                _ => Said::Unfit,
            },
            (QuestionType::Boolean, Value::Bool(truth)) => Said::Answer(truth.to_string().into()),
            (QuestionType::Boolean, Value::String(text)) if matches!(text.as_str(), "true" | "false") => {
                Said::Answer(value.clone())
            }
            (QuestionType::Date, Value::String(text)) if NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() => {
                Said::Answer(value.clone())
            }
            _ => Said::Unfit,
        }
    }
}

/// Nothing said: null, a blank text, an empty list.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
