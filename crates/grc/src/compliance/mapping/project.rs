//! From two audits to what the second would become.

use super::load::{Requirement, Side, graph, rules};
use super::{Best, Coverage, Depth, Evidence, Graph, Link, Merged, Reached, Row, Rules, Verdict, best, merge};
use crate::catalog::update::Strategy;
use engine::ApiError;
use engine::read::Reading;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Everything that is known of a mapping from one audit.
#[derive(Debug)]
pub(super) struct Mapping<'a> {
    source: &'a Side,
    graph: Graph,
    rules: Rules,
    depth: Depth,
}

/// A row of the target that something answers.
#[derive(Debug)]
pub(super) struct Projection<'a> {
    /// The row.
    pub target: &'a Requirement,
    /// The rows that answer it, in their order.
    pub sources: Vec<(&'a Requirement, Link<'a>)>,
    /// What they make of it.
    pub merged: Merged,
}

impl<'a> Mapping<'a> {
    /// Loads what may lead from an audit to a framework, or to any.
    pub(super) async fn from(reading: &mut Reading<'_>, source: &'a Side, to: Option<&str>) -> Result<Self, ApiError> {
        let (graph, depth) = graph(reading).await?;
        let needed =
            if to == Some(source.framework.as_str()) { Vec::new() } else { graph.needed(&source.framework, to, depth) };
        let rules = rules(reading, needed).await?;
        Ok(Self { source, graph, rules, depth })
    }

    /// The best way to a framework. The way to one's own is short: everything answers itself.
    pub(super) fn way<'b>(&'b self, framework: &str) -> Option<Best<'b>>
    where
        'a: 'b,
    {
        let urns: Vec<&'b str> = self.source.urns();
        if framework == self.source.framework {
            return Some(Best { way: Vec::new(), reached: Reached::start(urns) });
        }
        best(&self.graph, &self.rules, (&self.source.framework, &urns), framework, self.depth)
    }

    /// The best ways to all other frameworks.
    pub(super) fn every_way(&self) -> std::collections::BTreeMap<String, Best<'_>> {
        super::every_best(&self.graph, &self.rules, (&self.source.framework, &self.source.urns()), self.depth)
    }

    /// Rows of the target that something answers, in the order in which they are reached.
    pub(super) fn project<'b>(&'b self, best: &Best<'b>, target: &'b Side, evidence: Evidence) -> Vec<Projection<'b>> {
        let (from, onto) = (self.source.by_urn(), target.by_urn());
        let mut projections = Vec::new();
        for (urn, links) in best.reached.iter() {
            let Some(target) = onto.get(urn).copied() else { continue };
            let sources: Vec<(&Requirement, Link<'b>)> =
                links.iter().filter_map(|link| Some((*from.get(link.source)?, *link))).collect();
            let found: Vec<(Row, Coverage)> =
                sources.iter().map(|(row, link)| (on_scale(row, target), link.coverage)).collect();
            let found: Vec<(&Row, Coverage)> = found.iter().map(|(row, coverage)| (row, *coverage)).collect();
            let merged = merge(&target.found, &found, evidence);
            projections.push(Projection { target, sources, merged });
        }
        projections
    }

    /// What a row remembers of where its findings came from.
    pub(super) fn inference(&self, best: &Best<'_>, projection: &Projection<'_>) -> Value {
        let head = &self.source.head;
        let framework = json!({ "id": head.framework.id, "name": head.framework.name });
        let mut sources = Map::new();
        for (row, link) in &projection.sources {
            let set = link.set.map(|number| self.graph.set(number));
            let set = set.map(|set| json!({ "id": set.id, "urn": set.urn, "name": set.name, "ref_id": set.ref_id }));
            sources.insert(
                row.urn.clone(),
                json!({
                    "id": row.id, "urn": row.urn, "str": row.label, "coverage": link.coverage.code(),
                    "score": row.found.scores.map(|(score, _)| score), "is_scored": row.found.scores.is_some(),
                    "source_framework": framework, "used_mapping_set": set,
                }),
            );
        }
        let annotation = projection.sources.iter().find_map(|(_, link)| link.annotation).unwrap_or_default();
        json!({
            "result": projection.merged.inferred.map_or("not_assessed", Verdict::code),
            "used_path": self.graph.frameworks(&best.way),
            "annotation": annotation,
            "source_requirement_assessments": sources,
        })
    }
}

impl Projection<'_> {
    /// The strongest of its sources.
    pub(super) fn coverage(&self) -> &'static str {
        let strongest = self.sources.iter().map(|(_, link)| link.coverage).max();
        strongest.unwrap_or(Coverage::Partial).code()
    }
}

/// The findings of a row, with scores as the scale of another one has them.
fn on_scale(row: &Requirement, target: &Requirement) -> Row {
    if row.scale == target.scale {
        return row.found.clone();
    }
    let (from, to) = (row.scale, target.scale);
    let moved = |score: i64| Strategy::RuleOfThree.apply(score, from, to).unwrap_or(to.min);
    Row { scores: row.found.scores.map(|(score, said)| (moved(score), said.map(moved))), ..row.found.clone() }
}

/// How many rows have each result.
pub(super) fn results<'a>(codes: impl IntoIterator<Item = &'a str>) -> Value {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for code in codes {
        *counts.entry(code).or_default() += 1;
    }
    json!(counts)
}
