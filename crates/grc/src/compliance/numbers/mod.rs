//! The numbers of an audit, as pure functions: what counts, how far it is, what it scores.
//!
//! What belongs here: arithmetic over plain values. What does not: rows, SQL, JSON shapes.

mod groups;
mod progress;
mod score;
mod visibility;

pub(crate) use crate::scale::Scale;
pub(crate) use groups::{Group, counts, default_groups, definitions, names};
pub(crate) use progress::{Step, measure, percent, progress};
pub(crate) use score::{Layer, Method, Part, Scoring, maturity, shown, total_max, truncated};
pub(crate) use visibility::{Viewer, Visibility};
