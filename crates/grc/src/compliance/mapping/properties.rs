//! What holds for any graph and any rows.

use super::{Coverage, Depth, Evidence, Graph, MappingSet, Reached, Row, Rule, Rules, every_best, merge};
use crate::compliance::questionnaire::Verdict;
use crate::library::Relationship;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const FRAMEWORKS: usize = 5;
const REQUIREMENTS: usize = 3;

fn framework(number: usize) -> String {
    format!("F{number}")
}

fn requirement(framework: usize, number: usize) -> String {
    format!("F{framework}:{number}")
}

fn relationship() -> impl Strategy<Value = Relationship> {
    use Relationship::{Equal, Intersect, NotRelated, Subset, Superset};
    prop::sample::select(vec![Equal, Superset, Subset, Intersect, NotRelated])
}

/// Sets with rules between any frameworks, also from one to itself.
fn sets() -> impl Strategy<Value = Vec<(MappingSet, Vec<Rule>)>> {
    let rule = (0..REQUIREMENTS, 0..REQUIREMENTS, relationship());
    vec((0..FRAMEWORKS, 0..FRAMEWORKS, vec(rule, 0..6)), 0..8).prop_map(|drawn| {
        let made = drawn.into_iter().enumerate().map(|(number, (from, to, rules))| {
            let set = MappingSet {
                id: Uuid::from_u128(number as u128),
                urn: format!("set{number}"),
                name: None,
                ref_id: None,
                source: framework(from),
                target: framework(to),
            };
            let rules = rules.into_iter().map(|(source, target, relationship)| Rule {
                source: requirement(from, source),
                target: requirement(to, target),
                relationship,
                annotation: None,
            });
            (set, rules.collect())
        });
        made.collect()
    })
}

/// The rule again, slowly: every chain of rules along every way, its length, its weakest link.
fn chains(sets: &[(MappingSet, Vec<Rule>)], depth: usize) -> BTreeMap<(String, String, usize), Coverage> {
    let mut found: BTreeMap<(String, String, usize), Coverage> = BTreeMap::new();
    let mut open: Vec<(Vec<String>, String, String, Coverage)> = (0..REQUIREMENTS)
        .map(|number| (vec![framework(0)], requirement(0, number), requirement(0, number), Coverage::Full))
        .collect();
    while let Some((way, source, here, coverage)) = open.pop() {
        if way.len() == depth {
            continue;
        }
        for (set, rules) in sets.iter().filter(|(set, _)| Some(&set.source) == way.last() && !way.contains(&set.target))
        {
            for rule in rules.iter().filter(|rule| rule.source == here) {
                let Some(link) = Coverage::of(rule.relationship) else { continue };
                let (way, weakest) = ([&way[..], std::slice::from_ref(&set.target)].concat(), coverage.min(link));
                let key = (source.clone(), rule.target.clone(), way.len());
                let known = found.entry(key).or_insert(weakest);
                *known = weakest.max(*known);
                open.push((way, source.clone(), rule.target.clone(), weakest));
            }
        }
    }
    found
}

fn row() -> impl Strategy<Value = Row> {
    use Verdict::{Compliant, NonCompliant, NotApplicable, Partial};
    let result =
        prop::sample::select(vec![None, Some(Compliant), Some(Partial), Some(NonCompliant), Some(NotApplicable)]);
    let status = prop::sample::select(vec!["to_do", "in_progress", "done"]);
    let ids = || btree_set((0..4_u128).prop_map(Uuid::from_u128), 0..3);
    let scores = prop::option::of((0..5_i64, prop::option::of(0..5_i64)));
    let observation = prop::option::of("[a-c]{0,2}");
    (result, status, scores, observation, ids(), ids(), ids()).prop_map(
        |(result, status, scores, observation, controls, evidences, exceptions)| Row {
            result,
            status: status.to_owned(),
            scores,
            observation,
            controls,
            evidences,
            exceptions,
        },
    )
}

fn sources() -> impl Strategy<Value = Vec<(Row, Coverage)>> {
    let coverage = prop::sample::select(vec![Coverage::Partial, Coverage::Full]);
    vec((row(), coverage), 0..4)
}

fn borrowed(sources: &[(Row, Coverage)]) -> Vec<(&Row, Coverage)> {
    sources.iter().map(|(row, coverage)| (row, *coverage)).collect()
}

