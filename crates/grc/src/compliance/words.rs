//! Codes of audits and their rows, with the labels of the wire.

use engine::declare::Choices;

/// Where an audit stands.
pub(super) const AUDIT_STATUS: Choices = &[
    ("planned", "Planned"),
    ("in_progress", "In progress"),
    ("in_review", "In review"),
    ("done", "Done"),
    ("deprecated", "Deprecated"),
];

/// How rows become one score.
pub(super) const METHOD: Choices =
    &[("average", "Average"), ("sum", "Sum"), ("average_of_averages", "Average of averages")];

/// Where a row stands.
pub(super) const STATUS: Choices =
    &[("to_do", "To do"), ("in_progress", "In progress"), ("in_review", "In review"), ("done", "Done")];

/// What was found.
pub(super) const RESULT: Choices = &[
    ("not_assessed", "Not assessed"),
    ("partially_compliant", "Partially compliant"),
    ("non_compliant", "Non-compliant"),
    ("compliant", "Compliant"),
    ("not_applicable", "Not applicable"),
];

/// What an auditor adds to it.
pub(super) const EXTENDED_RESULT: Choices = &[
    ("major_nonconformity", "Major nonconformity"),
    ("minor_nonconformity", "Minor nonconformity"),
    ("observation_sensitive_point", "Observation / sensitive point"),
    ("opportunity_for_improvement", "Opportunity for improvement"),
    ("good_practice", "Good practice"),
];

/// Whether the respondent agrees.
pub(super) const ALIGNMENT: Choices =
    &[("yes", "Yes"), ("no", "No"), ("in_progress", "In progress"), ("not_applicable", "Not applicable")];

/// `not_assessed` → `notAssessed`: the key under which clients look words up.
pub(super) fn key(code: &str) -> String {
    let mut words = code.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut key, word| {
        let mut letters = word.chars();
        key.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        key.push_str(letters.as_str());
        key
    })
}

#[cfg(test)]
mod tests {
    use super::{RESULT, key};
    use engine::declare::label;

    #[test]
    fn codes_become_keys_and_labels() {
        assert_eq!(key("not_assessed"), "notAssessed");
        assert_eq!(key("observation_sensitive_point"), "observationSensitivePoint");
        assert_eq!(key("compliant"), "compliant");
        assert_eq!(label(RESULT, "non_compliant"), "Non-compliant");
        assert_eq!(label(RESULT, "novel"), "novel");
    }
}
