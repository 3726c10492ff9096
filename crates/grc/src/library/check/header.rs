//! What a library says about itself.

use super::Advice;
use crate::library::Library;
use crate::library::yaml::Position;

pub(super) fn check(library: &Library, advice: &mut Advice) {
    let mut missing = |present: bool, key: &'static str, code: &'static str, why: &str| {
        if !present {
            advice.add(Position::default(), key.into(), code, format!("{why}. Add \"{key}: …\""));
        }
    };
    let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    missing(library.publication_date.is_some(), "publication_date", "no_date", "nobody can tell how old this is");
    missing(said(&library.provider), "provider", "no_provider", "nobody can tell whose content this is");
    missing(said(&library.copyright), "copyright", "no_copyright", "nobody can tell what they may do with this");
    missing(said(&library.ref_id), "ref_id", "no_ref_id", "people refer to a library by its short name");
    if library.dependencies.contains(&library.urn) {
        let message = "a library cannot depend on itself. Remove it from the list";
        advice.add(Position::default(), "dependencies".into(), "own_dependency", message);
    }
}
