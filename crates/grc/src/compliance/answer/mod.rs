//! Answers: what a row of an audit says to one question.
//!
//! What is said is one value of the row (`answers`, by urn of the question), which whole audits read at once and which
//! is written nowhere else. Here a part of it has a name: an id, a place, times. An answer that is written is written
//! as a change of its row, under the rules of the row; what a row is given gets names when it is kept.

mod named;
mod shown;
mod write;

pub(super) use named::{Of, changed, missing};

use super::assignment::names_assigned_row;
use super::{READ, WRITE};
use engine::Statement;
use engine::declare::{
    Resource, Scope, computed, created_at, folder, is_published, json as json_field, reference, references, updated_at,
};
use serde_json::Value;
use uuid::Uuid;

/// An answer is called like its question.
const LABEL: &str = "(SELECT COALESCE(q.text, q.urn) FROM questions q WHERE q.id = {t}.question_id)";

/// An answer.
pub(super) fn answer() -> Resource {
    Resource::new("answers", "answer")
        .scope(Scope::Folder)
        .called("Answer", "Answer", "Answers")
        .module("compliance")
        .label(LABEL, "question")
        .ordered_by(&["created_at"])
        .field(folder().read_only())
        .field(references("selected_choices", "question-choices").told())
        .field(computed("selected_choices", "read", "array", |reading, ids| Box::pin(shown::read(reading, ids))))
        .field(
            computed("selected_choices", "written", "array", |reading, ids| Box::pin(shown::written(reading, ids)))
                .only(WRITE),
        )
        .field(created_at().only(READ))
        .field(updated_at().only(READ))
        .field(is_published("false"))
        .field(json_field("value", "value", one).nullable().told())
        .field(computed("value", "read", "any", |reading, ids| Box::pin(shown::read(reading, ids))))
        .field(computed("value", "written", "any", |reading, ids| Box::pin(shown::written(reading, ids))).only(WRITE))
        .field(
            reference("requirement_assessment", "requirement-assessments")
                .required()
                .cascade()
                .frozen()
                .bare()
                .filter()
                .column(),
        )
        .field(reference("question", "questions").required().cascade().frozen().bare().filter().column())
        .follows(&["requirement_assessment"])
        .assigned_rows(is_assigned)
        .part()
        .before_save(|saving| Box::pin(write::check(saving)))
        .after_save(|saving| Box::pin(write::tell_row(saving)))
        .before_delete(|saving| Box::pin(write::take_back(saving)))
}

/// A text, a number or a truth; which one, the question says.
fn one(value: &Value) -> Result<(), Vec<String>> {
    match value {
        Value::Array(_) | Value::Object(_) => Err(vec!["A text, a number or a truth value is expected.".into()]),
        _ => Ok(()),
    }
}

/// Respondents see the answers of the rows that are theirs to answer.
fn is_assigned(alias: &str, user: Uuid, into: &mut Statement) {
    names_assigned_row(&format!("{alias}.requirement_assessment_id"), user, into);
}
