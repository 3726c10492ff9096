//! The catalogue: libraries, and what they bring: frameworks with their requirements and
//! questions, reference controls, threats, risk matrices, mapping sets.
//!
//! What belongs here: these kinds and how a library becomes rows. What does not: the format of
//! library files (`library`), and what people make of it all (audits, risks, controls).

mod content;
mod framework;
mod labels;
mod load;
mod loaded_library;
mod loading;
mod mapping_graph;
mod mapping_set;
mod own;
mod question;
mod question_choice;
mod reference_control;
mod requirement_node;
mod risk_matrix;
mod stored_library;
mod supply;
mod threat;
mod tree;
pub mod update;
mod upload;
mod usage;
mod views;

pub(crate) use framework::controls;
pub use load::Source;
pub use supply::{Listed, Supplied, digest, known, listed, load_stored, seed, supply};

use engine::declare::{Field, Resource, Shape, boolean, json, long_text, text};
use serde_json::Value;

/// Shapes that are only read.
const READ: &[Shape] = &[Shape::List, Shape::Detail];
/// Kept, and shown nowhere as it is.
const NOWHERE: &[Shape] = &[];

/// All resources of this module.
pub fn resources() -> Vec<Resource> {
    vec![
        stored_library::stored_library(),
        loaded_library::loaded_library(),
        reference_control::reference_control(),
        threat::threat(),
        framework::framework(),
        requirement_node::requirement_node(),
        question::question(),
        question_choice::question_choice(),
        risk_matrix::risk_matrix(),
        mapping_set::mapping_set(),
    ]
}

/// A document that the program itself writes.
fn document(name: &'static str) -> Field {
    json(name, "json", |_: &Value| Ok(())).read_only()
}

/// Texts in other languages: `{"fr": {"name": "…"}}`.
fn translations() -> Field {
    document("translations").nullable()
}

/// The name in the language asked for.
fn name() -> Field {
    text("name").max(200).translated().search().filter().order().column()
}

/// What it is, in the language asked for.
fn description() -> Field {
    long_text("description").nullable().translated().search()
}

/// A remark of the author.
fn annotation() -> Field {
    long_text("annotation").nullable().translated()
}

/// By what it is known everywhere; local objects have none.
fn urn() -> Field {
    text("urn").nullable().max(255).read_only().filter()
}

/// Its short name.
fn ref_id() -> Field {
    text("ref_id").nullable().max(100).search().filter().order().column()
}

/// Who made the content.
fn provider() -> Field {
    text("provider").nullable().max(200).filter().order().column()
}

/// Its own language.
fn locale() -> Field {
    text("locale").max(100).read_only().default("\"en\"")
}

/// Whether its own language is the one to fall back to.
fn default_locale() -> Field {
    boolean("default_locale").read_only().default("true")
}
