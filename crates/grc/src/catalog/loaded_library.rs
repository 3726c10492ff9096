//! Loaded libraries: those whose objects exist.

use super::{NOWHERE, document, labels};
use engine::declare::{
    Resource, Scope, Shape, boolean, created_at, date, folder, integer, is_published, references, text, updated_at,
};

const LIST: &[Shape] = &[Shape::List];
const ONE: &[Shape] = &[Shape::Detail, Shape::Write];

/// Whether a newer version is stored.
const HAS_UPDATE: &str = "EXISTS (SELECT 1 FROM stored_libraries s WHERE s.urn = {t}.urn AND s.locale = {t}.locale AND \
     s.version > {t}.version)";

/// A library at work.
pub fn loaded_library() -> Resource {
    Resource::new("loaded-libraries", "loadedlibrary")
        .scope(Scope::Folder)
        .called("LoadedLibrary", "loaded library", "loaded libraries")
        .module("catalog")
        .referred_to_as(labels::SHORT)
        .field(text("name").translated().read_only().search().filter().order().column())
        .field(super::description().read_only())
        .field(super::annotation().read_only().only(ONE))
        .field(text("urn").max(255).read_only().search().filter().order())
        .field(super::ref_id().read_only())
        .field(super::locale().filter().order().column())
        .field(integer("version", 0, i64::MAX).read_only().filter().order().column())
        .field(text("packager").nullable().max(100).read_only().search().filter().order())
        .field(super::provider().read_only().search())
        .field(date("publication_date").read_only().order().column())
        .field(boolean("builtin").read_only().filter())
        .field(document("objects_meta"))
        .field(document("locales"))
        .field(boolean("has_update").derived(HAS_UPDATE).only(LIST).filter().column())
        .field(text("copyright").nullable().max(4096).translated().read_only().only(ONE))
        .field(references("dependencies", "loaded-libraries").with(&["urn"]).read_only().only(ONE))
        .field(super::default_locale().only(ONE))
        .field(is_published("true").read_only().only(ONE))
        .field(folder().read_only().bare().only(ONE))
        .field(created_at().only(ONE))
        .field(updated_at().only(ONE))
        .field(super::translations().only(NOWHERE))
        .found_by("urn")
        .missing_says("Library not found.")
        .read_only()
        .operations(|offered| (offered.delete, offered.batch) = (true, true))
}
