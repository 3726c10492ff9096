//! Requirement nodes: sections and requirements of a framework.

use super::{READ, document, labels, question};
use crate::compliance;
use engine::declare::{
    Choices, Columns, Resource, Scope, Shape, boolean, choice, computed, created_at, folder, get, integer,
    is_published, long_text, number, reference, references, text, updated_at,
};
use engine::read::Reading;
use engine::{ApiError, Verb};
use uuid::Uuid;

const IMPORTANCE: Choices = &[
    ("mandatory", "Mandatory"),
    ("recommended", "Recommended"),
    ("nice_to_have", "Nice to have"),
    ("undefined", "Undefined"),
];
const DISPLAY_MODES: Choices = &[("default", "Default"), ("splash", "Splash")];

/// A node of a framework.
pub fn requirement_node() -> Resource {
    let whole = |name| integer(name, i64::MIN, i64::MAX).read_only();
    Resource::new("requirement-nodes", "requirementnode")
        .scope(Scope::Folder)
        .called("RequirementNode", "RequirementNode", "RequirementNodes")
        .module("catalog")
        .label(labels::NAME, "name")
        .referred_to_as(labels::SHORT)
        .ordered_by(&["created_at", "order_id"])
        .field(super::name().nullable().read_only())
        .field(super::description().read_only())
        .field(super::annotation().read_only())
        .field(references("reference_controls", "reference-controls").read_only())
        .field(references("threats", "threats").read_only())
        .field(text("display_short").derived(labels::SHORT).only(READ))
        .field(text("display_long").derived(labels::LONG).only(READ))
        .field(computed("questions", "questions", "object", |reading, ids| Box::pin(questions(reading, ids))))
        .field(long_text("typical_evidence").nullable().translated().read_only())
        .field(created_at().only(READ))
        .field(updated_at().only(READ))
        .field(is_published("true").read_only())
        .field(super::urn().search())
        .field(super::ref_id().read_only())
        .field(super::provider().read_only())
        .field(super::locale())
        .field(super::default_locale())
        .field(text("parent_urn").nullable().max(255).read_only())
        .field(whole("order_id").nullable().order())
        .field(document("implementation_groups").nullable())
        .field(boolean("assessable").read_only().filter())
        .field(whole("weight").default("1"))
        .field(choice("importance", IMPORTANCE).as_code().read_only().default("\"undefined\""))
        .field(choice("display_mode", DISPLAY_MODES).as_code().read_only().default("\"default\""))
        .field(long_text("visibility_expression").nullable().read_only())
        .field(whole("min_score").nullable())
        .field(whole("max_score").nullable())
        .field(text("scores_definition_ref").nullable().max(100).read_only())
        .field(number("target_score").nullable().read_only())
        .field(folder().read_only().bare())
        .field(reference("framework", "frameworks").cascade().bare().read_only().filter())
        .field(super::translations().only(&[Shape::Write]))
        .read_only()
        .part()
        .action(get("inspect_requirement").on_item().needs(Verb::View).run(|call| Box::pin(compliance::inspect(call))))
}

/// Questions by urn, in the order of the file.
async fn questions(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    Ok(Columns::from([("questions", question::of_nodes(reading, ids).await?)]))
}
