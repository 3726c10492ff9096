//! Advice for authors: what is allowed but unwise.

mod warning;
pub use warning::Warning;
use super::Library;
/// x
pub fn check(library: &Library) -> Vec<Warning> { check_among(library, &[]) }
/// x
pub fn check_among(library: &Library, _others: &[&Library]) -> Vec<Warning> { library.notes.clone() }
