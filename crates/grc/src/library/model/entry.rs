//! What every object of a library has.

use super::Translations;
use crate::library::problem::Kind;
use crate::library::reading::Fields;
use crate::library::yaml::Position;

/// Identity and texts of one object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Where it begins in the file.
    pub at: Position,
    /// Its urn, in lower case.
    pub urn: String,
    /// Its short name, not unique.
    pub ref_id: Option<String>,
    /// Its name. Requirements often have none.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// A remark of the author.
    pub annotation: Option<String>,
    /// The same in other languages.
    pub translations: Translations,
}

/// An object that has a urn.
pub trait Object {
    /// What it is, in words.
    const KIND: &'static str;
    /// The key of `objects` under which it stands.
    const KEY: &'static str;

    /// Its identity and texts.
    fn entry(&self) -> &Entry;
}

macro_rules! objects {
    ($($object:ident is $kind:literal under $key:literal),+ $(,)?) => {$(
        impl Object for super::$object {
            const KIND: &'static str = $kind;
            const KEY: &'static str = $key;

            fn entry(&self) -> &Entry {
                &self.entry
            }
        }
    )+};
}

objects! {
    Framework is "framework" under "framework",
    RequirementNode is "node" under "framework.requirement_nodes",
    ReferenceControl is "reference control" under "reference_controls",
    Threat is "threat" under "threats",
    RiskMatrix is "risk matrix" under "risk_matrix",
    MappingSet is "mapping set" under "requirement_mapping_sets",
    MetricDefinition is "metric definition" under "metric_definitions",
    TtpCatalog is "catalogue" under "ttp_catalogs",
    Tactic is "tactic" under "tactics",
    Technique is "technique" under "techniques",
}

/// Texts in the language asked for, each falling back to the library's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Translated<'a> {
    /// The name.
    pub name: Option<&'a str>,
    /// The description.
    pub description: Option<&'a str>,
    /// The annotation.
    pub annotation: Option<&'a str>,
}

impl Entry {
    /// Takes the common keys of a map. Without a urn there is no object.
    pub(super) fn read<T: Object>(fields: &mut Fields<'_, '_, '_>) -> Option<Self> {
        let urn = fields.urn("urn");
        let entry = Self {
            at: fields.at(),
            urn: urn.clone().unwrap_or_default(),
            ref_id: fields.text("ref_id"),
            name: fields.text("name"),
            description: fields.text("description"),
            annotation: fields.text("annotation"),
            translations: Translations::read(fields),
        };
        if urn.is_none() {
            fields.problem(None, Kind::MissingUrn, format!("a {} needs a urn. Add \"urn: …\"", T::KIND));
            return None;
        }
        Some(entry)
    }

    /// What to call it: the name, else the short name, else the urn.
    pub fn label(&self) -> &str {
        let known = [self.name.as_deref(), self.ref_id.as_deref()];
        known.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or(&self.urn)
    }

    /// Its texts in a language.
    pub fn translated(&self, language: &str) -> Translated<'_> {
        Translated {
            name: self.translations.get(language, "name").or(self.name.as_deref()),
            description: self.translations.get(language, "description").or(self.description.as_deref()),
            annotation: self.translations.get(language, "annotation").or(self.annotation.as_deref()),
        }
    }
}
