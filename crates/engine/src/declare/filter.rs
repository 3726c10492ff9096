//! Query parameters that are no fields.

use crate::context::Context;

/// A filter that is not simply a field: appends its condition over alias `t`.
pub type Condition = fn(&Context, &str, &mut store::Statement) -> Result<(), String>;

/// What a special filter understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// One id.
    Id,
    /// Ids with commas between them.
    Ids,
    /// `true` or `false`; anything else says nothing.
    Truth,
    /// A word that the condition knows; repeated for any of several.
    Word,
    /// Ids, one at a time: a row that meets one of them is found.
    AnyId,
    /// Some of these words, one at a time: a row that meets one of them is found.
    Words(&'static [&'static str]),
    /// Any text.
    Text,
}

/// A query parameter with a condition of its own.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Name in the query.
    pub name: &'static str,
    /// What it understands.
    pub takes: Takes,
    /// Turns a value into SQL; `Err` is the sentence of the refusal.
    pub condition: Condition,
}
