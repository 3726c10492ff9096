//! The structure of a document as screen readers walk it: which text is a heading, a cell, a figure.

use std::num::NonZeroU16;

use krilla::{
    geom::Rect,
    tagging::{BBox, Identifier, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree},
};

/// A node of the structure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct NodeId(usize);

/// What a node is.
pub(super) enum Role {
    Part,
    Title,
    Paragraph,
    Heading { level: u8, title: String },
    Figure { description: String, sheet: usize, area: [f32; 4] },
    Table,
    Row,
    ColumnTitle,
    GroupTitle { columns: u32 },
    Cell,
    Contents,
    Entry,
    Link,
}

/// All nodes, in reading order.
#[derive(Default)]
pub(super) struct Tree {
    nodes: Vec<Branch>,
    roots: Vec<usize>,
}

struct Branch {
    role: Role,
    children: Vec<Child>,
}

enum Child {
    Node(usize),
    Content(Identifier),
}

impl Tree {
    /// A new node below another, or at the top.
    pub(super) fn add(&mut self, parent: Option<NodeId>, role: Role) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push(Branch { role, children: Vec::new() });
        match parent {
            Some(parent) => self.nodes[parent.0].children.push(Child::Node(id)),
            None => self.roots.push(id),
        }
        NodeId(id)
    }

    /// What is drawn under this identifier belongs to this node.
    pub(super) fn draw(&mut self, node: NodeId, content: Identifier) {
        self.nodes[node.0].children.push(Child::Content(content));
    }

    pub(super) fn finish(mut self, language: &str) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        for root in std::mem::take(&mut self.roots) {
            tree.push(self.group(root));
        }
        tree
    }

    fn group(&mut self, id: usize) -> TagGroup {
        let children = std::mem::take(&mut self.nodes[id].children);
        let kind = self.nodes[id].role.kind();
        let children = children.into_iter().map(|child| match child {
            Child::Node(node) => Node::from(self.group(node)),
            Child::Content(identifier) => Node::from(identifier),
        });
        let children = children.collect();
        TagGroup::with_children(kind, children)
    }
}

impl Role {
    fn kind(&self) -> TagKind {
        match self {
            Self::Part => Tag::Part.into(),
            Self::Title => Tag::Title.into(),
            Self::Paragraph => Tag::P.into(),
            Self::Heading { level, title } => {
                let level = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
                Tag::Hn(level, Some(title.clone())).into()
            }
            Self::Figure { description, sheet, area: [left, top, right, bottom] } => {
                let area = Rect::from_ltrb(*left, *top, *right, *bottom).map(|area| BBox::new(*sheet, area));
                Tag::Figure(Some(description.clone())).with_bbox(area).into()
            }
            Self::Table => Tag::Table.into(),
            Self::Row => Tag::TR.into(),
            Self::ColumnTitle => Tag::TH(TableHeaderScope::Column).into(),
            Self::GroupTitle { columns } => {
                let span = std::num::NonZeroU32::new(*columns);
                Tag::TH(TableHeaderScope::Row).with_col_span(span).into()
            }
            Self::Cell => Tag::TD.into(),
            Self::Contents => Tag::TOC.into(),
            Self::Entry => Tag::TOCI.into(),
            Self::Link => Tag::Link.into(),
        }
    }
}
