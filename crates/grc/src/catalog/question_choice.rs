//! Choices of a question.

use super::{READ, document};
use engine::declare::{
    Resource, Scope, created_at, folder, integer, is_published, long_text, reference, text, updated_at,
};

/// What an answer calls it: `1: Yes`.
const REFERENCE: &str =
    "COALESCE(NULLIF({t}.ref_id, ''), CAST({t}.position + 1 AS TEXT)) || ': ' || COALESCE({t}.value, {t}.urn, '')";

/// One thing that may be chosen.
pub fn question_choice() -> Resource {
    Resource::new("question-choices", "questionchoice")
        .scope(Scope::Folder)
        .called("QuestionChoice", "Question choice", "Question choices")
        .module("catalog")
        .label("COALESCE({t}.value, {t}.urn, '')", "value")
        .referred_to_as(REFERENCE)
        .ordered_by(&["created_at", "order"])
        .field(integer("add_score", i64::MIN, i64::MAX).nullable().read_only())
        .field(long_text("annotation").nullable().translated().read_only())
        .field(text("color").nullable().max(50).read_only())
        .field(text("compute_result").nullable().max(100).read_only())
        .field(created_at().only(READ))
        .field(long_text("description").nullable().translated().read_only())
        .field(folder().read_only())
        .field(is_published("true").read_only())
        .field(integer("order", i64::MIN, i64::MAX).kept_in("position").read_only().order())
        .field(reference("question", "questions").cascade().bare().read_only().filter())
        .field(text("ref_id").nullable().max(100).read_only().filter())
        .field(document("select_implementation_groups").nullable())
        .field(super::translations())
        .field(updated_at().only(READ))
        .field(text("urn").nullable().max(255).read_only().filter())
        .field(long_text("value").nullable().translated().read_only().search().column())
        .read_only()
        .part()
}
