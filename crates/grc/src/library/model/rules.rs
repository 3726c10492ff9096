//! Rules across the objects of a file: unique urns, parents, conditions.

use super::requirement::RequirementNode;
use crate::library::problem::Kind;
use crate::library::reading::Reading;
use crate::library::yaml::NodeId;
use std::collections::{HashMap, HashSet};

/// Two objects of one kind may not share a urn.
pub(super) fn unique<'a>(reading: &mut Reading<'_, '_>, what: &str, urns: impl Iterator<Item = (&'a str, NodeId)>) {
    let mut seen: HashMap<&str, NodeId> = HashMap::new();
    for (urn, node) in urns.filter(|(urn, _)| !urn.is_empty()) {
        if let Some(first) = seen.get(urn) {
            let line = reading.at(*first).line;
            let message = format!("the urn {urn} already names the {what} of line {line}. Give this one its own");
            reading.problem(node, None, Kind::DuplicateUrn, message);
        } else {
            seen.insert(urn, node);
        }
    }
}

/// Finds every node's parent and level.
pub(super) fn plant(reading: &mut Reading<'_, '_>, nodes: &mut [RequirementNode], places: &[NodeId]) {
    unique(reading, "node", nodes.iter().zip(places).map(|(node, place)| (node.entry.urn.as_str(), *place)));
    let by_urn: HashMap<String, usize> =
        nodes.iter().enumerate().rev().map(|(index, node)| (node.entry.urn.clone(), index)).collect();
    for (node, place) in nodes.iter_mut().zip(places) {
        let Some(urn) = &node.parent_urn else { continue };
        node.parent = by_urn.get(urn).copied();
        if node.parent.is_none() {
            let message = format!("no node of this framework has the urn {urn}. Correct it, or add that node");
            reading.problem(*place, Some("parent_urn"), Kind::UnknownParent, message);
        }
    }
    levels(reading, nodes, places);
}

/// Counts levels from the top. A node above which nothing ends is in a loop.
fn levels(reading: &mut Reading<'_, '_>, nodes: &mut [RequirementNode], places: &[NodeId]) {
    let mut known: Vec<u32> = vec![0; nodes.len()];
    let deepest = u32::try_from(reading.limits.depth).unwrap_or(u32::MAX);
    for (start, place) in places.iter().enumerate().take(nodes.len()) {
        let mut above = Vec::new();
        let mut index = Some(start);
        while let Some(node) = index.filter(|node| known[*node] == 0) {
            if above.len() > nodes.len().min(reading.limits.depth) {
                let message = "the parents of this node form a loop, or lie too deep. Correct a parent_urn";
                reading.problem(*place, Some("parent_urn"), Kind::ParentLoop, message);
                return;
            }
            above.push(node);
            index = nodes[node].parent;
        }
        let mut level = index.map_or(0, |node| known[node]);
        while let Some(node) = above.pop() {
            level += 1;
            known[node] = level;
            nodes[node].level = level;
        }
        if level > deepest {
            let message = format!("requirements lie more than {deepest} deep. Flatten the tree");
            reading.problem(*place, Some("parent_urn"), Kind::ParentLoop, message);
            return;
        }
    }
}

/// A condition names a question of the framework, and question urns are unique.
pub(super) fn conditions(reading: &mut Reading<'_, '_>, nodes: &[RequirementNode], places: &[NodeId]) {
    let questions = || nodes.iter().flat_map(|node| &node.questions).zip(places);
    unique(reading, "question", questions().map(|(question, place)| (question.urn.as_str(), *place)));
    let known: HashSet<&str> = questions().map(|(question, _)| question.urn.as_str()).collect();
    for (question, place) in questions() {
        let Some(depends_on) = &question.depends_on else { continue };
        if !known.contains(depends_on.question.as_str()) {
            let urn = &depends_on.question;
            let message = format!("there is no question {urn}. Name a question of this framework");
            reading.problem(*place, Some("depends_on"), Kind::DependsOn, message);
        } else if depends_on.question == question.urn {
            let message = "a question cannot depend on itself. Name another question";
            reading.problem(*place, Some("depends_on"), Kind::DependsOn, message);
        }
    }
}
