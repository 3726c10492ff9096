//! What a resource is: declaration, query plan, access, validation, audit log.
//!
//! A resource is declared once as data ([`declare`]); this crate interprets it. It knows no
//! word of the domain and no HTTP; it hands the server values and takes values from it.

pub mod access;
pub mod audit;
pub mod call;
pub mod clock;
pub mod context;
pub mod declare;
pub mod describe;
pub mod error;
pub mod files;
pub mod kept;
pub mod mail;
pub mod plan;
pub mod random;
pub mod read;
pub mod registry;
pub mod repeated;
pub mod rows;
pub mod schema;
pub mod step;
pub mod transfer;
pub mod trial;
pub mod write;

mod engine;
mod hex;

pub use access::{Access, Principal, Verb};
pub use call::{Call, Upload};
pub use context::{Body, Context, Query};
pub use engine::Engine;
pub use error::{ApiError, FieldErrors};
pub use hex::hex;
pub use registry::Registry;
pub use rows::{Rows, required};
/// Statements and cells, for hand-written SQL in the rooms above.
pub use store::{Dialect, Error as StoreError, Kind as Storage, Row, Statement, Value as Cell};
