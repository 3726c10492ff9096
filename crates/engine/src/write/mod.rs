//! From bodies to rows: validation, saving, deleting, each in one transaction with its audit
//! entry.

mod batch;
mod cascade;
mod create;
mod delete;
mod folder;
mod merge;
mod reference;
mod relink;
mod row;
mod save;
mod saving;
mod seed;
mod unique;
mod update;
mod validate;

pub use batch::batch;
pub use cascade::{Fate, Group, cascade_info};
pub use create::{create, create_as, create_in};
pub use delete::{delete, delete_in};
pub use folder::take_along;
pub use merge::{Fill, Merged, Moved, merge_in};
pub use relink::may_relink;
pub use row::{Cells, etag_of};
pub use saving::{Saving, name_key};
pub use seed::{Bulk, seed};
pub use update::{Mode, set, update, update_as, update_in};
pub(crate) use validate::boolean;
pub use validate::{Values, type_name, uuid};
