//! Declarations as documents: metadata for the interface, schemas for OpenAPI.

mod kinds;
mod schemas;

pub use kinds::kinds;
pub use schemas::{input_schema, schema};
