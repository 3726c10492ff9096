//! Questions about a requirement.

use super::{READ, document};
use engine::declare::{
    Choices, Resource, Scope, choice, created_at, folder, integer, is_published, long_text, reference, text, updated_at,
};

const TYPES: Choices = &[
    ("text", "Text"),
    ("number", "Number"),
    ("boolean", "Boolean"),
    ("unique_choice", "Unique choice"),
    ("multiple_choice", "Multiple choice"),
    ("date", "Date"),
];

/// A question.
pub fn question() -> Resource {
    Resource::new("questions", "question")
        .scope(Scope::Folder)
        .called("Question", "Question", "Questions")
        .module("catalog")
        .label("COALESCE({t}.text, {t}.urn)", "text")
        .ordered_by(&["created_at", "order"])
        .field(long_text("annotation").nullable().translated().read_only())
        .field(document("config").nullable())
        .field(created_at().only(READ))
        .field(document("depends_on").nullable())
        .field(folder().read_only())
        .field(is_published("true").read_only())
        .field(integer("order", i64::MIN, i64::MAX).kept_in("position").read_only().order())
        .field(text("ref_id").nullable().max(100).read_only().filter())
        .field(reference("requirement_node", "requirement-nodes").cascade().bare().read_only().filter())
        .field(long_text("text").nullable().translated().read_only().search().column())
        .field(super::translations())
        .field(choice("type", TYPES).as_code().read_only().filter().column())
        .field(updated_at().only(READ))
        .field(text("urn").max(255).read_only().filter())
        .field(integer("weight", i64::MIN, i64::MAX).read_only().default("1"))
        .read_only()
        .part()
}
