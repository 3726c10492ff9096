//! A name for a state of the data.

/// What a snapshot shows, by name: two snapshots of one [`Store`](crate::Store) that have equal marks show the same data.
/// Different marks say nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mark(String);

impl Mark {
    /// The mark of this name. Stores make them; others only to test what is done with marks.
    pub fn named(name: impl Into<String>) -> Self {
        Self(name.into())
    }
}
