//! From a node back to its key path. Built only when there is something to report.

use super::document::{Document, NodeId, Shape};
use std::fmt::Write as _;

/// Who holds each node.
pub(in crate::library) struct Paths<'d, 't> {
    document: &'d Document<'t>,
    parents: Vec<Option<(NodeId, Step)>>,
}

#[derive(Clone, Copy)]
enum Step {
    Key(NodeId),
    Index(usize),
}

impl<'d, 't> Paths<'d, 't> {
    /// One walk over all nodes. An aliased node has the path at which it was written.
    pub(in crate::library) fn new(document: &'d Document<'t>) -> Self {
        let mut parents = vec![None; document.nodes.len()];
        let mut hold = |child: NodeId, parent, step| {
            let slot: &mut Option<(NodeId, Step)> = &mut parents[child.index()];
            slot.get_or_insert((parent, step));
        };
        for (number, node) in (0..).zip(&document.nodes) {
            let id = NodeId(number);
            match node.shape {
                Shape::Scalar(_) => {}
                Shape::List(_) => {
                    for (index, item) in document.items(id).iter().enumerate() {
                        hold(*item, id, Step::Index(index));
                    }
                }
                Shape::Map(_) => {
                    for (key, value) in document.pairs(id) {
                        hold(key, id, Step::Key(key));
                        hold(value, id, Step::Key(key));
                    }
                }
            }
        }
        Self { document, parents }
    }

    /// `objects.framework.requirement_nodes[3]`, with a further key when given.
    pub(in crate::library) fn path(&self, id: NodeId, key: Option<&str>) -> String {
        let mut steps = Vec::new();
        let mut node = id;
        while let Some((parent, step)) = self.parents[node.index()] {
            steps.push(step);
            node = parent;
        }
        let mut path = String::new();
        for step in steps.into_iter().rev() {
            match step {
                Step::Key(key) => push(&mut path, self.document.key(key)),
                Step::Index(index) => {
                    let _ = write!(path, "[{index}]");
                }
            }
        }
        if let Some(key) = key {
            push(&mut path, key);
        }
        path
    }
}

/// Keys with signs of their own (a question's urn) stand in brackets.
fn push(path: &mut String, key: &str) {
    let simple = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let short: String = key.chars().take(120).collect();
    let _ = match (simple, path.is_empty()) {
        (true, true) => write!(path, "{short}"),
        (true, false) => write!(path, ".{short}"),
        (false, _) => write!(path, "[{short:?}]"),
    };
}
