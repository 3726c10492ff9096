//! Presets: objects to set up in one go, and a journey through them.

use super::Translations;
use crate::library::problem::Kind;
use crate::library::reading::Reading;
use crate::library::yaml::{NodeId, Position};
use serde_json::Value;

/// A preset. It has no urn of its own; the library's serves.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// Where it begins in the file.
    pub at: Position,
    /// For whom it is, as the file has it, or null.
    pub profile: Value,
    /// Parts of the interface to switch on.
    pub features: Vec<String>,
    /// `feature_flags` as the file has it, or null.
    pub feature_flags: Value,
    /// Objects to set up, in order.
    pub scaffolded_objects: Vec<ScaffoldedObject>,
    /// Steps to take, in order.
    pub steps: Vec<JourneyStep>,
}

/// One object to set up.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaffoldedObject {
    /// Where it begins in the file.
    pub at: Position,
    /// What kind of object: `perimeter`, `asset`, …
    pub kind: String,
    /// How others of this preset refer to it.
    pub reference: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// All its keys as the file has them.
    pub content: Value,
    /// The same in other languages.
    pub translations: Translations,
}

/// One step of the journey.
#[derive(Clone, Debug, PartialEq)]
pub struct JourneyStep {
    /// Where it begins in the file.
    pub at: Position,
    /// Its name for programs.
    pub key: String,
    /// Its name for people.
    pub title: Option<String>,
    /// What to do.
    pub description: Option<String>,
    /// The kind of object it leads to.
    pub target_model: Option<String>,
    /// The object it leads to, by reference.
    pub target_ref: Option<String>,
    /// The page it leads to.
    pub target_url: Option<String>,
    /// Parameters of that page, as the file has them.
    pub target_params: Option<Value>,
    /// The same in other languages.
    pub translations: Translations,
}

impl Preset {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let at = fields.at();
        let profile = fields.json("profile").unwrap_or_default();
        let feature_flags = fields.json("feature_flags").unwrap_or_default();
        let features = fields.value("feature_flags").and_then(|flags| {
            let mut flags = fields.reading.fields(flags)?;
            let features = flags.texts("enable");
            flags.finish();
            Some(features)
        });
        let scaffolded_objects = fields.each("scaffolded_objects", ScaffoldedObject::read);
        let steps = fields.value("journey").and_then(|journey| {
            let mut journey = fields.reading.fields(journey)?;
            let steps = journey.each("steps", JourneyStep::read);
            journey.finish();
            Some(steps)
        });
        fields.finish();
        let (features, steps) = (features.unwrap_or_default(), steps.unwrap_or_default());
        Some(Self { at, profile, features, feature_flags, scaffolded_objects, steps })
    }
}

impl ScaffoldedObject {
    fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let content = reading.json(node);
        let mut fields = reading.fields(node)?;
        let at = fields.at();
        let kind = fields.text("type");
        if kind.is_none() {
            fields.problem(None, Kind::MissingKey, "an object to set up needs its kind. Add \"type: …\"");
        }
        let reference = fields.text("ref");
        let name = fields.text("name");
        let translations = Translations::read(&mut fields);
        // Its other keys belong to the resource of that kind, not to the format.
        Some(Self { at, kind: kind?, reference, name, content, translations })
    }
}

impl JourneyStep {
    fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let key = fields.text("key");
        if key.is_none() {
            fields.problem(None, Kind::MissingKey, "a step needs a key. Add \"key: …\"");
        }
        let step = Self {
            at: fields.at(),
            key: key.clone().unwrap_or_default(),
            title: fields.text("title"),
            description: fields.text("description"),
            target_model: fields.text("target_model"),
            target_ref: fields.text("target_ref"),
            target_url: fields.text("target_url"),
            target_params: fields.json("target_params"),
            translations: Translations::read(&mut fields),
        };
        fields.finish();
        key.map(|_| step)
    }
}
