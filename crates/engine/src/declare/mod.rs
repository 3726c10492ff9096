//! What a resource is: plain data, built by plain functions, interpreted by the rest of the
//! engine. What belongs here: the vocabulary of declarations. What does not: interpretation.

mod action;
mod field;
mod resource;

pub use action::{
    Accepts, Action, ActionBuilder, Answer, Download, Guarded, Method, On, Receives, Run, delete, get, post,
};
pub use field::{
    BoxFuture, Choices, Columns, Compute, Field, JsonCheck, Kind, OnDelete, Shape, blob, boolean, choice, computed,
    created_at, date, email, folder, folder_as, id, integer, is_published, json, label, long_text, number, path,
    reference, references, reverse, text, time, updated_at, url,
};
pub use resource::{
    AssignedRows, Blockers, Condition, Filter, Hook, Hooks, IdsShape, LeftOut, Operations, Prepare, Preparing, Relink,
    Relinking, Resource, Scope, Slice, Takes, Unique, Unscoped, Withheld, link_table,
};
