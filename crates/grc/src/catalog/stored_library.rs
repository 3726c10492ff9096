//! Stored libraries: files that the server knows. Loading one makes its objects.

use super::{NOWHERE, READ, content, document, loading, tree, upload, usage, views};
use engine::Verb;
use engine::declare::{
    Resource, Scope, Shape, Takes, boolean, computed, created_at, date, folder, get, integer, is_published, post,
    references, text, updated_at,
};

/// Only in `object/`.
const OBJECT: &[Shape] = &[Shape::Write];

/// What a library may bring, in the words of the filter.
pub(super) const OBJECT_TYPES: [&str; 10] = [
    "frameworks",
    "metric_definitions",
    "preset",
    "reference_controls",
    "requirement_mapping_sets",
    "risk_matrices",
    "tactics",
    "techniques",
    "threats",
    "ttp_catalogs",
];

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
        .field(computed("reference_count", "usage", "integer", |reading, ids| Box::pin(usage::of_stored(reading, ids))))
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
        .filter("object_type", Takes::Word, |_, kind, into| views::brings(kind, into))
        .action(views::provider())
        .action(views::locale())
        .action(get("object_type").needs(Verb::View).run(|_| Box::pin(views::object_types())))
        .action(get("content").on_item().needs(Verb::View).run(|call| Box::pin(content::of_stored(call))))
        .action(get("tree").on_item().needs(Verb::View).run(|call| Box::pin(tree::of_stored(call))))
        .action(post("import").on_item().needs(Verb::Add).run(|call| Box::pin(loading::import(call))))
        .action(post("unload").on_item().needs(Verb::Delete).run(|call| Box::pin(loading::unload(call))))
        .action(post("upload").needs(Verb::Add).run(|call| Box::pin(upload::upload(call))).takes_file())
}

/// What only `object/` shows, and what is shown nowhere.
fn inside(resource: Resource) -> Resource {
    resource
        .field(document("dependencies").only(OBJECT))
        .field(
            computed("content", "content", "object", |reading, ids| Box::pin(content::stored_field(reading, ids)))
                .only(OBJECT),
        )
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
