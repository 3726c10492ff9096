//! The harness of the black-box tests: a whole Tessera in this process, spoken to over HTTP.
//!
//! Every test gets its own program over its own database: SQLite in a temporary folder, or,
//! when `TESSERA_TEST_POSTGRES` names a server, a fresh PostgreSQL database there. The clock is
//! frozen and chance is seeded, so bodies are the same in every run.

mod actor;
mod app;
mod database;
mod library;
mod mail;
mod maker;
mod sheets;

pub use actor::{Actor, Answer};
pub use app::{ADMIN, PASSWORD, TestApp};
pub use database::{backend, shared_contract};
pub use library::{LIBRARY_KINDS, library};
pub use mail::Sink;
pub use maker::Maker;
pub use sheets::sheets;
