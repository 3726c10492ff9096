//! Libraries and what they bring.

mod everything;
mod files;
mod loading;
mod mapping;
mod objects;
mod supply;
mod update;
mod upload;
