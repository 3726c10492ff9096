//! Labels that people filter by. Anyone who may add one anywhere adds it for everybody.

use engine::ApiError;
use engine::declare::{Resource, Scope, Unique, created_at, folder, is_published, path, text, updated_at};
use engine::write::Saving;
use serde_json::{Value, json};

/// A label.
pub fn filtering_label() -> Resource {
    Resource::new("filtering-labels", "filteringlabel")
        .scope(Scope::Root)
        .called("FilteringLabel", "Filtering label", "Filtering labels")
        .module("organisation")
        .label("{t}.label", "label")
        .ordered_by(&["label"])
        .field(path())
        .field(text("label").required().max(100).search().filter().order().column())
        .field(folder().read_only().only(super::READ))
        .field(created_at())
        .field(updated_at())
        .field(is_published("true").read_only().only(super::READ))
        .unique(Unique { field: "label", in_folder: true, on_update: false, refusal: taken })
        .before_save(|saving| Box::pin(check(saving)))
}

fn taken(label: &str) -> Value {
    json!({ "label": crate::refusals::taken(label) })
}

/// Labels are sent as lists in queries, so they hold no separators.
async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.text("label").is_some_and(|label| label.contains([' ', ','])) {
        saving.errors.add("label", "invalidLabel");
    }
    Ok(())
}
