//! The keys of one map, taken out one by one. What nobody asked for is noted at the end.

use super::Reading;
use crate::library::problem::Kind;
use crate::library::yaml::{NodeId, Position, Shape, Value};
use serde_json::Value as Json;

/// A map being read.
pub(in crate::library) struct Fields<'r, 'd, 't> {
    pub(in crate::library) reading: &'r mut Reading<'d, 't>,
    pub(in crate::library) node: NodeId,
    taken: Vec<bool>,
}

impl<'r, 'd, 't> Fields<'r, 'd, 't> {
    pub(super) fn new(reading: &'r mut Reading<'d, 't>, node: NodeId) -> Self {
        let taken = vec![false; reading.document.pairs(node).len()];
        Self { reading, node, taken }
    }

    /// Where the map begins.
    pub(in crate::library) fn at(&self) -> Position {
        self.reading.at(self.node)
    }

    /// The value of a key, unless it is absent or null.
    pub(in crate::library) fn value(&mut self, key: &str) -> Option<NodeId> {
        let document = self.reading.document;
        let (index, value) = document
            .pairs(self.node)
            .enumerate()
            .find_map(|(index, (name, value))| (document.key(name) == key).then_some((index, value)))?;
        self.taken[index] = true;
        match &document.node(value).shape {
            Shape::Scalar(scalar) if scalar.value() == Value::Null => None,
            _ => Some(value),
        }
    }

    /// A text, as it stands in the file.
    pub(in crate::library) fn text(&mut self, key: &str) -> Option<String> {
        let node = self.value(key)?;
        self.reading.text(node)
    }

    /// A urn, in lower case: references and definitions differ in case in the wild.
    pub(in crate::library) fn urn(&mut self, key: &str) -> Option<String> {
        let node = self.value(key)?;
        self.reading.urn(node)
    }

    /// A whole number.
    pub(in crate::library) fn integer(&mut self, key: &str) -> Option<i64> {
        let node = self.value(key)?;
        self.reading.integer(node)
    }

    /// Any number.
    pub(in crate::library) fn number(&mut self, key: &str) -> Option<f64> {
        let node = self.value(key)?;
        self.reading.number(node)
    }

    /// True or false.
    pub(in crate::library) fn flag(&mut self, key: &str) -> Option<bool> {
        let node = self.value(key)?;
        self.reading.flag(node)
    }

    /// A list of texts; a single text is a list of one.
    pub(in crate::library) fn texts(&mut self, key: &str) -> Vec<String> {
        self.each(key, Reading::text)
    }

    /// A list of urns; a single urn is a list of one.
    pub(in crate::library) fn urns(&mut self, key: &str) -> Vec<String> {
        self.each(key, Reading::urn)
    }

    /// A value as JSON.
    pub(in crate::library) fn json(&mut self, key: &str) -> Option<Json> {
        let node = self.value(key)?;
        Some(self.reading.json(node))
    }

    /// Every item of a list; a value that is no list counts as its only item.
    pub(in crate::library) fn each<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(&mut Reading<'d, 't>, NodeId) -> Option<T>,
    ) -> Vec<T> {
        let Some(node) = self.value(key) else { return Vec::new() };
        let document = self.reading.document;
        match document.node(node).shape {
            Shape::List(_) => document.items(node).iter().filter_map(|item| read(self.reading, *item)).collect(),
            _ => read(self.reading, node).into_iter().collect(),
        }
    }

    /// A problem with a key of this map.
    pub(in crate::library) fn problem(&mut self, key: Option<&str>, kind: Kind, message: impl Into<String>) {
        self.reading.problem(self.node, key, kind, message);
    }

    /// Keys that nobody asked for are noted. They stay in the content.
    pub(in crate::library) fn finish(self) {
        let document = self.reading.document;
        for (index, (key, _)) in document.pairs(self.node).enumerate() {
            if !self.taken[index] {
                let message = format!("the key {:?} means nothing here and is passed on unread", document.key(key));
                self.reading.note(key, None, "unknown_key", message);
            }
        }
    }
}
