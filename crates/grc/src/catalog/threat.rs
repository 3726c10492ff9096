//! Threats: what can go wrong, from a library or one's own.

use super::{NOWHERE, READ, labels, own, views};
use engine::Verb;
use engine::declare::{
    IdsShape, Resource, Scope, Shape, Unique, boolean, created_at, folder, get, is_published, path, reference,
    references, reverse, updated_at,
};

/// A threat.
pub fn threat() -> Resource {
    Resource::new("threats", "threat")
        .scope(Scope::Folder)
        .called("Threat", "Threat", "Threats")
        .module("catalog")
        .referred_to_as(labels::SHORT)
        .field(super::name().required())
        .field(super::description())
        .field(super::annotation())
        .field(path())
        .field(folder())
        .field(reference("library", "loaded-libraries").with(&["name"]).cascade().read_only().filter())
        .field(references("filtering_labels", "filtering-labels").filter())
        .field(boolean("is_legacy_ttp").read_only().only(READ))
        .field(reverse("findings", "findings", "threats").only(&[Shape::Write]).filter())
        .field(reverse("risk_scenarios", "risk-scenarios", "threats").read_only().only(NOWHERE).filter())
        .field(created_at())
        .field(updated_at())
        .field(super::urn().search())
        .field(super::ref_id())
        .field(super::provider())
        .field(super::locale())
        .field(super::default_locale())
        .field(is_published("true"))
        .field(super::translations().only(NOWHERE))
        .travels()
        .unique(Unique { field: "name", in_folder: true, on_update: false, refusal: crate::refusals::name_taken })
        .operations(|offered| offered.ids = Some(IdsShape::ByFolder))
        .before_save(|saving| Box::pin(own::keep_as_brought(saving)))
        .before_delete(|saving| Box::pin(own::goes_with_library(saving)))
        .action(views::provider())
        .action(get("threats_count").needs(Verb::View).run(|call| Box::pin(views::threats_count(call))))
}
