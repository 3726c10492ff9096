//! Documents out, and workbooks back in. What belongs here: file formats, their heavy libraries, and how a report is laid
//! out and worded. What does not: where the figures come from. Callers fill plain structs ([`audit::Audit`],
//! [`soa::Statement`], [`action_plan::ActionPlan`], [`maturity::Maturity`], [`measures::Measures`]) and get bytes.
//!
//! Each report is composed once as a `document::Document` (headings, tables, charts) and written as PDF, DOCX or HTML by
//! a writer that knows no report. Writing is a matter of the processor alone: servers call it where blocking is allowed.

pub mod action_plan;
pub mod audit;
mod chart;
mod colour;
mod document;
mod docx;
mod error;
mod face;
mod html;
pub mod maturity;
pub mod measures;
mod pdf;
pub mod soa;
mod table;
pub mod terms;
mod words;
mod xml;

pub use error::ReportError;
pub use table::{csv, xlsx};
pub use words::Language;
