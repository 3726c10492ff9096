//! YAML into a plain tree of nodes that know their line, with limits, read as `PyYAML` reads it.
//!
//! Why not `serde`: a library's `objects` must come out again as JSON with every key that we do
//! not know, and with `PyYAML`'s idea of what is a number (`08` is text, `010` is eight). An author
//! wants all mistakes of a file at once, each with its line and key. A typed deserializer gives
//! neither. So the events of `granit-parser` (the parser below `serde-saphyr`) are composed here.
//!
//! The grammar is that of YAML 1.2, which differs from `PyYAML`'s in two corners that no real file
//! turns: U+0085, U+2028 and U+2029 do not end lines, and a comment needs a blank before it.
//! (Tried with 6,000 damaged files: apart from these, whatever both accept reads the same.)
//!
//! What belongs here: YAML. What does not: any key of the library format.

mod compose;
mod document;
mod fault;
mod json;
mod keys;
mod number;
mod paths;
mod scalar;
mod tags;

pub(super) use compose::compose;
pub use document::Position;
pub(super) use document::{Document, NodeId, Shape};
pub(super) use fault::Fault;
pub(super) use json::json;
pub(super) use paths::Paths;
pub(super) use scalar::{Scalar, Value};
