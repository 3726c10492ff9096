//! Small graphs, and what was recorded of a large one.

use super::{Best, Change, Coverage, Depth, Evidence, Graph, MappingSet, Row, Rule, Rules, best, every_best, merge};
use crate::compliance::questionnaire::Verdict;
use crate::library::Relationship::{self, Equal, Intersect, NotRelated, Superset};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A set named by its ends and a number, with rules between requirements that carry the letter of
/// their framework.
fn set(number: u128, source: &str, target: &str) -> MappingSet {
    MappingSet {
        id: Uuid::from_u128(number),
        urn: format!("{source}-{target}-{number}"),
        name: None,
        ref_id: None,
        source: source.into(),
        target: target.into(),
    }
}

fn rules(list: &[(u128, &str, Relationship, &str)]) -> Rules {
    Rules::new(list.iter().map(|(set, source, relationship, target)| {
        let rule =
            Rule { source: (*source).into(), target: (*target).into(), relationship: *relationship, annotation: None };
        (Uuid::from_u128(*set), rule)
    }))
}

fn shown<'a>(found: &'a Best<'_>) -> Vec<(&'a str, Vec<(&'a str, &'static str)>)> {
    let link = |links: &'a [super::Link<'_>]| links.iter().map(|link| (link.source, link.coverage.code())).collect();
    found.reached.iter().map(|(target, links)| (target, link(links))).collect()
}

#[test]
fn a_way_is_as_strong_as_its_weakest_rule() {
    let graph = Graph::new(vec![set(1, "A", "B"), set(2, "B", "C")]);
    let rules = rules(&[
        (1, "a1", Equal, "b1"),
        (1, "a2", Intersect, "b2"),
        (1, "a3", NotRelated, "b3"),
        (2, "b1", Superset, "c1"),
        (2, "b2", Equal, "c2"),
        (2, "b3", Equal, "c3"),
        (2, "b1", Relationship::Subset, "c4"),
    ]);
    let sources = ["a1", "a2", "a3"];
    let found = best(&graph, &rules, ("A", &sources), "C", Depth::default()).expect("a way");
    assert_eq!(graph.frameworks(&found.way), ["A", "B", "C"]);
    assert_eq!(
        shown(&found),
        [("c1", vec![("a1", "full")]), ("c4", vec![("a1", "partial")]), ("c2", vec![("a2", "partial")])]
    );
    assert!(found.reached.links("c3").is_empty(), "unrelated requirements connect nothing");
    assert_eq!(best(&graph, &rules, ("A", &sources), "C", Depth::new(2)), None, "two frameworks are a direct mapping");
    assert_eq!(best(&graph, &rules, ("C", &["c1"]), "A", Depth::default()), None, "rules have a direction");
}

