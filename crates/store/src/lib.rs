//! SQL and files: two drivers behind one narrow face.
//!
//! What belongs here: opening a database, transactions, running a [`Statement`], reading a [`Row`], migrations, and the
//! files that rows speak of ([`Blobs`]). What does not: resources, people and permissions (the engine puts those into the SQL it builds), and the clock (time is a
//! parameter).
//!
//! ```text
//! Store ── begin/read/peek ──▶ Tx ── execute/each/all/one ──▶ Row ──▶ text/int/…/write_json
//!   │                          │
//!   └ sqlite | postgres        └ Statement (SQL with $1, $2 … + Values)
//! ```
//!
//! SQL is written once, with `$1, $2 …`. A value means the same in both databases; how it is kept differs:
//!
//! | [`Kind`] | SQLite                                        | PostgreSQL       |
//! |----------|-------------------------------------------------|--------------------|
//! | `Uuid`   | `TEXT`, 36 characters, lower case               | `uuid`             |
//! | `Text`   | `TEXT`                                          | `text`             |
//! | `Int`    | `INTEGER`                                       | `bigint`           |
//! | `Real`   | `REAL`                                          | `double precision` |
//! | `Bool`   | `INTEGER`, 0 or 1                               | `boolean`          |
//! | `Time`   | `TEXT`, `2026-11-24T06:00:00.000000Z`: sortable | `timestamptz`      |
//! | `Date`   | `TEXT`, `2026-11-24`                            | `date`             |
//! | `Json`   | `TEXT`                                          | `jsonb`            |
//! | (bytes)  | `BLOB`                                          | `bytea`            |

mod blobs;
mod cell;
mod error;
mod kind;
mod mark;
mod migrate;
mod postgres;
mod row;
mod schema;
mod sqlite;
mod stamp;
mod statement;
mod store;
mod totals;
mod tx;
mod value;

#[cfg(feature = "s3")]
pub use blobs::Bucket;
pub use blobs::{BlobError, BlobStream, Blobs, Incoming, Stored};
pub use error::Error;
pub use kind::Kind;
pub use mark::Mark;
pub use migrate::{Migrated, Migration, migrate, migrate_with, migrations};
pub use row::Row;
pub use schema::{Column, columns, tables};
pub use statement::Statement;
pub use store::{Dialect, PoolStatus, Store};
pub use tx::Tx;
pub use value::Value;