proptest! {
    #[test]
    fn what_is_reached_is_what_chains_of_rules_reach(sets in sets(), depth in 2..6_usize) {
        let graph = Graph::new(sets.iter().map(|(set, _)| set.clone()).collect());
        let rules = Rules::new(sets.iter().flat_map(|(set, rules)| rules.iter().map(|rule| (set.id, rule.clone()))));
        let starts: Vec<String> = (0..REQUIREMENTS).map(|number| requirement(0, number)).collect();
        let starts: Vec<&str> = starts.iter().map(String::as_str).collect();
        let found = every_best(&graph, &rules, ("F0", &starts), Depth::new(depth as u64));
        let slow = chains(&sets, depth);
        for (target, best) in &found {
            let frameworks = graph.frameworks(&best.way);
            prop_assert!(frameworks.len() <= depth && frameworks.first() == Some(&"F0"));
            prop_assert_eq!(frameworks.last(), Some(&target.as_str()));
            prop_assert_eq!(frameworks.iter().collect::<BTreeSet<_>>().len(), frameworks.len(), "no framework twice");
            for (requirement, links) in best.reached.iter() {
                prop_assert!(requirement.starts_with(target.as_str()));
                for link in links {
                    let key = (link.source.to_owned(), requirement.to_owned(), frameworks.len());
                    prop_assert!(slow.get(&key).is_some_and(|coverage| link.coverage <= *coverage));
                }
            }
        }
        // Whatever a chain reaches, some way reaches its framework.
        for (_, requirement, _) in slow.keys() {
            prop_assert!(found.contains_key(&requirement[..2]), "{requirement} is reached");
        }
        // Rules of sets that are not needed change nothing.
        let needed = graph.needed("F0", None, Depth::new(depth as u64));
        let fewer = sets.iter().filter(|(set, _)| needed.contains(&set.id));
        let fewer = Rules::new(fewer.flat_map(|(set, rules)| rules.iter().map(|rule| (set.id, rule.clone()))));
        prop_assert_eq!(&every_best(&graph, &fewer, ("F0", &starts), Depth::new(depth as u64)), &found);
    }

    #[test]
    fn the_order_of_sets_does_not_matter(sets in sets(), turned in 0..8_usize) {
        let mut other = sets.clone();
        other.rotate_left(turned.min(sets.len()));
        let run = |sets: &[(MappingSet, Vec<Rule>)]| {
            let graph = Graph::new(sets.iter().map(|(set, _)| set.clone()).collect());
            let rules = Rules::new(sets.iter().flat_map(|(set, rules)| rules.iter().map(|rule| (set.id, rule.clone()))));
            let found = every_best(&graph, &rules, ("F0", &["F0:0", "F0:1"]), Depth::default());
            let told = |best: &super::Best<'_>| (graph.frameworks(&best.way).join(">"), format!("{:?}", best.reached.iter().collect::<Vec<_>>()));
            found.iter().map(|(target, best)| (target.clone(), told(best))).collect::<Vec<_>>()
        };
        prop_assert_eq!(run(&sets), run(&other));
    }

    #[test]
    fn a_part_never_overwrites(target in row(), sources in sources()) {
        let parts: Vec<(&Row, Coverage)> = sources.iter().map(|(row, _)| (row, Coverage::Partial)).collect();
        let after = merge(&target, &parts, Evidence::OnFull).change.applied(&target);
        prop_assert!(target.result.is_none() || after.result == target.result);
        prop_assert!(!matches!(after.result, Some(Verdict::Compliant)) || target.result == Some(Verdict::Compliant));
        let same = |row: &Row| (row.status.clone(), row.scores, row.observation.clone(), row.evidences.clone(), row.exceptions.clone());
        prop_assert_eq!(same(&after), same(&target));
    }

    #[test]
    fn links_are_added_and_a_second_run_changes_nothing(target in row(), sources in sources(), always in any::<bool>()) {
        let evidence = if always { Evidence::Always } else { Evidence::OnFull };
        let after = merge(&target, &borrowed(&sources), evidence).change.applied(&target);
        prop_assert!(target.controls.is_subset(&after.controls) && target.evidences.is_subset(&after.evidences));
        let all: BTreeSet<Uuid> = sources.iter().flat_map(|(row, _)| row.controls.iter().copied()).collect();
        prop_assert!(all.is_subset(&after.controls));
        prop_assert!(merge(&after, &borrowed(&sources), evidence).change.is_empty());
    }

    #[test]
    fn into_an_empty_row_both_ways_are_the_same_but_for_evidence(sources in sources()) {
        let into = merge(&Row::default(), &borrowed(&sources), Evidence::OnFull);
        let made = merge(&Row::default(), &borrowed(&sources), Evidence::Always);
        prop_assert!(into.change.evidences.is_subset(&made.change.evidences));
        let alike = super::Change { evidences: into.change.evidences.clone(), ..made.change };
        prop_assert_eq!((into.inferred, into.change), (made.inferred, alike));
    }

    #[test]
    fn one_framework_maps_onto_itself(rows in vec(row(), 1..4)) {
        let urns: Vec<String> = (0..rows.len()).map(|number| requirement(0, number)).collect();
        let reached = Reached::start(urns.iter().map(String::as_str));
        prop_assert_eq!(reached.len(), rows.len());
        for (urn, source) in urns.iter().zip(&rows) {
            let links = reached.links(urn);
            prop_assert!(links.len() == 1 && links[0].source == urn && links[0].set.is_none());
            let after = merge(&Row::default(), &[(source, links[0].coverage)], Evidence::OnFull).change.applied(&Row::default());
            prop_assert_eq!(after.result, source.result);
            prop_assert_eq!((after.status, after.scores), (source.status.clone(), source.scores));
        }
    }
}
