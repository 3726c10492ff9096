//! Behaviour seen from outside, over HTTP, on the database that the run names.

mod catalog;
mod controls;
mod compliance;
mod organisation;
mod people;
mod sessions;
mod settings;
mod sign_in;
mod tokens;