#[test]
fn the_best_way_reaches_most() {
    let graph =
        Graph::new(vec![set(1, "A", "C"), set(2, "A", "B"), set(3, "B", "C"), set(4, "B", "A"), set(5, "A", "C")]);
    let direct = [(1, "a1", Equal, "c1"), (2, "a1", Equal, "b1"), (2, "a1", Equal, "b2")];
    let over = |more: &[_]| rules(&[&direct[..], more].concat());
    let way = |rules: &Rules| {
        let found = every_best(&graph, rules, ("A", &["a1"]), Depth::default());
        assert!(!found.contains_key("A"), "a way does not come back");
        found["C"].way.iter().map(|set| graph.set(*set).id.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(way(&over(&[(3, "b1", Equal, "c1")])), [1], "of equals the shorter");
    assert_eq!(way(&over(&[(3, "b1", Intersect, "c1"), (3, "b2", Intersect, "c2")])), [2, 3]);
    assert_eq!(way(&over(&[(5, "a1", Intersect, "c8"), (5, "a1", Intersect, "c9")])), [5], "of two between the same");
}

#[test]
fn of_two_pivots_the_stronger_counts() {
    let graph = Graph::new(vec![set(1, "A", "B"), set(2, "B", "C")]);
    let rules = rules(&[
        (1, "a1", Intersect, "b1"),
        (1, "a1", Equal, "b2"),
        (1, "a2", Equal, "b1"),
        (2, "b1", Equal, "c1"),
        (2, "b2", Equal, "c1"),
    ]);
    let found = best(&graph, &rules, ("A", &["a1", "a2"]), "C", Depth::new(9)).expect("a way");
    assert_eq!(shown(&found), [("c1", vec![("a1", "full"), ("a2", "full")])]);
}

#[test]
fn only_sets_on_a_way_are_needed() {
    let graph =
        Graph::new(vec![set(1, "A", "B"), set(2, "B", "C"), set(3, "B", "D"), set(4, "D", "C"), set(5, "X", "C")]);
    let needed = |to: Option<&str>, depth| {
        let ids = graph.needed("A", to, Depth::new(depth)).into_iter();
        ids.map(|id| id.as_u128()).collect::<BTreeSet<_>>()
    };
    assert_eq!(needed(Some("C"), 3), BTreeSet::from([1, 2]));
    assert_eq!(needed(Some("C"), 4), BTreeSet::from([1, 2, 3, 4]));
    assert_eq!(needed(None, 2), BTreeSet::from([1]));
    assert_eq!(needed(None, 5), BTreeSet::from([1, 2, 3, 4]));
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn done() -> Row {
    Row {
        result: Some(Verdict::Compliant),
        status: "done".into(),
        scores: Some((3, Some(2))),
        observation: Some("seen".into()),
        controls: BTreeSet::from([id(1)]),
        evidences: BTreeSet::from([id(2)]),
        exceptions: BTreeSet::from([id(3)]),
    }
}

#[test]
fn a_part_gives_a_partial_verdict_and_controls() {
    let merged = merge(&Row::default(), &[(&done(), Coverage::Partial)], Evidence::OnFull);
    let controls = BTreeSet::from([id(1)]);
    let expected = Change { result: Some(Verdict::Partial), controls: controls.clone(), ..Change::default() };
    assert_eq!(merged.change, expected, "status stays, the observation is not copied");
    let made = merge(&Row::default(), &[(&done(), Coverage::Partial)], Evidence::Always);
    assert_eq!(made.change, Change { evidences: BTreeSet::from([id(2)]), ..expected });
    // The first source decides, also when it says nothing.
    let silent = Row::default();
    let merged =
        merge(&Row::default(), &[(&silent, Coverage::Partial), (&done(), Coverage::Partial)], Evidence::OnFull);
    assert_eq!((merged.inferred, merged.change), (None, Change { controls, ..Change::default() }));
    let turned = [(&done(), Coverage::Partial), (&silent, Coverage::Partial)];
    assert_eq!(merge(&Row::default(), &turned, Evidence::OnFull).inferred, Some(Verdict::Partial));
}

#[test]
fn a_whole_replaces_what_it_knows_better() {
    let target = Row { result: Some(Verdict::NonCompliant), observation: Some("ours".into()), ..Row::default() };
    let merged = merge(&target, &[(&done(), Coverage::Full)], Evidence::OnFull);
    let after = merged.change.applied(&target);
    assert_eq!(
        (after.result, after.status.as_str(), after.scores),
        (Some(Verdict::Compliant), "done", Some((3, Some(2))))
    );
    assert_eq!(after.observation.as_deref(), Some("ours\n\nseen"));
    assert_eq!((after.controls.len(), after.evidences.len(), after.exceptions.len()), (1, 1, 1));
    assert!(merge(&after, &[(&done(), Coverage::Full)], Evidence::OnFull).change.is_empty(), "once");
    // What the source does not know takes nothing away.
    assert!(merge(&after, &[(&Row::default(), Coverage::Full)], Evidence::OnFull).change.is_empty());
    // A whole that says something beats a part that comes first.
    let both = [(&Row::default(), Coverage::Partial), (&done(), Coverage::Full)];
    assert_eq!(merge(&target, &both, Evidence::OnFull).inferred, Some(Verdict::Compliant));
}
