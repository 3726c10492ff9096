//! The store from outside, on SQLite and (when `TESSERA_TEST_POSTGRES` names a server) on PostgreSQL. One program, so
//! that the bundled SQLite is linked once.

mod blobs;
mod group_commit;
mod marks;
mod migrations;
mod support;
mod tls;
mod totals;
mod transactions;
mod values;
