//! One request as the engine sees it: who asks, in which language, with which query and body.

use crate::access::{Access, FolderNode, Principal, Verb};
use crate::clock::Clock;
use crate::declare::Resource;
use crate::engine::Engine;
use crate::files::Received;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Who asks, and how the answer should be.
#[derive(Clone, Debug)]
pub struct Context {
    /// The engine at work.
    pub engine: Engine,
    /// Who asks.
    pub principal: Arc<Principal>,
    /// Language of the answer: `en`, `fr`, …
    pub language: String,
    /// `Prefer: handling=strict`: unknown parameters and fields are refused.
    pub strict: bool,
    /// `If-Match`, when given.
    pub if_match: Option<String>,
    /// Files that came along, in the blob store already.
    pub files: Vec<Arc<Received>>,
}

impl Context {
    /// A context with default manners.
    pub fn new(engine: Engine, principal: Principal) -> Self {
        Self::of(engine, Arc::new(principal))
    }

    /// The same for a principal that is shared.
    pub fn of(engine: Engine, principal: Arc<Principal>) -> Self {
        Self { engine, principal, language: "en".into(), strict: false, if_match: None, files: Vec::new() }
    }

    /// The same request in a transaction that has just made a folder: what reaches down to its
    /// parent reaches it.
    #[must_use]
    pub fn with_folder(&self, node: FolderNode) -> Self {
        let grants = Arc::new(self.principal.grants().with_folder(node));
        Self { principal: Arc::new(self.principal.with_grants(grants)), ..self.clone() }
    }

    /// The same request with these files.
    #[must_use]
    pub fn with_files(&self, files: Vec<Arc<Received>>) -> Self {
        Self { files, ..self.clone() }
    }

    /// The current time.
    pub fn now(&self) -> DateTime<Utc> {
        self.engine.clock().now()
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        self.engine.clock()
    }

    /// Proof of what the caller may do with a resource.
    pub fn access(&self, resource: &Resource, verb: Verb) -> Access {
        Access::authorize(&self.principal, resource, verb)
    }
}

/// A parsed query string; keys may repeat.
#[derive(Clone, Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// From decoded pairs in their order.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// All pairs.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// All values of a key.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The last value of a key: the one that counts where one is expected.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A parsed body: always an object. Forms arrive as texts, or as lists where a key repeats.
pub type Body = Map<String, Value>;
