//! The graph of frameworks: mapping sets are its edges, and there may be several between two.

use std::collections::HashMap;
use uuid::Uuid;

/// A set of rules from one framework to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingSet {
    /// Its id.
    pub id: Uuid,
    /// Its urn.
    pub urn: String,
    /// Its name.
    pub name: Option<String>,
    /// Its short name.
    pub ref_id: Option<String>,
    /// The urn of the framework that the rules start from.
    pub source: String,
    /// The urn of the framework that they lead to.
    pub target: String,
}

/// How many frameworks a way may touch, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth(usize);

impl Depth {
    /// 2 is a direct mapping, 5 the most; the nearest of them when the number is outside.
    pub fn new(frameworks: u64) -> Self {
        Self(usize::try_from(frameworks.clamp(2, 5)).unwrap_or(2))
    }

    /// The longest way, in mapping sets.
    pub(super) fn hops(self) -> usize {
        self.0 - 1
    }
}

impl Default for Depth {
    fn default() -> Self {
        Self(3)
    }
}

/// All mapping sets, by where they start.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    sets: Vec<MappingSet>,
    from: HashMap<String, Vec<usize>>,
}

impl Graph {
    /// From sets in any order; ways are tried in the order of their urns.
    pub fn new(mut sets: Vec<MappingSet>) -> Self {
        sets.sort_by(|a, b| (&a.urn, a.id).cmp(&(&b.urn, b.id)));
        let mut from: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, set) in sets.iter().enumerate() {
            from.entry(set.source.clone()).or_default().push(index);
        }
        Self { sets, from }
    }

    /// A set by its number.
    pub fn set(&self, number: usize) -> &MappingSet {
        &self.sets[number]
    }

    /// Numbers of the sets that start from a framework.
    pub(super) fn starting(&self, framework: &str) -> &[usize] {
        self.from.get(framework).map_or(&[], Vec::as_slice)
    }

    /// Every way from one framework: it touches no framework twice and no more than `depth`.
    pub fn ways(&self, from: &str, depth: Depth) -> Vec<Vec<usize>> {
        let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
        let mut next = 0;
        while next < ways.len() {
            let way = ways[next].clone();
            next += 1;
            let here = way.last().map_or(from, |set| self.set(*set).target.as_str());
            if way.len() == depth.hops() {
                continue;
            }
            for set in self.starting(here) {
                if !self.touches(from, &way, &self.set(*set).target) {
                    ways.push(way.iter().copied().chain([*set]).collect());
                }
            }
        }
        ways.remove(0);
        ways
    }

    /// Ids of the sets on any way from one framework, to another or to wherever ways lead. Those are
    /// the sets whose rules have to be known.
    pub fn needed(&self, from: &str, to: Option<&str>, depth: Depth) -> Vec<Uuid> {
        let mut needed: Vec<usize> = self
            .ways(from, depth)
            .into_iter()
            .filter(|way| to.is_none_or(|to| way.last().is_some_and(|set| self.set(*set).target == to)))
            .flatten()
            .collect();
        needed.sort_unstable();
        needed.dedup();
        needed.into_iter().map(|set| self.set(set).id).collect()
    }

    pub(super) fn touches(&self, from: &str, way: &[usize], framework: &str) -> bool {
        framework == from || way.iter().any(|set| self.set(*set).target == framework)
    }

    /// Urns of the frameworks that a way touches, both ends included.
    pub fn frameworks<'a>(&'a self, way: &[usize]) -> Vec<&'a str> {
        let first = way.first().map(|set| self.set(*set).source.as_str());
        first.into_iter().chain(way.iter().map(|set| self.set(*set).target.as_str())).collect()
    }
}
