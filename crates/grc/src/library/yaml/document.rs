//! A composed YAML document: nodes in one vector, children by number, so that an alias costs
//! nothing and nothing recurses when it is dropped.

use super::scalar::Scalar;

/// Where something stands in a file. Lines and columns count from one; zero means nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// The number of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::library) struct NodeId(pub(super) u32);

impl NodeId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where the children of a node lie.
#[derive(Clone, Copy, Debug)]
pub(in crate::library) struct Children {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// What a node is.
#[derive(Debug)]
pub(in crate::library) enum Shape<'t> {
    /// One value.
    Scalar(Scalar<'t>),
    /// Values in order.
    List(Children),
    /// Keys and values in the order of the file, alternating.
    Map(Children),
}

/// One node of a document.
#[derive(Debug)]
pub(in crate::library) struct Node<'t> {
    pub(in crate::library) at: Position,
    pub(in crate::library) shape: Shape<'t>,
}

/// A whole document.
#[derive(Debug)]
pub(in crate::library) struct Document<'t> {
    pub(super) nodes: Vec<Node<'t>>,
    pub(super) children: Vec<NodeId>,
    pub(super) root: NodeId,
    /// Keys that stand in their map a second time; the last one counts, as in `PyYAML`.
    pub(in crate::library) repeated: Vec<NodeId>,
}

impl<'t> Document<'t> {
    /// The outermost node.
    pub(in crate::library) fn root(&self) -> NodeId {
        self.root
    }

    /// One node.
    pub(in crate::library) fn node(&self, id: NodeId) -> &Node<'t> {
        &self.nodes[id.index()]
    }

    /// The items of a list; of anything else, none.
    pub(in crate::library) fn items(&self, id: NodeId) -> &[NodeId] {
        match self.node(id).shape {
            Shape::List(children) => self.slice(children),
            _ => &[],
        }
    }

    /// Keys and values of a map; of anything else, none.
    pub(in crate::library) fn pairs(&self, id: NodeId) -> impl ExactSizeIterator<Item = (NodeId, NodeId)> {
        let flat = match self.node(id).shape {
            Shape::Map(children) => self.slice(children),
            _ => &[],
        };
        flat.as_chunks::<2>().0.iter().map(|[key, value]| (*key, *value))
    }

    /// The text of a key. Keys are always scalars, and they keep the text of the file.
    pub(in crate::library) fn key(&self, id: NodeId) -> &str {
        match &self.node(id).shape {
            Shape::Scalar(scalar) => &scalar.text,
            _ => "",
        }
    }

    pub(super) fn slice(&self, children: Children) -> &[NodeId] {
        &self.children[children.start as usize..children.end as usize]
    }
}
