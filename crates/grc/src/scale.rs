//! The ends of a scale of scores: of a framework, an audit, a requirement.

/// The lowest and the highest score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The lowest.
    pub min: i64,
    /// The highest.
    pub max: i64,
}
