//! Perimeters: what an assessment is about. A label of scope, without effect on access.

use engine::ApiError;
use engine::declare::{
    Choices, IdsShape, Resource, Scope, choice, created_at, folder, is_published, long_text, path, references, text,
    updated_at,
};
use engine::write::Saving;

const LIFECYCLE: Choices = &[
    ("undefined", "Undefined"),
    ("in_design", "Design"),
    ("in_dev", "Development"),
    ("in_prod", "Production"),
    ("eol", "EndOfLife"),
    ("dropped", "Dropped"),
];

/// A perimeter.
pub fn perimeter() -> Resource {
    Resource::new("perimeters", "perimeter")
        .scope(Scope::Folder)
        .called("Perimeter", "Perimeter", "Perimeters")
        .module("organisation")
        .field(path())
        .field(text("ref_id").nullable().max(100).filter().order().column())
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable())
        .field(folder())
        .field(choice("lc_status", LIFECYCLE).default("\"in_design\"").filter().order().column())
        .field(references("default_assignee", "actors"))
        .field(references("campaigns", "campaigns").read_only().only(&[]).filter())
        .field(created_at().only(super::READ))
        .field(updated_at())
        .field(is_published("false"))
        .travels()
        .unique(engine::declare::Unique {
            field: "name",
            in_folder: true,
            on_update: false,
            refusal: crate::refusals::name_taken,
        })
        .operations(|offered| {
            offered.ids = Some(IdsShape::ByFolder);
            offered.names = true;
        })
        .before_save(|saving| Box::pin(check(saving)))
        .action(super::quality::all("perimeter"))
        .action(super::quality::one("perimeter"))
}

/// Paths are written with slashes, so a name cannot hold one.
async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.values.get("name").is_some() && saving.text("name").is_some_and(|name| name.contains('/')) {
        saving.errors.add("name", "The name cannot contain '/' for a Perimeter.");
    }
    Ok(())
}
