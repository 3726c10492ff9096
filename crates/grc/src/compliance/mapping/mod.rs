//! Mappings: what an audit of one framework says of the requirements of another.
//!
//! What belongs here: ways through the mapping sets, what they connect, how rows of one audit are
//! merged into another (pure functions: `graph`, `trace`, `merge`), and loading and writing that.
//! What does not: judging a requirement by itself.

mod actions;
mod apply;
mod graph;
mod load;
mod merge;
mod project;
mod trace;

use super::questionnaire::Verdict;
pub(super) use actions::{frameworks, from_baseline, map_from, preview};

pub use graph::{Depth, Graph, MappingSet};
pub use merge::{Change, Evidence, Merged, Row, merge};
pub use trace::{Best, Coverage, Link, Reached, Rule, Rules, best, every_best};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
