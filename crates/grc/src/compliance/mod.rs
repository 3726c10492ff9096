//! Compliance: audits of a framework, one row for each of its requirements, and what is computed in them.

mod assignment;
mod audit;
mod follow;
mod head;
mod lines;
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

use engine::declare::Resource;

pub(crate) use follow::carry;

/// All resources of this module.
pub fn resources() -> Vec<Resource> {
    vec![views::add(audit::audit()), requirement::requirement_assessment(), assignment::requirement_assignment()]
}
