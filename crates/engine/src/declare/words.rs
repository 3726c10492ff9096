//! The words that declarations are written in: one for each kind of field.

use super::field::{Field, READ};
use super::kind::{Choices, Compute, JsonCheck, Kind, OnDelete};

/// Text on one line.
pub fn text(name: &'static str) -> Field {
    Field::new(name, Kind::Text { long: false })
}

/// Text on several lines.
pub fn long_text(name: &'static str) -> Field {
    Field::new(name, Kind::Text { long: true })
}

/// An e-mail address.
pub fn email(name: &'static str) -> Field {
    Field::new(name, Kind::Email)
}

/// An absolute address.
pub fn url(name: &'static str) -> Field {
    Field::new(name, Kind::Url).max(2048)
}

/// One of some codes; read answers show labels.
pub fn choice(name: &'static str, options: Choices) -> Field {
    Field::new(name, Kind::Choice { options, labelled: true })
}

/// True or false, false unless a default says otherwise.
pub fn boolean(name: &'static str) -> Field {
    Field::new(name, Kind::Bool).default("false")
}

/// A whole number from `min` to `max`.
pub fn integer(name: &'static str, min: i64, max: i64) -> Field {
    Field::new(name, Kind::Int { min, max })
}

/// A number with a fraction.
pub fn number(name: &'static str) -> Field {
    Field::new(name, Kind::Real)
}

/// A calendar day.
pub fn date(name: &'static str) -> Field {
    Field::new(name, Kind::Date).nullable()
}

/// An instant.
pub fn time(name: &'static str) -> Field {
    Field::new(name, Kind::Time)
}

/// JSON that passes a check; `form` names its editor.
pub fn json(name: &'static str, form: &'static str, check: JsonCheck) -> Field {
    Field::new(name, Kind::Json { check, form })
}

/// One row of another resource, or null.
pub fn reference(name: &'static str, target: &'static str) -> Field {
    Field::new(name, Kind::Reference { target, on_delete: OnDelete::Clear }).nullable()
}

/// Any number of rows of another resource.
pub fn references(name: &'static str, target: &'static str) -> Field {
    Field::new(name, Kind::References { target })
}

/// The other end of `field` of `source`.
pub fn reverse(name: &'static str, source: &'static str, field: &'static str) -> Field {
    Field::new(name, Kind::Reverse { source, field })
}

/// A field that is computed for a page at once; `schema` is its OpenAPI type.
pub fn computed(name: &'static str, group: &'static str, schema: &'static str, run: Compute) -> Field {
    Field::new(name, Kind::Computed { group, run, schema }).read_only().only(READ)
}

/// The primary key.
pub fn id() -> Field {
    Field::new("id", Kind::Id).read_only()
}

/// The file of the row: the id that it has in the blob store.
pub fn blob(name: &'static str) -> Field {
    Field::new(name, Kind::Blob).nullable().read_only().only(&[])
}

/// The folder that the row belongs to; a missing one means the root folder.
pub fn folder() -> Field {
    folder_as("folder")
}

/// The same under another name on the wire (`parent_folder`).
pub fn folder_as(name: &'static str) -> Field {
    Field::new(name, Kind::Reference { target: "folders", on_delete: OnDelete::Cascade }).filter().column()
}

/// Whether rows are published downwards.
pub fn is_published(default: &'static str) -> Field {
    boolean("is_published").default(default)
}

/// The folders above.
pub fn path() -> Field {
    Field::new("path", Kind::Path).read_only().only(READ)
}

/// When the row was made.
pub fn created_at() -> Field {
    time("created_at").read_only().order()
}

/// When the row last changed.
pub fn updated_at() -> Field {
    time("updated_at").read_only().order()
}
