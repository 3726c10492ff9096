//! A resource's own code on the way of a write.

use super::kind::BoxFuture;
use crate::context::{Body, Context};
use crate::error::ApiError;
use crate::read::Reading;
use crate::rows::Rows;
use crate::write::Saving;
use uuid::Uuid;

/// A hook on the way of a write.
pub type Hook = for<'a> fn(&'a mut Saving<'_>) -> BoxFuture<'a, Result<(), ApiError>>;

/// Finds rows that stand in the way of a deletion: path of their kind, id, label. Those that the
/// caller may not see are not named.
pub type Blockers =
    for<'a> fn(&'a mut Reading<'_>, Uuid) -> BoxFuture<'a, Result<Vec<(&'static str, Uuid, String)>, ApiError>>;

/// A body on its way into a new row, before anything is read from it.
#[derive(Debug)]
pub struct Preparing<'a> {
    /// Who asks, and how.
    pub ctx: &'a Context,
    /// What they sent; a hook may fill in what depends on something else.
    pub body: &'a mut Body,
    /// The transaction.
    pub rows: &'a mut Rows,
}

/// A hook on bodies of new rows.
pub type Prepare = for<'a> fn(&'a mut Preparing<'_>) -> BoxFuture<'a, Result<(), ApiError>>;

/// Rows whose links change from the other end, while a relative of theirs is saved.
#[derive(Debug)]
pub struct Relinking<'a> {
    /// Who saves the relative, and how.
    pub ctx: &'a Context,
    /// The field of these rows that changes.
    pub field: &'static str,
    /// The rows that gain or lose the relative; the caller may change each.
    pub ids: &'a [Uuid],
    /// The transaction.
    pub rows: &'a mut Rows,
}

/// A hook on links that change from the other end: it refuses what a change of the rows themselves would refuse.
pub type Relink = for<'a> fn(&'a mut Relinking<'_>) -> BoxFuture<'a, Result<(), ApiError>>;

/// Special behaviour around writes.
#[derive(Clone, Copy, Default)]
pub struct Hooks {
    /// Before the body of a new row is read: defaults that depend on something else.
    pub prepare: Option<Prepare>,
    /// After validation, before the row is written: cross-field rules, derived values.
    pub before_save: Option<Hook>,
    /// After the row was written, in the same transaction.
    pub after_save: Option<Hook>,
    /// Before links of rows change from the other end: refusals.
    pub before_relink: Option<Relink>,
    /// Before the row is deleted: refusals.
    pub before_delete: Option<Hook>,
    /// What such a refusal is about, for `cascade-info/`.
    pub blockers: Option<Blockers>,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hooks")
    }
}
