//! Libraries: files of frameworks, controls, threats, matrices and mappings, read into types.
//!
//! Pure functions from bytes to values: [`read`] refuses with all problems of a file, [`check()`]
//! advises its author, [`builtin`] is our own content. What belongs here: the format. What does
//! not: the database, HTTP, and what loading a library does to audits.

pub mod builtin;
mod check;
mod input;
mod limits;
mod model;
mod problem;
mod reading;
mod yaml;

pub use check::{Warning, check, check_among};
pub use limits::Limits;
pub use model::*;
pub use problem::{Class, Kind, Problem};
pub use yaml::Position;

use engine::hex;
use reading::Reading;
use sha2::{Digest, Sha256};

/// Signs that end a line in YAML 1.1, and stand for themselves in YAML 1.2 and here.
const OLD_BREAKS: [&str; 3] = ["\u{85}", "\u{2028}", "\u{2029}"];

/// Reads one file within the default limits. `file` is the name that problems give it.
pub fn read(bytes: &[u8], file: &str) -> Result<Library, Vec<Problem>> {
    read_within(bytes, file, &Limits::default())
}

/// The same within limits of one's own.
pub fn read_within(bytes: &[u8], file: &str, limits: &Limits) -> Result<Library, Vec<Problem>> {
    let refuse = |fault: yaml::Fault| {
        let yaml::Fault { at, kind, message } = fault;
        let message = problem::shortened(message);
        vec![Problem { file: file.to_owned(), at, path: String::new(), kind, message }]
    };
    let text = input::text(bytes, limits).map_err(refuse)?;
    let document = yaml::compose(&text, limits).map_err(refuse)?;
    let mut reading = Reading::new(&document, limits);
    let library = Library::read(&mut reading);
    if let Some(sign) = OLD_BREAKS.into_iter().find(|sign| text.contains(sign)) {
        let message = format!("older readers end a line at the sign {}. Replace it", sign.escape_unicode());
        reading.note(document.root(), None, "line_break", message);
    }
    for key in &document.repeated {
        let message = format!("the key {:?} stands here twice; the last one counts. Remove one", document.key(*key));
        reading.note(*key, None, "repeated_key", message);
    }
    let (locales, notes) = reading.finish(file)?;
    // Nothing was wrong, so there is a library.
    let Some(mut library) = library else { return Err(Vec::new()) };
    library.hash = hex(&Sha256::digest(bytes));
    library.locales = locales;
    library.notes = notes;
    Ok(library)
}
