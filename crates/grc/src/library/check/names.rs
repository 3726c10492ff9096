//! Objects that nobody could call by a name.

use super::Advice;
use crate::library::{Entry, Framework, Library, Object, RequirementNode};

pub(super) fn check(library: &Library, advice: &mut Advice) {
    let objects = &library.objects;
    if let Some(framework) = &objects.framework {
        if !named(&framework.entry) {
            advice.add(framework.entry.at, "objects.framework".into(), "no_name", "a framework needs a name");
        }
        for (index, node) in framework.nodes.iter().enumerate() {
            if node.assessable && !named(&node.entry) && !said(node.entry.description.as_deref()) {
                let message = "nobody can assess a requirement without name and description. Add one of them";
                advice.about(index, node, "no_name", message);
            }
            if !node.assessable && !named(&node.entry) && !said(node.entry.description.as_deref()) {
                advice.about(index, node, "no_name", "a section without name and description is an empty line");
            }
        }
        depths(framework, advice);
        if !framework.nodes.iter().any(|node| node.assessable) {
            let message = "no requirement is assessable, so an audit has nothing to do. Add \"assessable: true\"";
            advice.add(framework.entry.at, "objects.framework".into(), "nothing_to_assess", message);
        }
    }
    each(&objects.reference_controls, advice);
    each(&objects.threats, advice);
    each(&objects.risk_matrices, advice);
    each(&objects.mapping_sets, advice);
    each(&objects.metric_definitions, advice);
    each(&objects.ttp_catalogs, advice);
    each(&objects.tactics, advice);
    each(&objects.techniques, advice);
}

/// One piece of advice for all nodes: such files were mostly made by a rule.
fn depths(framework: &Framework, advice: &mut Advice) {
    let differs = |node: &&RequirementNode| node.depth.is_some_and(|depth| depth != i64::from(node.level));
    if let Some(index) = framework.nodes.iter().position(|node| differs(&node)) {
        let (node, count) = (&framework.nodes[index], framework.nodes.iter().filter(differs).count());
        let (depth, level) = (node.depth.unwrap_or_default(), node.level);
        let message = format!("depth says {depth}, its parents say {level}, and parents count; so for {count} nodes");
        advice.about(index, node, "depth", message);
    }
}

fn each<T: Object>(objects: &[T], advice: &mut Advice) {
    for (index, object) in objects.iter().enumerate() {
        if !named(object.entry()) {
            advice.about(index, object, "no_name", format!("a {} needs a name. Add \"name: …\"", T::KIND));
        }
    }
}

fn named(entry: &Entry) -> bool {
    said(entry.name.as_deref())
}

fn said(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}
