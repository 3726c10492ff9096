//! From rows to JSON: cells are copied from the driver straight into the body.
//!
//! A page costs one statement for the rows, one for each relation shown and one call for each
//! group of computed fields, however many rows there are.

mod label;
mod list;
mod maps;
mod relations;
mod resolve;
mod rows_json;
mod wording;

pub use label::{label_of, labels_of};
pub use list::{count_visible, list, list_among, list_selected, retrieve};
pub use maps::{autocomplete, choices, ids, names};
pub use resolve::resolve;
pub use rows_json::write_rows;
pub use wording::Wording;

use crate::access::{Access, Verb};
use crate::context::Context;
use crate::declare::Resource;
use crate::rows::Rows;

/// One read under way: who asks, and the snapshot that answers.
#[derive(Debug)]
pub struct Reading<'a> {
    /// Who asks, and how.
    pub ctx: &'a Context,
    /// The snapshot.
    pub rows: &'a mut Rows,
}

impl Reading<'_> {
    /// Proof of what the caller may see of a resource.
    pub fn access(&self, resource: &Resource) -> Access {
        self.ctx.access(resource, Verb::View)
    }
}
