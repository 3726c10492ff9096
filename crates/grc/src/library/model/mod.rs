//! The parts of the library format as types, each beside the reading of its own keys.
//!
//! One file a part. What belongs here: keys, defaults, and what makes a part unusable. What does
//! not: what is merely unwise (`check`), and what becomes of a part in the database.

mod catalog;
mod choice;
mod content;
mod entry;
mod framework;
mod header;
mod library;
mod mapping;
mod matrix;
mod metric;
mod preset;
mod question;
mod requirement;
mod rules;
mod score;
mod translations;
mod tree;
mod ttp;

pub use catalog::{ReferenceControl, Threat};
pub use choice::{Choice, Condition, DependsOn};
pub use content::Objects;
pub use entry::{Entry, Object, Translated};
pub use framework::{Framework, ImplementationGroup};
pub use library::Library;
pub use mapping::{MappingRule, MappingSet, Relationship};
pub use matrix::{Level, RiskMatrix};
pub use metric::MetricDefinition;
pub use preset::{JourneyStep, Preset, ScaffoldedObject};
pub use question::{Question, QuestionType};
pub use requirement::RequirementNode;
pub use score::{Score, ScoreScale};
pub use translations::Translations;
pub use tree::Branch;
pub use ttp::{Grouping, Tactic, Technique, TtpCatalog};
