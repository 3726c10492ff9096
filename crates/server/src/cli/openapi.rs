//! `tessera openapi`: the document that the server serves, without a server.

use super::Failure;
use super::output::say;

/// Prints it as JSON.
pub fn run() -> Result<(), Failure> {
    let document = crate::api::openapi::document(&crate::registry());
    let text = serde_json::to_string_pretty(&document).map_err(|error| Failure::other(error.to_string()))?;
    say(&text)
}
