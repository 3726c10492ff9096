//! The domain: governance, risk and compliance. One folder a module, one file a resource.
//!
//! What belongs here: declarations, rules and calculations of the field. What does not: HTTP,
//! people and rights, SQL beyond the few views that only the field can ask for.

pub mod catalog;
pub mod compliance;
pub mod controls;
pub mod library;
pub mod organisation;
pub mod settings;

mod exported;
mod refusals;
mod scale;

use engine::declare::Resource;

/// All resources of all modules, in the order in which tables are made.
pub fn resources() -> Vec<Resource> {
    let mut all = organisation::resources();
    all.extend(catalog::resources());
    all.extend(controls::resources());
    all.extend(compliance::resources());
    all
}
