//! Behaviour seen from outside, over HTTP, on the database that the run names.

mod organisation;
mod tokens;
