//! Texts in other languages, inline with the object that they belong to.

use crate::library::problem::Kind;
use crate::library::reading::Fields;
use crate::library::yaml::Shape;
use serde_json::{Map, Value};

/// What an object says in other languages: per language, per field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Translations(Vec<(String, Vec<(String, Value)>)>);

impl Translations {
    /// Takes the key `translations` of a map.
    pub(in crate::library) fn read(fields: &mut Fields<'_, '_, '_>) -> Self {
        let Some(node) = fields.value("translations") else { return Self::default() };
        let reading = &mut *fields.reading;
        let document = reading.document;
        if !matches!(document.node(node).shape, Shape::Map(_)) {
            let message = "translations are a map from language to texts, as fr: {name: …}";
            reading.problem(node, None, Kind::BadValue, message);
            return Self::default();
        }
        let mut languages = Vec::new();
        for (language, texts) in document.pairs(node) {
            let language = document.key(language);
            let mut read = Vec::new();
            for (field, text) in document.pairs(texts) {
                // A list (of questions, of evidence) is passed on as it is.
                let value = match &document.node(text).shape {
                    Shape::Scalar(_) => reading.text(text).map_or(Value::Null, Value::String),
                    _ => reading.json(text),
                };
                read.push((document.key(field).to_owned(), value));
            }
            reading.saw_locale(language);
            languages.push((language.to_owned(), read));
        }
        Self(languages)
    }

    /// The languages, in the order of the file.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(language, _)| language.as_str())
    }

    /// One field in one language. `fr-CA` is served by `fr` when it has no text of its own; an
    /// empty text is none.
    pub fn get(&self, language: &str, field: &str) -> Option<&str> {
        let primary = language.split(['-', '_']).next().unwrap_or(language);
        self.exact(language, field).or_else(|| self.exact(primary, field))
    }

    /// One field in exactly this language, upper or lower case aside.
    pub(in crate::library) fn exact(&self, language: &str, field: &str) -> Option<&str> {
        let (_, texts) = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(language))?;
        let (_, text) = texts.iter().find(|(name, _)| name == field)?;
        text.as_str().filter(|text| !text.is_empty())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the wire has them: `{"fr": {"name": …}}`.
    pub fn to_json(&self) -> Value {
        let texts = |texts: &[(String, Value)]| Value::Object(texts.iter().cloned().collect());
        Value::Object(self.0.iter().map(|(language, fields)| (language.clone(), texts(fields))).collect::<Map<_, _>>())
    }
}
