//! Interactive sessions: sliding, bounded, revocable. Tokens live elsewhere and never mix.

mod lookup;
mod manage;
mod start;

pub use lookup::{FoundSession, lookup};
pub use manage::{Session, end, end_all, list};
pub use start::{Started, start};

use engine::Access;

fn access() -> Access {
    Access::system("sessions belong to one person and are no rows of a folder")
}
