//! Following rules along a way: which requirements answer which.

use super::{Depth, Graph};
use crate::library::Relationship;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// How much of a requirement another one answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coverage {
    /// A part.
    Partial,
    /// All of it.
    Full,
}

impl Coverage {
    /// What a rule covers; unrelated requirements cover nothing.
    pub fn of(relationship: Relationship) -> Option<Self> {
        match relationship {
            Relationship::Equal | Relationship::Superset => Some(Self::Full),
            Relationship::Subset | Relationship::Intersect => Some(Self::Partial),
            Relationship::NotRelated => None,
        }
    }

    /// Its word on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
        }
    }
}

/// One rule of a mapping set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The urn of the requirement that it starts from.
    pub source: String,
    /// The urn of the requirement that it leads to.
    pub target: String,
    /// How they compare.
    pub relationship: Relationship,
    /// A remark of the author.
    pub annotation: Option<String>,
}

/// The rules of mapping sets, by where they start.
#[derive(Clone, Debug, Default)]
pub struct Rules(HashMap<Uuid, HashMap<String, Vec<Rule>>>);

impl Rules {
    /// Rules with the id of their set, in their order.
    pub fn new(rules: impl IntoIterator<Item = (Uuid, Rule)>) -> Self {
        let mut by_set: HashMap<Uuid, HashMap<String, Vec<Rule>>> = HashMap::new();
        for (set, rule) in rules {
            by_set.entry(set).or_default().entry(rule.source.clone()).or_default().push(rule);
        }
        Self(by_set)
    }

    fn from(&self, set: Uuid, requirement: &str) -> &[Rule] {
        self.0.get(&set).and_then(|rules| rules.get(requirement)).map_or(&[], Vec::as_slice)
    }
}

/// A requirement that answers another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// The urn of the requirement where the way starts.
    pub source: &'a str,
    /// The weakest rule on the way.
    pub coverage: Coverage,
    /// The number of the set that leads to the target.
    pub set: Option<usize>,
    /// The remark of its rule.
    pub annotation: Option<&'a str>,
}

/// Requirements in the order in which they were reached, with what answers them in the order of
/// the sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached<'a> {
    targets: Vec<(&'a str, Vec<Link<'a>>)>,
    index: HashMap<&'a str, usize>,
}

impl<'a> Reached<'a> {
    /// Every requirement answers itself: where ways start, and all there is between two audits of
    /// one framework.
    pub fn start(sources: impl IntoIterator<Item = &'a str>) -> Self {
        let mut reached = Self::default();
        for source in sources {
            reached.add(source, Link { source, coverage: Coverage::Full, set: None, annotation: None });
        }
        reached
    }

    /// Targets with what answers them.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &[Link<'a>])> {
        self.targets.iter().map(|(target, links)| (*target, links.as_slice()))
    }

    /// What answers a target.
    pub fn links(&self, target: &str) -> &[Link<'a>] {
        self.index.get(target).map_or(&[], |at| &self.targets[*at].1)
    }

    /// How many requirements are reached.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    fn full(&self) -> usize {
        let full = |links: &[Link<'_>]| links.iter().any(|link| link.coverage == Coverage::Full);
        self.targets.iter().filter(|(_, links)| full(links)).count()
    }

    /// Of two links from one source the stronger stays.
    fn add(&mut self, target: &'a str, link: Link<'a>) {
        let at = *self.index.entry(target).or_insert_with(|| {
            self.targets.push((target, Vec::new()));
            self.targets.len() - 1
        });
        let links = &mut self.targets[at].1;
        match links.iter_mut().find(|known| known.source == link.source) {
            Some(known) if known.coverage < link.coverage => *known = link,
            Some(_) => {}
            None => links.push(link),
        }
    }

    /// One set further.
    fn along(&self, graph: &Graph, rules: &'a Rules, set: usize) -> Self {
        let mut reached = Self::default();
        for (pivot, links) in self.iter() {
            for rule in rules.from(graph.set(set).id, pivot) {
                let Some(coverage) = Coverage::of(rule.relationship) else { continue };
                for link in links {
                    let coverage = coverage.min(link.coverage);
                    let annotation = rule.annotation.as_deref();
                    reached.add(&rule.target, Link { source: link.source, coverage, set: Some(set), annotation });
                }
            }
        }
        reached
    }
}

/// The best way to a framework, and what it connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best<'a> {
    /// Numbers of its sets.
    pub way: Vec<usize>,
    /// What it connects.
    pub reached: Reached<'a>,
}

impl Best<'_> {
    /// Whether this way is better: it reaches more requirements; or as many, and is shorter; or as
    /// short, and covers more of them fully. Of equals, the first that was found stays.
    fn beats(&self, other: &Self) -> bool {
        let rank = |best: &Self| (best.reached.len(), std::cmp::Reverse(best.way.len()), best.reached.full());
        rank(self) > rank(other)
    }
}

/// The best way from the requirements of one framework to another; none when no rule leads there.
pub fn best<'a>(
    graph: &Graph,
    rules: &'a Rules,
    (from, sources): (&str, &[&'a str]),
    to: &str,
    depth: Depth,
) -> Option<Best<'a>> {
    every_best(graph, rules, (from, sources), depth).remove(to)
}

/// The best way to every framework within reach, by its urn.
pub fn every_best<'a>(
    graph: &Graph,
    rules: &'a Rules,
    (from, sources): (&str, &[&'a str]),
    depth: Depth,
) -> BTreeMap<String, Best<'a>> {
    let mut found: BTreeMap<String, Best<'a>> = BTreeMap::new();
    // Ways of one length share their beginnings, so each step is taken once.
    let mut ways = vec![(Vec::new(), Reached::start(sources.iter().copied()))];
    for _ in 0..depth.hops() {
        let mut longer = Vec::new();
        for (way, reached) in &ways {
            let here = way.last().map_or(from, |set: &usize| graph.set(*set).target.as_str());
            for set in graph.starting(here) {
                let target = &graph.set(*set).target;
                if graph.touches(from, way, target) {
                    continue;
                }
                let further = reached.along(graph, rules, *set);
                if further.is_empty() {
                    continue;
                }
                let way: Vec<usize> = way.iter().copied().chain([*set]).collect();
                let best = Best { way: way.clone(), reached: further.clone() };
                if found.get(target).is_none_or(|known| best.beats(known)) {
                    found.insert(target.clone(), best);
                }
                longer.push((way, further));
            }
        }
        ways = longer;
    }
    found
}
