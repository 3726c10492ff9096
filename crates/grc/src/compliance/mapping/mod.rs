//! Mappings: what an audit of one framework says of the requirements of another.
//!
//! What belongs here: ways through the mapping sets, what they connect, and how rows of one audit
//! are merged into another, as pure functions. What does not: judging a requirement by itself.

mod graph;
mod merge;
mod trace;

pub use graph::{Depth, Graph, MappingSet};
pub use merge::{Change, Evidence, Merged, Row, merge};
pub use trace::{Best, Coverage, Link, Reached, Rule, Rules, best, every_best};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
