//! Audits and their rows.

mod audits;
mod files;
mod following;
mod numbers;
mod rows;
mod seen;
mod suggestions;
mod views;
