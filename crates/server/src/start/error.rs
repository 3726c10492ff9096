//! Why the program did not start, each case with what to do.

use crate::listen::ListenError;
use engine::ApiError;
use serde_json::Value;
use std::path::PathBuf;

/// Why the program did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No listener.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// A setting that only showed itself as wrong when it was used.
    #[error("{0}")]
    Settings(String),
    /// The administrator of the settings cannot be made.
    #[error("admin.email and admin.password make no administrator: {0}")]
    Administrator(String),
    /// The data folder cannot be used.
    #[error("the data folder {} cannot be used: {cause}. Choose another with --data-dir, or give this one to the user that runs tessera", .folder.display())]
    DataDir {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// A command that does not make databases found none.
    #[error("there is no database {}: name its folder with --data-dir", .0.display())]
    NoDatabase(PathBuf),
    /// The database server does not answer, or refuses us.
    #[error("{0}. Is the server running, and is database_url right? (`tessera config show` tells where it comes from)")]
    Unreachable(store::Error),
    /// The database belongs to a newer program.
    #[error("{0}, or restore a backup from before it")]
    SchemaNewer(store::Error),
    /// A migration failed.
    #[error("{0}. The data is as it was; the program does not serve until this is mended")]
    Migration(store::Error),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl StartError {
    /// Sorts what a database server answers to the first connection.
    pub(super) fn of_server(error: store::Error) -> Self {
        match error {
            store::Error::Unreachable(_) => Self::Unreachable(error),
            store::Error::Invalid(reason) => Self::Settings(reason),
            other => Self::Other(other.to_string()),
        }
    }

    /// Sorts what can go wrong while the schema is brought up to date.
    pub(super) fn of_migration(error: store::Error) -> Self {
        match error {
            store::Error::SchemaNewer { .. } => Self::SchemaNewer(error),
            store::Error::Unreachable(_) => Self::Unreachable(error),
            other => Self::Migration(other),
        }
    }
}

impl From<ApiError> for StartError {
    fn from(error: ApiError) -> Self {
        Self::Other(sentence(&error))
    }
}

/// An error of the engine for somebody at a terminal.
pub fn sentence(error: &ApiError) -> String {
    match error {
        ApiError::Validation(errors) => lines(&errors.to_json()),
        ApiError::Refused { body, .. } => lines(body),
        other => other.to_string(),
    }
}

/// `{"password": ["too short", "too common"]}` → `password: too short too common`.
fn lines(body: &Value) -> String {
    let Value::Object(map) = body else { return body.to_string() };
    let of = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    let lines = map.iter().map(|(name, value)| match name.as_str() {
        "detail" | "error" | "non_field_errors" => of(value),
        name => format!("{name}: {}", of(value)),
    });
    lines.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn says_errors_in_one_line() {
        let two = ApiError::refused(400, json!({ "email": ["Taken."], "password": ["Short.", "Common."] }));
        assert_eq!(sentence(&two), "email: Taken. password: Short. Common.");
        assert_eq!(sentence(&ApiError::refused(403, json!({ "detail": "No." }))), "No.");
        assert_eq!(sentence(&ApiError::NotFound), "Not found.");
    }
}
