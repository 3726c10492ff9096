//! Questions of a requirement, with their choices and conditions.

use super::{Choice, DependsOn, Translations};
use crate::library::problem::Kind;
use crate::library::reading::{Fields, Reading};
use crate::library::yaml::{NodeId, Position, Shape};
use serde_json::Value;

/// A question about one requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Where it begins in the file.
    pub at: Position,
    /// Its urn, in lower case: the key under which it stands.
    pub urn: String,
    /// Its short name.
    pub ref_id: Option<String>,
    /// How it is answered.
    pub kind: QuestionType,
    /// The question.
    pub text: String,
    /// A remark of the author.
    pub annotation: Option<String>,
    /// Its weight, 1 unless given.
    pub weight: i64,
    /// What may be chosen.
    pub choices: Vec<Choice>,
    /// When it is asked; always when absent.
    pub depends_on: Option<DependsOn>,
    /// Settings of the widget, as the file has them.
    pub config: Option<Value>,
    /// The same in other languages.
    pub translations: Translations,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuestionType {
    /// Free text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// One of the choices.
    UniqueChoice,
    /// Any of the choices.
    MultipleChoice,
    /// A date.
    Date,
}

impl QuestionType {
    const ALL: [Self; 6] =
        [Self::Text, Self::Number, Self::Boolean, Self::UniqueChoice, Self::MultipleChoice, Self::Date];

    /// The type of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == word)
    }

    /// Its word in files and on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::UniqueChoice => "unique_choice",
            Self::MultipleChoice => "multiple_choice",
            Self::Date => "date",
        }
    }

    /// Whether one chooses.
    pub fn has_choices(self) -> bool {
        matches!(self, Self::UniqueChoice | Self::MultipleChoice)
    }
}

impl Question {
    /// Takes `questions`: a map from urn to question.
    pub(super) fn read_all(fields: &mut Fields<'_, '_, '_>) -> Vec<(NodeId, Self)> {
        let Some(node) = fields.value("questions") else { return Vec::new() };
        let reading = &mut *fields.reading;
        let document = reading.document;
        if !matches!(document.node(node).shape, Shape::Map(_)) {
            let message = "questions are a map from urn to question: \"urn:…:question:1\": {type: …, text: …}";
            reading.problem(node, None, Kind::BadValue, message);
        }
        let pairs = document.pairs(node);
        pairs.filter_map(|(key, value)| Some((value, Self::read(reading, key, value)?))).collect()
    }

    fn read(reading: &mut Reading<'_, '_>, key: NodeId, node: NodeId) -> Option<Self> {
        let urn = reading.urn(key);
        let mut fields = reading.fields(node)?;
        if urn.is_none() {
            fields.problem(None, Kind::MissingUrn, "a question needs a urn. Write it as the key before the question");
        }
        let kind = kind(&mut fields);
        let question = Self {
            at: fields.at(),
            urn: urn.unwrap_or_default(),
            ref_id: fields.text("ref_id"),
            kind: kind.unwrap_or(QuestionType::Text),
            text: fields.text("text").unwrap_or_default(),
            annotation: fields.text("annotation"),
            weight: fields.integer("weight").unwrap_or(1),
            choices: fields.each("choices", Choice::read),
            depends_on: fields.value("depends_on").and_then(|node| DependsOn::read(fields.reading, node)),
            config: fields.json("config"),
            translations: Translations::read(&mut fields),
        };
        fields.finish();
        Some(question)
    }
}

fn kind(fields: &mut Fields<'_, '_, '_>) -> Option<QuestionType> {
    let word = fields.text("type");
    let found = word.as_deref().and_then(QuestionType::parse);
    if found.is_none() {
        let known = QuestionType::ALL.map(QuestionType::code).join(", ");
        let (key, message) = match word {
            Some(word) => (Some("type"), format!("there is no question type {word:?}. Use one of {known}")),
            None => (None, format!("a question needs a type. Add \"type: …\" with one of {known}")),
        };
        fields.problem(key, Kind::QuestionType, message);
    }
    found
}
