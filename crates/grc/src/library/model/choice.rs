//! What may be chosen, and when a question is asked.

use super::Translations;
use crate::library::problem::Kind;
use crate::library::reading::{Fields, Reading};
use crate::library::yaml::{NodeId, Position, Shape};

/// One thing that may be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Where it begins in the file.
    pub at: Position,
    /// Its urn, in lower case.
    pub urn: String,
    /// Its short name.
    pub ref_id: Option<String>,
    /// What it says.
    pub value: String,
    /// More about it.
    pub description: Option<String>,
    /// A remark of the author.
    pub annotation: Option<String>,
    /// Colour of its mark.
    pub color: Option<String>,
    /// What it adds to the score.
    pub add_score: Option<i64>,
    /// The result that it speaks for: `compliant`, …; `true` and `false` are old spellings.
    pub compute_result: Option<String>,
    /// Implementation groups that it switches on.
    pub select_implementation_groups: Vec<String>,
    /// The same in other languages.
    pub translations: Translations,
}

/// When a question is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependsOn {
    /// The urn of the question that decides.
    pub question: String,
    /// The answers that count: urns of choices, or plain values, in lower case.
    pub answers: Vec<String>,
    /// How many of them it takes.
    pub condition: Condition,
}

/// How many answers it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Condition {
    /// One is enough.
    #[default]
    Any,
    /// All of them.
    All,
}

impl Choice {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let urn = fields.urn("urn");
        if urn.is_none() {
            fields.problem(None, Kind::MissingUrn, "a choice needs a urn. Add \"urn: …\"");
        }
        let choice = Self {
            at: fields.at(),
            urn: urn.unwrap_or_default(),
            ref_id: fields.text("ref_id"),
            value: fields.text("value").unwrap_or_default(),
            description: fields.text("description"),
            annotation: fields.text("annotation"),
            color: fields.text("color"),
            add_score: fields.integer("add_score"),
            compute_result: result(&mut fields),
            select_implementation_groups: fields.texts("select_implementation_groups"),
            translations: Translations::read(&mut fields),
        };
        fields.finish();
        Some(choice)
    }
}

/// A bare `true` is a word here.
fn result(fields: &mut Fields<'_, '_, '_>) -> Option<String> {
    let node = fields.value("compute_result")?;
    let reading = &mut *fields.reading;
    match &reading.document.node(node).shape {
        Shape::Scalar(scalar) => Some(scalar.text.to_lowercase()),
        _ => reading.text(node),
    }
}

impl DependsOn {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let question = fields.urn("question");
        if question.is_none() {
            fields.problem(None, Kind::DependsOn, "a condition needs the urn of a question. Add \"question: urn:…\"");
        }
        let answers = fields.urns("answers");
        let condition = match fields.text("condition").as_deref() {
            None | Some("any") => Condition::Any,
            Some("all") => Condition::All,
            Some(word) => {
                let message = format!("there is no condition {word:?}. Use any or all");
                fields.problem(Some("condition"), Kind::BadValue, message);
                Condition::Any
            }
        };
        fields.finish();
        Some(Self { question: question?, answers, condition })
    }
}
