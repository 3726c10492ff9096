//! The program around the engine: HTTP, command line, configuration, embedded interface.
//!
//! What belongs here: everything that knows of sockets, headers and files. What does not: rules
//! of the domain, and SQL.

pub mod api;
pub mod cli;
pub mod config;
mod github_keys;
pub mod interface;
mod library_files;
pub mod listen;
pub mod metrics;
mod negotiate;
mod outbound;
pub mod start;
pub mod telemetry;

use config::Settings;
use engine::{Engine, Registry};
use github_keys::GithubKeys;
use iam::Iam;
use iam::setup::SetupLink;
use metrics::Metrics;
use std::sync::Arc;
use store::Store;

/// Everything that a request can need. Clones share all of it.
#[derive(Clone, Debug)]
pub struct App {
    /// The engine.
    pub engine: Engine,
    /// Signing in and checking credentials.
    pub iam: Iam,
    /// The database, for figures.
    pub store: Store,
    /// The link for the first administrator.
    pub setup: Arc<SetupLink>,
    /// The configuration.
    pub settings: Arc<Settings>,
    /// GitHub's public keys, when what its secret scanning found is taken.
    pub github_keys: Option<Arc<GithubKeys>>,
    /// Counters and histograms.
    pub metrics: Arc<Metrics>,
}

/// The list of what exists: folders first, since everything else stands in one.
pub fn registry() -> Registry {
    let mut resources = grc::resources();
    let people = iam::people::resources();
    resources.splice(1..1, people);
    Registry::new(resources)
}
