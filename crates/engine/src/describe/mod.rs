//! Declarations as documents: metadata for the interface, schemas for OpenAPI.

mod kinds;
mod parameters;
mod schemas;

pub use kinds::kinds;
pub use parameters::{ids, moment, optional_id, parameters, window};
pub use schemas::{Writing, input_schema, light_schema, schema};
