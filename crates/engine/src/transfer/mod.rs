//! Taking the content of a folder to another place: out as one JSON document, in as a whole or
//! not at all.
//!
//! Only kinds that declare that they travel go along. References among them are kept; others
//! (people, labels, classes) are looked up by name at the destination and left out, with a
//! word, where there is none.

mod export;
mod import;

pub use export::export;
pub use import::{Imported, import};

/// What the document says it is.
const FORMAT: &str = "tessera-domain";
/// The version that is written, and the only one that is read.
const VERSION: u64 = 1;

/// Rows of one kind in one document; larger folders are split by hand.
const MOST: usize = 100_000;
