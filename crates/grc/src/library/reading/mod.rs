//! Composed YAML into typed values, noting what is wrong on the way.
//!
//! What belongs here: how a text, a number, a list is taken out of a map, whatever the map is.
//! What does not: the keys of the format (`model`), and YAML itself (`yaml`).

mod fields;
mod values;

pub(super) use fields::Fields;

use super::check::Warning;
use super::limits::Limits;
use super::problem::{Kind, Problem, shortened};
use super::yaml::{Document, NodeId, Paths, Position, Shape, json};
use serde_json::Value as Json;

/// So many languages of one library are listed. All of them are read.
const MOST_LOCALES: usize = 100;

/// One document being read.
pub(super) struct Reading<'d, 't> {
    pub(super) document: &'d Document<'t>,
    pub(super) limits: &'d Limits,
    problems: Vec<Found>,
    notes: Vec<Note>,
    locales: Vec<String>,
}

struct Found {
    node: NodeId,
    key: Option<String>,
    kind: Kind,
    message: String,
}

struct Note {
    node: NodeId,
    key: Option<String>,
    code: &'static str,
    message: String,
}

impl<'d, 't> Reading<'d, 't> {
    /// A document of which nothing is known yet.
    pub(super) fn new(document: &'d Document<'t>, limits: &'d Limits) -> Self {
        Self { document, limits, problems: Vec::new(), notes: Vec::new(), locales: Vec::new() }
    }

    /// Something is wrong with a value, or with a key of a map.
    pub(super) fn problem(&mut self, node: NodeId, key: Option<&str>, kind: Kind, message: impl Into<String>) {
        if self.problems.len() < self.limits.problems.max(1) {
            let (key, message) = (key.map(str::to_owned), shortened(message.into()));
            self.problems.push(Found { node, key, kind, message });
        }
    }

    /// Something is odd, but not wrong.
    pub(super) fn note(&mut self, node: NodeId, key: Option<&str>, code: &'static str, message: impl Into<String>) {
        if self.notes.len() < self.limits.problems {
            let (key, message) = (key.map(str::to_owned), shortened(message.into()));
            self.notes.push(Note { node, key, code, message });
        }
    }

    /// A language in which something is written.
    pub(super) fn saw_locale(&mut self, locale: &str) {
        if self.locales.len() < MOST_LOCALES && !self.locales.iter().any(|seen| seen == locale) {
            self.locales.push(locale.to_owned());
        }
    }

    /// Where a node stands.
    pub(super) fn at(&self, node: NodeId) -> Position {
        self.document.node(node).at
    }

    /// The keys of a map; a problem when it is none.
    pub(super) fn fields(&mut self, node: NodeId) -> Option<Fields<'_, 'd, 't>> {
        if let Shape::Map(_) = self.document.node(node).shape {
            return Some(Fields::new(self, node));
        }
        self.problem(node, None, Kind::BadValue, format!("a map of keys belongs here, not {}", self.named(node)));
        None
    }

    /// A value as JSON, for parts that are passed on as they are.
    pub(super) fn json(&self, node: NodeId) -> Json {
        serde_json::from_str(&json(self.document, node)).unwrap_or_default()
    }

    /// What a node is, in words.
    pub(super) fn named(&self, node: NodeId) -> &'static str {
        match self.document.node(node).shape {
            Shape::Scalar(_) => "a single value",
            Shape::List(_) => "a list",
            Shape::Map(_) => "a map",
        }
    }

    /// What was found: all languages and oddities, or all problems.
    pub(super) fn finish(self, file: &str) -> Result<(Vec<String>, Vec<Warning>), Vec<Problem>> {
        if self.problems.is_empty() && self.notes.is_empty() {
            return Ok((self.locales, Vec::new()));
        }
        let paths = Paths::new(self.document);
        let place = |node, key: &Option<String>| (self.document.node(node).at, paths.path(node, key.as_deref()));
        if self.problems.is_empty() {
            let warning = |Note { node, key, code, message }: Note| {
                let (at, path) = place(node, &key);
                Warning { at, path, code, message }
            };
            return Ok((self.locales, self.notes.into_iter().map(warning).collect()));
        }
        let problem = |Found { node, key, kind, message }: Found| {
            let (at, path) = place(node, &key);
            Problem { file: file.to_owned(), at, path, kind, message }
        };
        let mut problems: Vec<Problem> = self.problems.into_iter().map(problem).collect();
        problems.sort_by_key(|problem| problem.at);
        Err(problems)
    }
}
