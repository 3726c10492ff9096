//! Implementation groups: those that are used are defined, and the other way round.

use super::Advice;
use crate::library::{Framework, Library};
use std::collections::HashSet;

pub(super) fn check(library: &Library, advice: &mut Advice) {
    let Some(framework) = &library.objects.framework else { return };
    let defined: HashSet<&str> = framework.implementation_groups.iter().map(|group| group.ref_id.as_str()).collect();
    let mut reported = HashSet::new();
    for (index, node) in framework.nodes.iter().enumerate() {
        let chosen = node.questions.iter().flat_map(|question| &question.choices);
        let chosen = chosen.flat_map(|choice| &choice.select_implementation_groups);
        for group in node.implementation_groups.iter().chain(chosen) {
            if !defined.contains(group.as_str()) && reported.insert(group) {
                let message = format!("the implementation group {group:?} is not defined. Define it, or correct it");
                advice.about(index, node, "undefined_group", message);
            }
        }
    }
    unused(framework, advice);
}

fn unused(framework: &Framework, advice: &mut Advice) {
    let used: HashSet<&str> =
        framework.nodes.iter().flat_map(|node| &node.implementation_groups).map(String::as_str).collect();
    let mut seen = HashSet::new();
    for (index, group) in framework.implementation_groups.iter().enumerate() {
        let path = || format!("objects.framework.implementation_groups_definition[{index}]");
        if !seen.insert(group.ref_id.as_str()) {
            let message = format!("the implementation group {:?} is defined twice. Remove one", group.ref_id);
            advice.add(group.at, path(), "repeated_group", message);
        } else if !used.contains(group.ref_id.as_str()) {
            let message = format!("no requirement belongs to the implementation group {:?}", group.ref_id);
            advice.add(group.at, path(), "unused_group", message);
        }
        if group.name.is_none() {
            let message = "people choose implementation groups by name. Add \"name: …\"";
            advice.add(group.at, path(), "no_name", message);
        }
    }
}
