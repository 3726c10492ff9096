//! Reference controls: models of controls, from a library or one's own.

use super::{NOWHERE, labels, own, views};
use crate::controls;
use crate::controls::words::{CATEGORY, CSF_FUNCTION};
use engine::Verb;
use engine::declare::{
    Resource, Scope, Shape, Unique, choice, created_at, folder, get, is_published, json, path, post, reference,
    references, reverse, updated_at,
};
use serde_json::Value;

/// A reference control.
pub fn reference_control() -> Resource {
    Resource::new("reference-controls", "referencecontrol")
        .scope(Scope::Folder)
        .called("ReferenceControl", "Reference control", "Reference controls")
        .module("catalog")
        .referred_to_as(labels::SHORT)
        .field(super::name().required())
        .field(super::description())
        .field(super::annotation())
        .field(path())
        .field(folder())
        .field(reference("library", "loaded-libraries").with(&["name"]).cascade().read_only().filter())
        .field(references("filtering_labels", "filtering-labels").filter())
        .field(reverse("findings", "findings", "reference_controls").only(&[Shape::Write]).filter())
        .field(created_at())
        .field(updated_at())
        .field(super::urn().search())
        .field(super::ref_id())
        .field(super::provider())
        .field(super::locale())
        .field(super::default_locale())
        .field(choice("category", CATEGORY).as_code().nullable().filter().order().column())
        .field(choice("csf_function", CSF_FUNCTION).as_code().nullable().filter().order().column())
        .field(json("typical_evidence", "json", check_evidence).nullable())
        .field(is_published("true"))
        .field(super::translations().only(NOWHERE))
        .travels()
        .unique(Unique { field: "name", in_folder: true, on_update: false, refusal: crate::refusals::name_taken })
        .before_save(|saving| Box::pin(own::keep_as_brought(saving)))
        .before_delete(|saving| Box::pin(own::goes_with_library(saving)))
        .action(views::provider())
        .action(
            get("syncable-applied-controls").on_item().needs(Verb::View).run(|call| Box::pin(controls::syncable(call))),
        )
        // What changes are controls; each of them asks whether the caller may.
        .action(post("sync-applied-controls").on_item().needs(Verb::View).run(|call| Box::pin(controls::sync_all(call))))
}

/// What would prove it: a list of texts. An empty object says as much as an empty list.
fn check_evidence(value: &Value) -> Result<(), Vec<String>> {
    match value {
        Value::Array(list) if list.iter().all(Value::is_string) => Ok(()),
        Value::Object(none) if none.is_empty() => Ok(()),
        _ => Err(vec!["Typical evidence is a list of texts.".into()]),
    }
}
