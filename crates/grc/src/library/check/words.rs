//! Values that are words of a fixed list.

use super::{Advice, path};
use crate::library::{Library, MappingSet};

/// Kinds of reference control.
const CATEGORIES: [&str; 5] = ["policy", "process", "technical", "physical", "procedure"];
/// Functions of NIST CSF.
const FUNCTIONS: [&str; 6] = ["govern", "identify", "protect", "detect", "respond", "recover"];
/// How much a requirement matters.
const IMPORTANCE: [&str; 4] = ["mandatory", "recommended", "nice_to_have", "undefined"];
/// How a requirement is shown.
const DISPLAY: [&str; 2] = ["default", "splash"];
/// Kinds of metric.
const METRICS: [&str; 2] = ["qualitative", "quantitative"];
/// How a mapping was found.
const RATIONALES: [&str; 3] = ["syntactic", "semantic", "functional"];

pub(super) fn check(library: &Library, advice: &mut Advice) {
    let objects = &library.objects;
    for (index, control) in objects.reference_controls.iter().enumerate() {
        for message in [
            unknown("category", control.category.as_deref(), &CATEGORIES),
            unknown("csf_function", control.csf_function.as_deref(), &FUNCTIONS),
        ]
        .into_iter()
        .flatten()
        {
            advice.about(index, control, "unknown_word", message);
        }
    }
    for (index, node) in objects.framework.iter().flat_map(|framework| &framework.nodes).enumerate() {
        for message in [
            unknown("importance", node.importance.as_deref(), &IMPORTANCE),
            unknown("display_mode", node.display_mode.as_deref(), &DISPLAY),
        ]
        .into_iter()
        .flatten()
        {
            advice.about(index, node, "unknown_word", message);
        }
    }
    for (index, metric) in objects.metric_definitions.iter().enumerate() {
        if let Some(message) = unknown("category", metric.category.as_deref(), &METRICS) {
            advice.about(index, metric, "unknown_word", message);
        }
    }
    for (index, set) in objects.mapping_sets.iter().enumerate() {
        for (number, rule) in set.rules.iter().enumerate() {
            let place = || format!("{}.requirement_mappings[{number}]", path::<MappingSet>(index));
            if let Some(message) = unknown("rationale", rule.rationale.as_deref(), &RATIONALES) {
                advice.add(rule.at, place(), "unknown_word", message);
            }
            if let Some(strength) = rule.strength_of_relationship.filter(|strength| !(0..=10).contains(strength)) {
                let message = format!("a strength runs from 0 to 10; {strength} does not");
                advice.add(rule.at, place(), "strength", message);
            }
        }
    }
}

fn unknown(key: &str, word: Option<&str>, known: &[&str]) -> Option<String> {
    let word = word.filter(|word| !known.contains(word))?;
    Some(format!("there is no {key} {word:?}. Use one of {}", known.join(", ")))
}
