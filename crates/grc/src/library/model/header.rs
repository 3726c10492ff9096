//! The keys without which a library is none: urn, version, objects; and its date.

use crate::library::problem::Kind;
use crate::library::reading::Fields;
use crate::library::yaml::{Document, NodeId, Shape, Value};
use chrono::NaiveDate;

pub(super) fn urn(fields: &mut Fields<'_, '_, '_>) -> Option<String> {
    let urn = fields.urn("urn");
    let valid = urn.as_deref().is_some_and(|urn| urn.starts_with("urn:") && !urn.contains(char::is_whitespace));
    if !valid {
        let message = match urn {
            Some(urn) => format!("{urn:?} is no urn. Write it as urn:organisation:risk:library:name"),
            None => "a library needs a urn. Add \"urn: urn:organisation:risk:library:name\"".into(),
        };
        fields.problem(Some("urn"), Kind::LibraryUrn, message);
        return None;
    }
    urn
}

pub(super) fn version(fields: &mut Fields<'_, '_, '_>) -> Option<i64> {
    let Some(node) = fields.value("version") else {
        fields.problem(None, Kind::Version, "a library needs a version. Add \"version: 1\"");
        return None;
    };
    let reading = &mut *fields.reading;
    let version = match &reading.document.node(node).shape {
        Shape::Scalar(scalar) => match scalar.value() {
            Value::Integer(version) => Some(version),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        },
        _ => None,
    };
    let version = version.filter(|version| (0..=i64::from(i32::MAX)).contains(version));
    if version.is_none() {
        reading.problem(node, None, Kind::Version, "a version is a whole number, such as 1. Correct it");
    }
    version
}

pub(super) fn objects(fields: &mut Fields<'_, '_, '_>) -> Option<NodeId> {
    let Some(node) = fields.value("objects") else {
        fields.problem(None, Kind::Objects, "a library needs objects. Add \"objects: …\"");
        return None;
    };
    let reading = &mut *fields.reading;
    if reading.document.pairs(node).len() == 0 {
        let message = "objects is a map with at least one kind, such as \"framework: …\" or \"threats: …\"";
        reading.problem(node, None, Kind::Objects, message);
        return None;
    }
    Some(node)
}

pub(super) fn date(fields: &mut Fields<'_, '_, '_>) -> Option<NaiveDate> {
    let text = fields.text("publication_date")?;
    let day = text.get(..10).unwrap_or(&text);
    let date = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok();
    if date.is_none() {
        let message = format!("{text:?} is no date. Write it as 2026-01-31");
        fields.problem(Some("publication_date"), Kind::BadValue, message);
    }
    date
}

/// A list counts its items, a single object is one.
pub(super) fn counts(document: &Document<'_>, objects: NodeId) -> Vec<(String, usize)> {
    let count = |(key, value): (NodeId, NodeId)| {
        let count = match document.node(value).shape {
            Shape::List(_) => document.items(value).len(),
            Shape::Map(_) => 1,
            Shape::Scalar(_) => 0,
        };
        (document.key(key).to_owned(), count)
    };
    document.pairs(objects).map(count).collect()
}
