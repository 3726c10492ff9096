//! Who says what: flag over environment over file over default, one value left for each key.

use super::environment::Environment;
use super::error::ConfigError;
use super::file;
use super::keys::{FILE_VARIABLE, KEYS};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody gave one.
    Default,
    /// The settings file of this name.
    File(String),
    /// The environment variable of this name.
    Environment(String),
    /// The flag of this name.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(name) => write!(f, "file {name}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// Name of the flag, name of the key (unchecked), value. Later ones win.
    pub flags: Vec<(&'static str, String, String)>,
}

/// One value and its source for every key.
#[derive(Clone, Debug)]
pub struct Layers(BTreeMap<&'static str, (String, Source)>);

impl Default for Layers {
    fn default() -> Self {
        Self(KEYS.iter().map(|key| (key.name, (key.default.to_owned(), Source::Default))).collect())
    }
}

impl Layers {
    /// Puts them on top of each other.
    pub fn merge(given: &Given, environment: &Environment) -> Result<Self, ConfigError> {
        let mut layers = Self::default();
        let file = given.file.as_deref().or_else(|| environment.get(FILE_VARIABLE).map(Path::new));
        if let Some(path) = file {
            let source = Source::File(path.display().to_string());
            for (key, text) in file::read(path)? {
                layers.0.insert(key, (text, source.clone()));
            }
        }
        for key in KEYS {
            let variable = key.variable();
            if let Some(value) = environment.get(&variable) {
                layers.0.insert(key.name, (value.to_owned(), Source::Environment(variable)));
            }
        }
        for (flag, key, value) in &given.flags {
            layers.0.insert(file::known(key, flag)?, (value.clone(), Source::Flag(flag)));
        }
        Ok(layers)
    }

    /// The text of a key, without blanks around it.
    ///
    /// # Panics
    /// When there is no such key: a slip in the program that its first start shows.
    pub fn text(&self, key: &str) -> &str {
        self.entry(key).0.trim()
    }

    /// Who gave it.
    pub fn source(&self, key: &str) -> &Source {
        &self.entry(key).1
    }

    fn entry(&self, key: &str) -> &(String, Source) {
        self.0.get(key).unwrap_or_else(|| panic!("{key} is not in the list of keys"))
    }
}
