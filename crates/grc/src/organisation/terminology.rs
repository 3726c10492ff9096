//! Terminologies: the organisation's own words for certain fields. Built-in ones can be hidden,
//! never deleted.

use super::translation;
use engine::declare::{
    Choices, Resource, Scope, boolean, choice, computed, created_at, is_published, json, long_text, text, updated_at,
};

const FIELD_PATHS: Choices = &[
    ("ro_to.risk_origin", "ro_to/risk_origin"),
    ("qualifications", "qualifications"),
    ("accreditation.status", "accreditationStatus"),
    ("accreditation.category", "accreditationCategory"),
    ("entity.relationship", "entityRelationship"),
    ("metric_definition.unit", "metricUnit"),
    ("project.status", "projectStatus"),
    ("project.health", "projectHealth"),
    ("processing.nature", "processingNature"),
    ("personal_data.category", "personalDataCategory"),
];

/// A term.
pub fn terminology() -> Resource {
    Resource::new("terminologies", "terminology")
        .scope(Scope::Folder)
        .called("Terminology", "Terminology", "Terminologies")
        .module("organisation")
        .ordered_by(&["field_path", "name"])
        .field(choice("field_path", FIELD_PATHS).required().filter().order().column())
        .field(computed("translated_name", "translation", "string", |reading, ids| {
            Box::pin(translation::terms(reading, ids))
        }))
        .field(created_at())
        .field(updated_at())
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable().search())
        .field(is_published("true").read_only().only(super::READ))
        .field(boolean("builtin").read_only().filter().column())
        .field(boolean("is_visible").default("true").filter().column())
        .field(json("translations", "translations", translation::check).nullable().default("{}"))
        .protected_by("builtin")
}
