//! A library as a whole: its header and its objects.

use super::{Branch, Framework, Objects, Translated, Translations, header};
use crate::library::check::Warning;
use crate::library::problem::Kind;
use crate::library::reading::Reading;
use crate::library::yaml::{Shape, json};
use chrono::NaiveDate;
use serde_json::{Map, Value};

/// A library, read from one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Library {
    /// Its urn, in lower case. With the locale it is the library's identity.
    pub urn: String,
    /// Its language.
    pub locale: String,
    /// Its version; a newer one replaces an older.
    pub version: i64,
    /// Its short name.
    pub ref_id: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// Whose it is and what may be done with it.
    pub copyright: Option<String>,
    /// When it was published.
    pub publication_date: Option<NaiveDate>,
    /// Who made the content.
    pub provider: Option<String>,
    /// Who made the file.
    pub packager: Option<String>,
    /// A remark of the author.
    pub annotation: Option<String>,
    /// Labels to find it by.
    pub labels: Vec<String>,
    /// Urns of libraries that must be loaded before it.
    pub dependencies: Vec<String>,
    /// Name, description and copyright in other languages.
    pub translations: Translations,
    /// What it brings.
    pub objects: Objects,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub hash: String,
    pub(in crate::library) content: String,
    pub(in crate::library) counts: Vec<(String, usize)>,
    pub(in crate::library) locales: Vec<String>,
    pub(in crate::library) notes: Vec<Warning>,
}

impl Library {
    /// Takes the outermost map. `hash`, `locales` and `notes` come afterwards.
    pub(in crate::library) fn read(reading: &mut Reading<'_, '_>) -> Option<Self> {
        let document = reading.document;
        let root = document.root();
        if !matches!(document.node(root).shape, Shape::Map(_)) {
            let message = format!("a library is a map of keys, not {}. Begin with \"urn: …\"", reading.named(root));
            reading.problem(root, None, Kind::NotMap, message);
            return None;
        }
        let mut fields = reading.fields(root)?;
        let urn = header::urn(&mut fields);
        let name = fields.text("name").filter(|name| !name.trim().is_empty());
        if name.is_none() {
            fields.problem(None, Kind::LibraryName, "a library needs a name. Add \"name: …\"");
        }
        let version = header::version(&mut fields);
        let locale = fields.text("locale");
        fields.reading.saw_locale(locale.as_deref().unwrap_or("en"));
        let translations = Translations::read(&mut fields);
        let found = header::objects(&mut fields);
        let objects = found.and_then(|node| Objects::read(fields.reading, node));
        let _ = fields.value("convert_library_version"); // of the tool that made the file
        let library = Self {
            urn: urn.clone().unwrap_or_default(),
            locale: locale.unwrap_or_else(|| "en".into()),
            version: version.unwrap_or_default(),
            ref_id: fields.text("ref_id"),
            name: name.clone().unwrap_or_default(),
            description: fields.text("description"),
            copyright: fields.text("copyright"),
            publication_date: header::date(&mut fields),
            provider: fields.text("provider"),
            packager: fields.text("packager"),
            annotation: fields.text("annotation"),
            labels: fields.texts("labels"),
            dependencies: fields.urns("dependencies"),
            translations,
            objects: objects.unwrap_or_default(),
            hash: String::new(),
            content: found.map(|node| json(document, node)).unwrap_or_default(),
            counts: found.map(|node| header::counts(document, node)).unwrap_or_default(),
            locales: Vec::new(),
            notes: Vec::new(),
        };
        fields.finish();
        (urn.is_some() && name.is_some() && version.is_some() && found.is_some()).then_some(library)
    }

    /// How many objects of each kind it brings, by the keys of the file:
    /// `{"framework": 1, "reference_controls": 2}`. A mapping set or preset that is given alone is
    /// one (upstream counts its keys instead, and says six).
    pub fn objects_meta(&self) -> Map<String, Value> {
        self.counts.iter().map(|(kind, count)| (kind.clone(), Value::from(*count))).collect()
    }

    /// Its `objects` as JSON text, with every key of the file, in the order of the file.
    pub fn content_text(&self) -> &str {
        &self.content
    }

    /// The same as a value.
    pub fn content(&self) -> Value {
        serde_json::from_str(&self.content).unwrap_or_default()
    }

    /// Its languages: its own first, then those that anything in it is translated to.
    pub fn locales(&self) -> &[String] {
        &self.locales
    }

    /// Its name and description in a language, each falling back to its own.
    pub fn translated(&self, language: &str) -> Translated<'_> {
        Translated {
            name: Some(self.translations.get(language, "name").unwrap_or(&self.name)),
            description: self.translations.get(language, "description").or(self.description.as_deref()),
            annotation: self.translations.get(language, "annotation").or(self.annotation.as_deref()),
        }
    }

    /// The requirements of its framework as a tree; empty when it has none.
    pub fn tree(&self) -> Vec<Branch<'_>> {
        self.objects.framework.as_ref().map(Framework::tree).unwrap_or_default()
    }
}
