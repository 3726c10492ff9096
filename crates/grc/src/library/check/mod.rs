//! Advice for authors: what is allowed but unwise. One file a topic.
//!
//! What belongs here: anything with which a library still loads. What does not: reasons to refuse
//! it, which are found while reading (`model`).

mod groups;
mod header;
mod matrices;
mod names;
mod presets;
mod questions;
mod references;
mod scores;
mod translations;
mod warning;
mod words;

pub use warning::Warning;

use super::{Library, Object};
use crate::library::problem::shortened;
use crate::library::yaml::Position;

/// Advice about one library on its own. What it takes from its dependencies is taken on trust.
pub fn check(library: &Library) -> Vec<Warning> {
    check_among(library, &[])
}

/// The same beside other libraries: what it takes from those of its dependencies is looked up.
pub fn check_among(library: &Library, others: &[&Library]) -> Vec<Warning> {
    let mut advice = Advice(library.notes.clone());
    header::check(library, &mut advice);
    names::check(library, &mut advice);
    groups::check(library, &mut advice);
    references::check(library, others, &mut advice);
    scores::check(library, &mut advice);
    questions::check(library, &mut advice);
    matrices::check(library, &mut advice);
    words::check(library, &mut advice);
    presets::check(library, &mut advice);
    translations::check(library, &mut advice);
    advice.0.sort_by_key(|warning| warning.at);
    advice.0
}

/// More advice than this helps nobody.
const MOST: usize = 1000;

/// What has been found so far.
struct Advice(Vec<Warning>);

impl Advice {
    fn add(&mut self, at: Position, path: String, code: &'static str, message: impl Into<String>) {
        if self.0.len() < MOST {
            self.0.push(Warning { at, path, code, message: shortened(message.into()) });
        }
    }

    /// The same about one object of a list.
    fn about<T: Object>(&mut self, index: usize, object: &T, code: &'static str, message: impl Into<String>) {
        self.add(object.entry().at, path::<T>(index), code, message);
    }
}

/// The key path of the object at a place of its list.
fn path<T: Object>(index: usize) -> String {
    format!("objects.{}[{index}]", T::KEY)
}
