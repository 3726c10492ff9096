//! What `cargo xtask test` checks, in order. The list below is the whole story; a step is a name and a function.

mod browser;
mod clients;
mod code;
mod house;
mod interface;
mod licences;
mod rust;
mod text;

use anyhow::Result;

/// One thing to check.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn() -> Result<()>,
}

const fn step(name: &'static str, about: &'static str, run: fn() -> Result<()>) -> Step {
    Step { name, about, run }
}

/// Every step, the quick ones first.
#[rustfmt::skip] // a table
pub(crate) const ALL: &[Step] = &[
    step("fmt",       "Rust is formatted",                              code::fmt),
    step("clippy",    "Rust has no lints, not in tests either",         code::clippy),
    step("docs",      "Rust documentation has no broken links",         code::docs),
    step("licences",  "licences and bans of what we depend on",         licences::check),
    step("house",     "arrows point down, SQL stays in its room",       house::check),
    step("spelling",  "English words are spelt as such",                text::spelling),
    step("interface", "the interface type-checks, lints and builds",    interface::check),
    step("sqlite",    "unit and black-box tests on SQLite",             rust::on_sqlite),
    step("postgres",  "the same tests on PostgreSQL",                   rust::on_postgres),
    step("bucket",    "attached files in an S3-compatible service",     rust::on_bucket),
    step("derived",   "derived files are up to date",                   crate::generate::check),
    step("contract",  "schemathesis: the served document is true",      clients::contract),
    step("client",    "a published client of the contract, unmodified", clients::foreign),
    step("browser",   "a person's journeys in Chromium",                browser::journeys),
];
