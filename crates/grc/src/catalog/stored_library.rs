//! Stored libraries: files that the server knows. Loading one makes its objects.

use super::{NOWHERE, READ, document, upload};
use engine::Verb;
use engine::declare::{
    Resource, Scope, Shape, boolean, created_at, date, folder, integer, is_published, post, references, text,
    updated_at,
};

/// Only in `object/`.
const OBJECT: &[Shape] = &[Shape::Write];

/// Whether a newer version is stored than the one that is loaded.
const IS_UPDATE: &str = "EXISTS (SELECT 1 FROM loaded_libraries l WHERE l.urn = {t}.urn AND l.locale = {t}.locale AND \
     l.version < {t}.version)";
/// Whether any version is loaded.
const IS_LOADED: &str = "EXISTS (SELECT 1 FROM loaded_libraries l WHERE l.urn = {t}.urn AND l.locale = {t}.locale)";
/// The loaded one.
const LOADED: &str = "(SELECT l.id FROM loaded_libraries l WHERE l.urn = {t}.urn AND l.locale = {t}.locale)";

/// A file on the shelf.
pub fn stored_library() -> Resource {
    let resource = Resource::new("stored-libraries", "storedlibrary")
        .scope(Scope::Folder)
        .called("StoredLibrary", "stored library", "stored libraries")
        .module("catalog")
        .field(text("name").translated().read_only().search().filter().order().column())
        .field(super::description().read_only())
        .field(super::annotation().read_only().only(OBJECT))
        .field(super::urn().search().order())
        .field(super::ref_id().read_only())
        .field(super::locale().filter().order().column())
        .field(integer("version", 0, i64::MAX).read_only().filter().order().column())
        .field(text("packager").nullable().max(100).read_only().search().filter().order())
        .field(super::provider().read_only().search())
        .field(date("publication_date").read_only().order().column())
        .field(boolean("builtin").read_only().filter())
        .field(document("objects_meta"))
        .field(boolean("is_loaded").derived(IS_LOADED).filter().column())
        .field(boolean("is_update").derived(IS_UPDATE).only(READ).filter())
        .field(document("locales"))
        .field(text("loaded_library").nullable().derived(LOADED).only(READ))
        .field(text("copyright").nullable().max(4096).translated().read_only())
        .field(boolean("is_preset").read_only().only(READ).filter())
        .field(document("profile").nullable().only(READ))
        .field(document("scaffolded_objects").nullable().only(READ))
        .field(references("filtering_labels", "filtering-labels").read_only().filter());
    inside(resource)
        .found_by("urn")
        .missing_says("Library not found.")
        .read_only()
        .operations(|offered| (offered.delete, offered.batch) = (true, true))
        .action(post("upload").needs(Verb::Add).run(|call| Box::pin(upload::upload(call))).takes_file())
}

/// What only `object/` shows, and what is shown nowhere.
fn inside(resource: Resource) -> Resource {
    resource
        .field(document("dependencies").only(OBJECT))
        .field(text("hash_checksum").max(64).read_only().only(OBJECT))
        .field(boolean("autoload").read_only().only(OBJECT))
        .field(boolean("default_locale").read_only().only(OBJECT))
        .field(is_published("true").read_only().only(OBJECT))
        .field(folder().read_only().bare().only(OBJECT))
        .field(created_at().only(OBJECT))
        .field(updated_at().only(OBJECT))
        .field(boolean("is_custom").derived("(NOT {t}.builtin)").only(NOWHERE).filter())
        .field(super::translations().only(NOWHERE))
        // Which kinds of object it brings, between commas.
        .field(text("object_types").read_only().only(NOWHERE))
        // Of its framework: what mapping sets are called by, before anything is loaded.
        .field(text("framework_urn").nullable().read_only().only(NOWHERE))
        .field(document("framework").nullable().only(NOWHERE))
}
