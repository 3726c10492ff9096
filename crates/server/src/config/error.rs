//! Why the settings cannot be used. Every sentence names the key and the place, never a secret's value.

use super::layers::Source;

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// Nothing is called so.
    #[error("unknown key “{key}” in {place}{}", hint(*.nearest))]
    UnknownKey {
        /// As it was written.
        key: String,
        /// The file, or `--set`.
        place: String,
        /// The key that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The value is none that this key can have.
    #[error("{key} (from {from}): {reason}")]
    Invalid {
        /// The key.
        key: &'static str,
        /// Who gave the value.
        from: Source,
        /// What would be right.
        reason: String,
    },
    /// The settings file cannot be read.
    #[error("the settings file {file} cannot be read: {cause}")]
    File {
        /// Its name.
        file: String,
        /// What the system says, or where the TOML is wrong.
        cause: String,
    },
    /// A variable of ours holds bytes that are no text.
    #[error("the environment variable {0} is not valid Unicode")]
    Variable(String),
    /// `--set` without `=`.
    #[error("--set wants KEY=VALUE, such as --set smtp.host=mail.example.org")]
    Set,
}

fn hint(nearest: Option<&'static str>) -> String {
    match nearest {
        Some(key) => format!("; did you mean “{key}”?"),
        None => "; `tessera config show` lists all keys".to_owned(),
    }
}
