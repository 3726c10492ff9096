//! The tree of folders, held in memory: paths, ancestors and descendants without SQL.

use std::collections::HashMap;
use uuid::Uuid;

/// What a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderKind {
    /// The one at the top.
    Root,
    /// A security domain, at any depth.
    Domain,
    /// An invisible folder that confines a third party.
    Enclave,
}

/// One folder.
#[derive(Clone, Debug)]
pub struct FolderNode {
    /// Its id.
    pub id: Uuid,
    /// The folder above; none for the root.
    pub parent: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FolderKind,
    /// Whether it is shown to those who hold rights further down.
    pub published: bool,
}

/// All folders of the instance.
#[derive(Clone, Debug, Default)]
pub struct FolderTree {
    nodes: HashMap<Uuid, FolderNode>,
    children: HashMap<Uuid, Vec<Uuid>>,
    root: Uuid,
}

impl FolderTree {
    /// Builds the tree; order of the nodes is kept among siblings.
    pub fn new(nodes: Vec<FolderNode>) -> Self {
        let mut tree = Self::default();
        for node in nodes {
            match node.parent {
                Some(parent) => tree.children.entry(parent).or_default().push(node.id),
                None => tree.root = node.id,
            }
            tree.nodes.insert(node.id, node);
        }
        tree
    }

    /// The same tree with one folder more.
    #[must_use]
    pub fn with(&self, node: FolderNode) -> Self {
        let mut tree = self.clone();
        tree.children.entry(node.parent.unwrap_or(tree.root)).or_default().push(node.id);
        tree.nodes.insert(node.id, node);
        tree
    }

    /// The folder at the top.
    pub fn root(&self) -> Uuid {
        self.root
    }

    /// How many folders there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no folder, not even a root.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A folder by id.
    pub fn get(&self, id: Uuid) -> Option<&FolderNode> {
        self.nodes.get(&id)
    }

    /// Ids of the folders directly below.
    pub fn children(&self, id: Uuid) -> &[Uuid] {
        self.children.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The folder and everything below it, parents before children.
    pub fn subtree(&self, id: Uuid) -> Vec<Uuid> {
        let mut found = vec![id];
        let mut next = 0;
        while next < found.len() {
            found.extend_from_slice(self.children(found[next]));
            next += 1;
        }
        found
    }

    /// The folders above, nearest first. Stops at a missing parent.
    pub fn ancestors(&self, id: Uuid) -> impl Iterator<Item = &FolderNode> {
        let mut next = self.get(id).and_then(|node| node.parent);
        std::iter::from_fn(move || {
            let node = self.get(next?)?;
            next = node.parent;
            Some(node)
        })
    }

    /// From the topmost domain down to the folder itself; the root is left out.
    pub fn path(&self, id: Uuid) -> Vec<&FolderNode> {
        let mut path: Vec<_> = self.get(id).into_iter().chain(self.ancestors(id)).collect();
        path.retain(|node| node.parent.is_some());
        path.reverse();
        path
    }
}
