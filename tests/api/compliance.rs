//! Audits and their rows, and what is asked, mapped and assigned in them.

mod assignments;
mod audits;
mod files;
mod following;
mod mapping;
mod numbers;
mod questionnaires;
mod rows;
mod seen;
mod shelf;
mod suggestions;
mod views;
