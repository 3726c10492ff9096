//! Refusals that several kinds of object share, in the words of the contract.

use serde_json::{Value, json};

/// `{"name": "… is already used in this scope. …"}`: a bare string, as recorded.
pub(crate) fn name_taken(name: &str) -> Value {
    json!({ "name": taken(name) })
}

/// The sentence alone.
pub(crate) fn taken(name: &str) -> String {
    format!("{name} is already used in this scope. Please choose another value.")
}
