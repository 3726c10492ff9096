//! The environment, read once. Nothing else in the program looks at it.

use super::error::ConfigError;
use super::keys::{FILE_VARIABLE, KEYS, PREFIX, TOKEN_VARIABLE};
use super::nearest::nearest;
use std::collections::BTreeMap;

/// The variables that begin with `TESSERA_`. Empty ones count as not set.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Those of this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the configuration, the one place that reads the environment"
    )]
    pub fn of_process() -> Result<Self, ConfigError> {
        let mut ours = BTreeMap::new();
        for (name, _) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
            let value = std::env::var(name).map_err(|_| ConfigError::Variable(name.to_owned()))?;
            ours.insert(name.to_owned(), value);
        }
        Ok(Self(ours))
    }

    /// Given ones, for tests.
    pub fn of<const N: usize>(variables: [(&str, &str); N]) -> Self {
        Self(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A sentence for each variable that looks like ours and is not.
    pub fn strangers(&self) -> Vec<String> {
        let others = [FILE_VARIABLE.to_owned(), TOKEN_VARIABLE.to_owned()];
        let ours: Vec<String> = KEYS.iter().map(super::Key::variable).chain(others).collect();
        let strangers = self.0.keys().filter(|name| !ours.contains(name));
        strangers
            .map(|name| match nearest(name, ours.iter().map(String::as_str)) {
                Some(meant) => format!("the environment variable {name} is not one of ours; did you mean {meant}?"),
                None => format!("the environment variable {name} is not one of ours and is ignored"),
            })
            .collect()
    }
}
