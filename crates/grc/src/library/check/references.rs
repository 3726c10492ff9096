//! Urns that point at other objects.

use super::Advice;
use crate::library::{Library, Object};
use std::collections::{HashMap, HashSet};

pub(super) fn check(library: &Library, others: &[&Library], advice: &mut Advice) {
    let controls = Targets::of(library, others, |library| urns(&library.objects.reference_controls));
    let threats = Targets::of(library, others, |library| urns(&library.objects.threats));
    if let Some(framework) = &library.objects.framework {
        for (index, node) in framework.nodes.iter().enumerate() {
            for message in controls.missing("reference control", &node.reference_controls) {
                advice.about(index, node, "unknown_control", message);
            }
            for message in threats.missing("threat", &node.threats) {
                advice.about(index, node, "unknown_threat", message);
            }
        }
    }
    let catalogs = Targets::of(library, others, |library| urns(&library.objects.ttp_catalogs));
    let tactics = Targets::of(library, others, |library| urns(&library.objects.tactics));
    let techniques = Targets::of(library, others, |library| urns(&library.objects.techniques));
    for (index, tactic) in library.objects.tactics.iter().enumerate() {
        for message in catalogs.missing("catalogue", tactic.catalog_urn.as_slice()) {
            advice.about(index, tactic, "unknown_catalog", message);
        }
    }
    for (index, technique) in library.objects.techniques.iter().enumerate() {
        let lists = [
            (catalogs.missing("catalogue", technique.catalog_urn.as_slice()), "unknown_catalog"),
            (techniques.missing("technique", technique.parent_urn.as_slice()), "unknown_technique"),
            (tactics.missing("tactic", &technique.tactics), "unknown_tactic"),
            (controls.missing("reference control", &technique.reference_controls), "unknown_control"),
        ];
        for (messages, code) in lists {
            for message in messages {
                advice.about(index, technique, code, message);
            }
        }
    }
    mappings(library, others, advice);
}

/// A mapping names requirements of its two frameworks, where those are at hand.
fn mappings(library: &Library, others: &[&Library], advice: &mut Advice) {
    let frameworks = others.iter().chain([&library]).filter_map(|library| library.objects.framework.as_ref());
    let frameworks: HashMap<&str, HashSet<&str>> =
        frameworks.map(|framework| (framework.entry.urn.as_str(), urns(&framework.nodes).collect())).collect();
    for (index, set) in library.objects.mapping_sets.iter().enumerate() {
        for (number, rule) in set.rules.iter().enumerate() {
            for (framework, requirement) in [
                (&set.source_framework_urn, &rule.source_requirement_urn),
                (&set.target_framework_urn, &rule.target_requirement_urn),
            ] {
                let nodes = frameworks.get(framework.as_str());
                if nodes.is_some_and(|nodes| !nodes.contains(requirement.as_str())) {
                    let path =
                        format!("{}.requirement_mappings[{number}]", super::path::<crate::library::MappingSet>(index));
                    let message = format!("{framework} has no requirement {requirement}. Correct it");
                    advice.add(rule.at, path, "unknown_requirement", message);
                }
            }
        }
    }
}

fn urns<T: Object>(objects: &[T]) -> impl Iterator<Item = &str> {
    objects.iter().map(|object| object.entry().urn.as_str())
}

/// Where urns of one kind may be found.
struct Targets<'a> {
    known: HashSet<&'a str>,
    elsewhere: HashMap<&'a str, &'a str>,
    trusting: bool,
}

impl<'a> Targets<'a> {
    fn of<I: Iterator<Item = &'a str>>(
        library: &'a Library,
        others: &[&'a Library],
        urns: impl Fn(&'a Library) -> I,
    ) -> Self {
        let depends_on = |urn: &str| library.dependencies.iter().any(|dependency| dependency == urn);
        let mut known: HashSet<&str> = urns(library).collect();
        let mut elsewhere = HashMap::new();
        for other in others {
            if depends_on(&other.urn) {
                known.extend(urns(other));
            } else {
                elsewhere.extend(urns(other).map(|urn| (urn, other.urn.as_str())));
            }
        }
        // A dependency that is not at hand may hold anything.
        let trusting = library.dependencies.iter().any(|urn| !others.iter().any(|other| other.urn == *urn));
        Self { known, elsewhere, trusting }
    }

    fn missing(&self, kind: &str, urns: &[String]) -> Vec<String> {
        let missing = urns.iter().filter(|urn| !self.trusting && !self.known.contains(urn.as_str()));
        missing
            .map(|urn| match self.elsewhere.get(urn.as_str()) {
                Some(library) => format!("the {kind} {urn} is in {library}. Add that library to \"dependencies\""),
                None => format!("there is no {kind} {urn} in this file or its dependencies. Correct or add it"),
            })
            .collect()
    }
}
