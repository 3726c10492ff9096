//! Frameworks: requirements in a tree, a scale, implementation groups.

use super::{NOWHERE, document, labels};
use engine::declare::{
    Resource, Scope, boolean, created_at, folder, integer, is_published, reference, text, updated_at,
};

/// Whether a newer version of its library is stored.
const HAS_UPDATE: &str = "EXISTS (SELECT 1 FROM loaded_libraries l JOIN stored_libraries s ON s.urn = l.urn AND \
     s.locale = l.locale AND s.version > l.version WHERE l.id = {t}.library_id)";

/// A framework.
pub fn framework() -> Resource {
    Resource::new("frameworks", "framework")
        .scope(Scope::Folder)
        .called("Framework", "Framework", "Frameworks")
        .module("catalog")
        .referred_to_as(labels::BY_PROVIDER)
        .field(super::name().read_only())
        .field(super::description().read_only())
        .field(super::annotation().read_only())
        .field(folder().read_only())
        .field(reference("library", "loaded-libraries").with(&["name", "urn"]).cascade().read_only().filter())
        .field(boolean("is_dynamic").read_only())
        .field(boolean("has_update").derived(HAS_UPDATE))
        .field(document("scores_definition").nullable())
        .field(document("implementation_groups_definition").nullable())
        .field(created_at())
        .field(updated_at())
        .field(is_published("true").read_only())
        .field(super::urn())
        .field(super::ref_id().read_only())
        .field(super::provider().read_only())
        .field(super::locale())
        .field(super::default_locale())
        .field(integer("min_score", i64::MIN, i64::MAX).read_only())
        .field(integer("max_score", i64::MIN, i64::MAX).read_only())
        .field(document("outcomes_definition"))
        .field(document("field_visibility"))
        .field(text("urn_namespace").max(50).read_only().default("\"custom\""))
        .field(super::translations().only(NOWHERE))
        .read_only()
        .one_shape()
        .operations(|offered| offered.names = true)
}
