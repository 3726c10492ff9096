//! What controls are linked to: the kinds of other modules that name them.
//!
//! Each kind counts from the day it is declared with the field that is named here.

use engine::declare::{Answer, Kind, Resource, link_table};
use engine::{ApiError, Registry};
use serde_json::{Value, json};

/// A kind of link: its word, its label, the kind of object and the field that names controls.
type Link = (&'static str, &'static str, &'static str, &'static str);

const LINKS: [Link; 14] = [
    ("requirement_assessments", "Requirement Assessments", "requirement-assessments", "applied_controls"),
    ("risk_scenarios", "Risk Scenarios", "risk-scenarios", "applied_controls"),
    ("risk_scenarios_e", "Risk Scenarios (existing)", "risk-scenarios", "existing_applied_controls"),
    ("findings", "Findings", "findings", "applied_controls"),
    ("vulnerabilities", "Vulnerabilities", "vulnerabilities", "applied_controls"),
    ("stakeholders", "Stakeholders", "stakeholders", "applied_controls"),
    ("processings", "Processings", "processings", "associated_controls"),
    ("data_breaches_remediated", "Data Breaches", "data-breaches", "remediation_measures"),
    (
        "quantitative_risk_hypotheses_existing",
        "CRQ Hypotheses (existing)",
        "quantitative-risk-hypotheses",
        "existing_applied_controls",
    ),
    (
        "quantitative_risk_hypotheses_added",
        "CRQ Hypotheses (added)",
        "quantitative-risk-hypotheses",
        "added_applied_controls",
    ),
    (
        "quantitative_risk_hypotheses_removed",
        "CRQ Hypotheses (removed)",
        "quantitative-risk-hypotheses",
        "removed_applied_controls",
    ),
    ("assetassessment", "Asset Assessments", "asset-assessments", "associated_controls"),
    ("task_templates", "Task Templates", "task-templates", "applied_controls"),
    ("incidents", "Incidents", "incidents", "applied_controls"),
];

/// Words of the filter; `--` finds what is linked to nothing.
pub(super) const WORDS: [&str; 16] = {
    let mut words = ["--"; 16];
    let mut at = 0;
    while at < LINKS.len() {
        words[at + 1] = LINKS[at].0;
        at += 1;
    }
    words[15] = "comments";
    words
};

/// A link that exists here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Existing<'a> {
    /// Its word.
    pub(super) word: &'static str,
    /// The kind of object that names controls.
    pub(super) source: &'a Resource,
    /// The field in which it does.
    pub(super) field: &'static str,
}

impl Existing<'_> {
    /// The table of the link: `source_id` names the object, `target_id` the control.
    pub(super) fn table(&self) -> String {
        link_table(self.source.home(), self.field)
    }
}

/// The links whose kinds are declared, in the order of the words.
pub(super) fn existing(registry: &Registry) -> Vec<Existing<'_>> {
    let declared = LINKS.iter().filter_map(|(word, _, source, field)| {
        let source = registry.get(source)?;
        let names = |kind: &Kind| matches!(kind, Kind::References { target } if *target == "applied-controls");
        let there = source.fields.iter().any(|one| one.name == *field && names(&one.kind));
        there.then_some(Existing { word, source, field })
    });
    declared.collect()
}

/// `linked_models/`: the words and their labels.
pub(super) async fn choices() -> Result<Answer, ApiError> {
    let known = LINKS.iter().map(|(word, label, ..)| (*word, *label));
    let all = [("--", "--")].into_iter().chain(known).chain([("comments", "Comments")]);
    Ok(Answer::Json(all.map(|(value, label)| json!({ "value": value, "label": label })).collect::<Vec<Value>>().into()))
}

#[cfg(test)]
mod tests {
    use super::{LINKS, WORDS};

    #[test]
    fn every_link_has_its_word() {
        assert_eq!(WORDS[0], "--");
        assert_eq!(WORDS[1..15], LINKS.map(|(word, ..)| word));
        assert_eq!(WORDS[15], "comments");
    }
}
