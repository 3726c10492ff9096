//! Who may do what: every operation by everybody, and what is hidden stays hidden.
//!
//! Expectations come from small models of their own (`model`, `naive`), never from the engine.

mod assigned;
mod last_admin;
mod matrix;
mod model;
mod naive;
mod relations;
mod routes;
mod world;
