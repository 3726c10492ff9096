//! Libraries and what they bring.

mod files;
mod upload;
