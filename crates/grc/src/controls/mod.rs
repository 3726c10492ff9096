//! Controls: what is done about risks and requirements, what it costs, and what is excepted.

mod applied_control;
pub mod cost;
mod duplicate;
mod filters;
mod linked;
mod merge;
mod owned;
mod rows;
mod saving;
mod security_exception;
mod standing;
mod sync;
mod views;
pub(crate) mod words;

pub(crate) use owned::owned_by;
pub(crate) use sync::{sync_all, syncable};
pub(crate) use views::budget_overview;
pub(crate) use views::owners as owners_in_use;

use engine::declare::{Resource, Shape};

/// Shapes that are only read.
const READ: &[Shape] = &[Shape::List, Shape::Detail];
/// The detail alone.
const DETAIL: &[Shape] = &[Shape::Detail];
/// What can be written, and the detail.
const EDIT: &[Shape] = &[Shape::Detail, Shape::Write];

/// All resources of this module.
pub fn resources() -> Vec<Resource> {
    vec![security_exception::security_exception(), applied_control::applied_control(), applied_control::policy()]
}
