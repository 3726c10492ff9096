//! Known differences: lines of `docs/api-compatibility.md`. What is not there is a failure, and
//! so is a line that describes nothing any more.

use std::collections::BTreeMap;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api-compatibility.md");

/// Differences that were found, by key: `assets.options#status`.
#[derive(Debug, Default)]
pub(super) struct Found(BTreeMap<String, String>);

impl Found {
    /// Notes one: the case, the part of its answer, and what is different there.
    pub(super) fn add(&mut self, case: &str, part: &str, sentence: impl Into<String>) {
        self.0.entry(format!("{case}#{part}")).or_insert_with(|| sentence.into());
    }

    /// Compares with the lines of the document whose keys begin with one of `areas`.
    ///
    /// # Panics
    /// When either has something that the other has not.
    pub(super) fn settle(self, ours: impl Fn(&str) -> bool) {
        let text = std::fs::read_to_string(DOCUMENT).expect("docs/api-compatibility.md");
        let declared: Vec<&str> = text.lines().filter_map(key).filter(|key| ours(key)).collect();
        let undeclared: Vec<String> = self
            .0
            .iter()
            .filter(|(found, _)| !declared.iter().any(|key| covers(key, found)))
            .map(|(found, sentence)| format!("conformance:{found} | {sentence}"))
            .collect();
        let gone: Vec<&&str> = declared.iter().filter(|key| !self.0.keys().any(|found| covers(key, found))).collect();
        println!("{} declared differences, {} found", declared.len(), self.0.len());
        assert!(
            undeclared.is_empty(),
            "differences that docs/api-compatibility.md does not name:\n{}",
            undeclared.join("\n")
        );
        assert!(gone.is_empty(), "docs/api-compatibility.md names differences that are gone: {gone:#?}");
    }
}

/// The key of a table line: ``| `conformance:assets.options#status` | … |``.
fn key(line: &str) -> Option<&str> {
    let cell = line.strip_prefix('|')?.split('|').next()?.trim();
    cell.trim_matches('`').strip_prefix("conformance:")
}

/// Whether a declared key names what was found. A `*` stands for a whole resource or case.
fn covers(declared: &str, found: &str) -> bool {
    let parts = |key: &str| {
        let (case, part) = key.split_once('#').unwrap_or((key, ""));
        let (resource, case) = case.split_once('.').unwrap_or((case, ""));
        [resource.to_owned(), case.to_owned(), part.to_owned()]
    };
    parts(declared).iter().zip(parts(found)).all(|(declared, found)| declared == "*" || *declared == found)
}

#[cfg(test)]
mod tests {
    use super::{covers, key};

    #[test]
    fn lines_of_the_table_are_keys() {
        assert_eq!(key("| `conformance:a.b#c` | why |"), Some("a.b#c"));
        assert_eq!(key("| conformance:a.b#c | why |"), Some("a.b#c"));
        assert_eq!(key("conformance:a.b#c"), None);
    }

    #[test]
    fn a_star_stands_for_one_part() {
        assert!(covers("*.options#status", "assets.options#status"));
        assert!(!covers("*.options#status", "assets.options#Allow"));
        assert!(!covers("assets.list#id", "assets.list#id.more"));
    }
}
