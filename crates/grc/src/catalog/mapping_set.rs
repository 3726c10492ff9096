//! Mapping sets: how the requirements of one framework answer those of another.

use super::{NOWHERE, document, mapping_graph, views};
use engine::Verb;
use engine::declare::{Field, Resource, Scope, boolean, computed, folder, get, is_published, reference, text};

/// A mapping set. Frameworks are named by urn: they need not be loaded.
pub fn mapping_set() -> Resource {
    Resource::new("requirement-mapping-sets", "requirementmappingset")
        .scope(Scope::Folder)
        .called("RequirementMappingSet", "Requirement mapping set", "Requirement mapping sets")
        .module("catalog")
        .field(end("source_framework", "object"))
        .field(end("target_framework", "object"))
        .field(end("frameworks_available", "boolean"))
        .field(folder().read_only())
        .field(super::name().read_only())
        .field(super::description().read_only())
        .field(super::ref_id().read_only())
        .field(text("urn").max(255).read_only().search().filter())
        .field(super::provider().read_only())
        .field(boolean("builtin").read_only())
        .field(super::locale())
        .field(boolean("default_locale").read_only())
        .field(is_published("true").read_only())
        .field(super::translations())
        .field(text("source_framework_urn").max(255).read_only().only(NOWHERE))
        .field(text("target_framework_urn").max(255).read_only().only(NOWHERE))
        // `[[source urn, target urn, relationship, strength, rationale, annotation]]`, in the order of the file.
        .field(document("rules").only(NOWHERE))
        .field(reference("library", "loaded-libraries").cascade().read_only().only(NOWHERE))
        .read_only()
        .one_shape()
        .action(views::provider())
        .action(get("graph-data").needs(Verb::View).run(|call| Box::pin(mapping_graph::of_frameworks(call))))
        .action(get("graph_data").on_item().needs(Verb::View).run(|call| Box::pin(mapping_graph::of_set(call))))
}

/// A field about the two frameworks.
fn end(name: &'static str, schema: &'static str) -> Field {
    computed(name, "ends", schema, |reading, ids| Box::pin(mapping_graph::ends(reading, ids)))
}
