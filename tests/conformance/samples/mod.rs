//! Recorded answers of the contract against ours: status, headers, keys, kinds of value, and
//! exact bodies where clients compare them.

mod answers;
mod assignments;
mod audits;
mod batches;
mod controls;
mod data;
mod deviations;
mod general;
mod recorded;
mod shape;
mod walk;
