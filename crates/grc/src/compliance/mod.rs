//! Compliance: audits of a framework, one row for each of its requirements, what is computed in them, and what proves it.

mod answer;
mod assignment;
mod audit;
mod comment;
mod documents;
mod evidence;
mod evidence_revision;
mod file;
mod file_type;
mod follow;
mod head;
mod inspect;
mod lines;
mod mailing;
pub mod mapping;
mod numbers;
pub mod questionnaire;
mod questions;
mod related;
mod requirement;
mod suggest;
mod viewer;
mod views;
mod words;

pub use evidence::{expire, keep_expiring};

use engine::declare::{Resource, Shape};

pub(crate) use audit::assigned_to;
pub(crate) use documents::excel_template;
pub(crate) use follow::carry;
pub(crate) use inspect::inspect;
pub(crate) use numbers::Visibility;
pub(crate) use views::report as framework_report;

/// Shapes that are only read.
const READ: &[Shape] = &[Shape::List, Shape::Detail];
/// All of them.
const EVERYWHERE: &[Shape] = &[Shape::List, Shape::Detail, Shape::Write];
/// Written, and read back by whoever writes.
const WRITE: &[Shape] = &[Shape::Write];

/// All resources of this module.
pub fn resources() -> Vec<Resource> {
    vec![
        documents::add(views::add(audit::audit())),
        requirement::requirement_assessment(),
        assignment::requirement_assignment(),
        evidence::evidence(),
        evidence_revision::evidence_revision(),
        comment::comment(),
        answer::answer(),
    ]
}
