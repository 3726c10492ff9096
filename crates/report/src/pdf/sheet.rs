//! A page that is laid out and not yet written.

use super::tree::NodeId;
use crate::{chart::Step, colour::Colour};

/// The page and the part of it that text may fill, in points.
pub(super) struct Frame {
    pub width: f32,
    pub height: f32,
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

impl Frame {
    pub(super) fn a4(landscape: bool) -> Self {
        let (width, height) = if landscape { (841.89, 595.28) } else { (595.28, 841.89) };
        let side = if landscape { 42.0 } else { 50.0 };
        Self { width, height, left: side, right: width - side, top: 64.0, bottom: height - 56.0 }
    }

    pub(super) fn measure(&self) -> f32 {
        self.right - self.left
    }
}

/// A page: what is drawn on it, in order, and where it can be clicked.
#[derive(Default)]
pub(super) struct Sheet {
    pub ops: Vec<Op>,
    pub links: Vec<Link>,
}

/// Something drawn, and whose it is.
pub(super) struct Op {
    pub owner: Owner,
    pub ink: Ink,
}

/// Who owns a drawing: a node of the structure, or nobody who reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Node(NodeId),
    Decoration,
    Header,
    Footer,
}

/// What is drawn.
pub(super) enum Ink {
    Text {
        x: f32,
        y: f32,
        style: Style,
        text: String,
    },
    Path {
        steps: Vec<Step>,
        fill: Option<(Colour, f32)>,
        stroke: Option<(Colour, f32)>,
    },
    /// Nothing: a cell without content is still a cell.
    Blank,
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub size: f32,
    pub strong: bool,
    pub colour: Colour,
}

impl Style {
    pub(super) const fn new(size: f32, strong: bool, colour: Colour) -> Self {
        Self { size, strong, colour }
    }

    /// From one line to the next.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.36
    }

    /// From the top of a line to where its letters stand.
    pub(super) fn ascent(self) -> f32 {
        self.size * 1.03
    }
}

/// A place that leads to a heading.
pub(super) struct Link {
    pub node: NodeId,
    pub area: [f32; 4],
    pub sheet: usize,
    pub y: f32,
    pub text: String,
}

impl Sheet {
    pub(super) fn text(&mut self, owner: Owner, x: f32, baseline: f32, style: Style, text: impl Into<String>) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.ops.push(Op { owner, ink: Ink::Text { x, y: baseline, style, text } });
        }
    }

    pub(super) fn rectangle(&mut self, owner: Owner, area: [f32; 4], colour: Colour) {
        let [left, top, right, bottom] = area;
        let steps = crate::chart::polygon(&[(left, top), (right, top), (right, bottom), (left, bottom)]);
        self.ops.push(Op { owner, ink: Ink::Path { steps, fill: Some((colour, 1.0)), stroke: None } });
    }

    pub(super) fn rule(&mut self, owner: Owner, left: f32, right: f32, y: f32, colour: Colour, thickness: f32) {
        self.rectangle(owner, [left, y - thickness / 2.0, right, y + thickness / 2.0], colour);
    }
}
