//! The requirements of a framework as a tree.

use super::{Framework, RequirementNode};

/// A node and what lies below it, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch<'a> {
    /// The node.
    pub node: &'a RequirementNode,
    /// What lies below.
    pub children: Vec<Branch<'a>>,
}

impl Framework {
    /// The top nodes with all below them. Levels are limited when a file is read, so that walking
    /// the tree by recursion is safe.
    pub fn tree(&self) -> Vec<Branch<'_>> {
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut top = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            match node.parent {
                Some(parent) => below[parent].push(index),
                None => top.push(index),
            }
        }
        self.branches(&top, &below)
    }

    fn branches(&self, indexes: &[usize], below: &[Vec<usize>]) -> Vec<Branch<'_>> {
        let branch =
            |index: &usize| Branch { node: &self.nodes[*index], children: self.branches(&below[*index], below) };
        indexes.iter().map(branch).collect()
    }
}
