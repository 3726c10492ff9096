//! Settings: flag over environment over file over default.
//!
//! What belongs here: the list of keys ([`keys`]), reading and checking them, showing them. It is the only place that
//! reads the environment. What does not: acting on a setting.

mod environment;
mod error;
mod file;
pub mod keys;
mod layers;
mod nearest;
mod parse;
mod show;
#[cfg(test)]
mod tests;

pub use environment::Environment;
pub use error::ConfigError;
pub use keys::{Key, TOKEN_VARIABLE};
pub use layers::{Given, Layers, Source};
pub use nearest::nearest;
pub use show::show;

use iam::Policy;
use iam::client_address::TrustedProxies;
use iam::mail::Smtp;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::filter::Targets;

/// Everything that can be set, checked.
#[derive(Clone)]
pub struct Settings {
    /// Where to listen. Once the program runs: where it listens, so no longer port 0.
    pub listen: SocketAddr,
    /// Folder of the SQLite database, its snapshots, and attached files.
    pub data_dir: PathBuf,
    /// Folder of library files, if there is one.
    pub library_dir: Option<PathBuf>,
    /// Which database.
    pub database: Database,
    /// Where attached files lie, and how large they may be.
    pub blobs: Blobs,
    /// The address people use, without a slash at its end.
    pub public_url: Option<String>,
    /// Networks whose forwarding headers are believed.
    pub trusted_proxies: TrustedProxies,
    /// Refuse plain HTTP from other machines.
    pub require_https: bool,
    /// How long running requests may take when the program is stopped.
    pub shutdown: Duration,
    /// Certificate and key; without them plain HTTP.
    pub tls_files: Option<TlsFiles>,
    /// Second listener for metrics and health.
    pub metrics_listen: Option<SocketAddr>,
    /// What is logged, and how.
    pub log: Log,
    /// The administrator to make at the start, while there is none.
    pub first_admin: Option<FirstAdmin>,
    /// Where GitHub's public keys are, when what its secret scanning found is taken.
    pub github_keys: Option<KeysAt>,
    /// How mail leaves, if it does.
    pub smtp: Option<Smtp>,
    /// Life spans and limits of sessions and tokens.
    pub policy: Policy,
}

/// Which database.
#[derive(Clone, Debug)]
pub struct Database {
    /// A PostgreSQL server; none means SQLite in the data folder.
    pub url: Option<Hidden>,
    /// A PEM file of authorities that the server's certificate must go back to.
    pub authorities: Option<PathBuf>,
    /// How many connections; none lets the program choose.
    pub connections: Option<usize>,
}

/// Where attached files lie, and how large they may be.
#[derive(Clone, Debug)]
pub struct Blobs {
    /// Their folder, when they are in no bucket; none means one in the data folder.
    pub dir: Option<PathBuf>,
    /// Their bucket, instead of a folder.
    pub bucket: Option<Bucket>,
    /// Largest file.
    pub most_bytes: u64,
}

/// A bucket of an S3-compatible service.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What names in it begin with.
    pub prefix: String,
    /// Where the service is; none means Amazon's.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// Access key id and secret; none means those of the machine.
    pub keys: Option<(String, Hidden)>,
}

/// Where a list of public keys is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysAt {
    /// Fetched from there.
    Url(String),
    /// Read from there.
    File(PathBuf),
}

/// Two PEM files.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// Certificate and chain.
    pub cert: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub struct Log {
    /// For people or for machines.
    pub format: LogFormat,
    /// From which level on, by part of the program.
    pub filter: Targets,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// The administrator of an unattended start.
#[derive(Clone, Debug)]
pub struct FirstAdmin {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: Hidden,
}

/// A text that `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// Hides a text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text. Every caller must be able to say where it ends up.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// The settings together with where they came from.
#[derive(Debug)]
pub struct Loaded {
    /// For the program.
    pub settings: Settings,
    /// For `tessera config show`.
    pub layers: Layers,
    /// Sentences about what was given and is not used.
    pub warnings: Vec<String>,
}

/// Reads all layers.
pub fn load(given: &Given, environment: &Environment) -> Result<Loaded, ConfigError> {
    let layers = Layers::merge(given, environment)?;
    let settings = parse::settings(&layers)?;
    Ok(Loaded { settings, layers, warnings: environment.strangers() })
}

impl Default for Settings {
    /// What holds when nobody sets anything.
    fn default() -> Self {
        parse::settings(&Layers::default()).expect("the defaults are valid")
    }
}

impl Settings {
    /// Scheme and host to put before a path for people to open, without a slash at its end.
    pub fn base_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| self.own_url())
    }

    /// Scheme and address of the listener itself.
    pub fn own_url(&self) -> String {
        let scheme = if self.tls() { "https" } else { "http" };
        format!("{scheme}://{}", self.listen)
    }

    /// The address people use, if it is set.
    pub fn public_url(&self) -> Option<&str> {
        self.public_url.as_deref()
    }

    /// Its host, with the port if it names one: what `Host` and `Origin` of a browser should say.
    pub fn public_host(&self) -> Option<&str> {
        self.public_url()?.split_once("://").map(|(_, host)| host)
    }

    /// Whether connections to the main listener are encrypted.
    pub fn tls(&self) -> bool {
        self.tls_files.is_some()
    }

    /// The proxies that are believed.
    pub fn trusted_proxies(&self) -> &TrustedProxies {
        &self.trusted_proxies
    }
}

/// Leaves out whatever may hold a secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Settings");
        shown.field("listen", &self.listen).field("data_dir", &self.data_dir).finish_non_exhaustive()
    }
}
