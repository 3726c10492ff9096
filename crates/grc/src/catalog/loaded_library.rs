//! Loaded libraries: those whose objects exist.

use super::{NOWHERE, content, document, labels, loading, tree, update, usage, views};
use engine::Verb;
use engine::declare::{
    Resource, Scope, Shape, Takes, boolean, computed, created_at, date, folder, get, integer, is_published, post,
    references, text, updated_at,
};

const LIST: &[Shape] = &[Shape::List];
const ONE: &[Shape] = &[Shape::Detail, Shape::Write];

/// Whether a newer version is stored.
pub(super) const HAS_UPDATE: &str = "EXISTS (SELECT 1 FROM stored_libraries s WHERE s.urn = {t}.urn AND s.locale = {t}.locale AND \
     s.version > {t}.version)";

/// A library at work.
pub fn loaded_library() -> Resource {
    let resource = Resource::new("loaded-libraries", "loadedlibrary")
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
        .field(
            computed("reference_count", "usage", "integer", |reading, ids| Box::pin(usage::of_loaded(reading, ids)))
                .only(LIST),
        )
        .field(boolean("has_update").derived(HAS_UPDATE).only(LIST).filter().column())
        .field(text("copyright").nullable().max(4096).translated().read_only().only(ONE))
        .field(references("dependencies", "loaded-libraries").with(&["urn"]).read_only().only(ONE))
        .field(super::default_locale().only(ONE))
        .field(is_published("true").read_only().only(ONE))
        .field(folder().read_only().bare().only(ONE))
        .field(created_at().only(ONE))
        .field(updated_at().only(ONE))
        .field(
            computed("objects", "objects", "object", |reading, ids| Box::pin(content::loaded_field(reading, ids)))
                .only(&[Shape::Detail]),
        )
        .field(super::translations().only(NOWHERE))
        // Which kinds of object it brings, between commas.
        .field(text("object_types").read_only().only(NOWHERE));
    with_actions(resource)
        .found_by("urn")
        .missing_says("Library not found.")
        .read_only()
        .operations(|offered| (offered.delete, offered.batch) = (true, true))
        .blocked_by(|reading, id| Box::pin(usage::users(reading, id)))
        .before_delete(|saving| Box::pin(loading::not_while_used(saving)))
}

fn with_actions(resource: Resource) -> Resource {
    resource
        .filter("object_type", Takes::Word, |_, kind, into| views::brings(kind, into))
        .action(get("available-updates").needs(Verb::View).run(|call| Box::pin(views::available_updates(call))))
        .action(get("content").on_item().needs(Verb::View).run(|call| Box::pin(content::of_loaded(call))))
        .action(get("tree").on_item().needs(Verb::View).run(|call| Box::pin(tree::of_loaded(call))))
        .action(post("update").on_item().needs(Verb::Add).run(|call| Box::pin(update::update(call))))
        // Clients of the contract ask for it with GET.
        .action(get("update").on_item().needs(Verb::Add).run(|call| Box::pin(update::update(call))).acts())
}
