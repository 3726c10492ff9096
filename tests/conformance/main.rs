//! Conformance with the wire contract: what every resource must do, and what was recorded.

mod contract;
mod samples;
mod schema;
mod statements;
