//! Which rows are a resource's, whose they are, and what of them is not for everybody.

use super::kind::{BoxFuture, Shape};
use crate::error::ApiError;
use crate::read::Reading;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// The rows of another resource that hold one code in one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Path of the other resource, which has the tables.
    pub whole: &'static str,
    /// The choice field.
    pub field: &'static str,
    /// Its code.
    pub code: &'static str,
}

/// Appends, for the table under an alias, the condition that a row is assigned to a person.
pub type AssignedRows = fn(alias: &str, user: uuid::Uuid, into: &mut store::Statement);

/// What some rows keep from those who see them for being assigned alone: to such a reader the value is as if it were not
/// there, whether it is read, filtered or ordered by, searched, or followed from its other end.
#[derive(Clone, Copy, Debug)]
pub struct Withheld {
    /// Fields that can be kept back.
    pub fields: &'static [&'static str],
    /// Appends, for the table under an alias, the condition that a row keeps this field back.
    pub rows: fn(alias: &str, field: &str, into: &mut store::Statement),
}

/// Says for the rows of a page which fields they do without in a shape, with a fixed number of statements. Rows that
/// are not named show everything.
pub type LeftOut = for<'a> fn(
    &'a mut Reading<'_>,
    Shape,
    &'a [Uuid],
) -> BoxFuture<'a, Result<HashMap<Uuid, Arc<[&'static str]>>, ApiError>>;
