//! Behaviour seen from outside, over HTTP, on the database that the run names.

mod catalog;
mod compliance;
mod controls;
mod organisation;
mod people;
mod sessions;
mod settings;
mod sign_in;
mod tokens;
