//! What a resource is: plain data, built by plain functions, interpreted by the rest of the
//! engine. What belongs here: the vocabulary of declarations. What does not: interpretation.

mod action;
mod declaring;
mod field;
mod filter;
mod hooks;
mod kind;
mod resource;
mod sight;
mod words;

pub use action::{
    Accepts, Action, ActionBuilder, Answer, Download, Guarded, Method, On, Receives, Run, delete, get, post,
};
pub use field::Field;
pub use filter::{Condition, Filter, Takes};
pub use hooks::{Blockers, Hook, Hooks, Prepare, Preparing, Relink, Relinking};
pub use kind::{BoxFuture, Choices, Columns, Compute, JsonCheck, Kind, OnDelete, Shape, label};
pub use resource::{IdsShape, Operations, Resource, Scope, Unique, Unscoped, link_table};
pub use sight::{AssignedRows, LeftOut, Slice, Withheld};
pub use words::{
    blob, boolean, choice, computed, created_at, date, email, folder, folder_as, id, integer, is_published, json,
    long_text, number, path, reference, references, reverse, text, time, updated_at, url,
};
