//! Events of the parser into a document, within limits.
//!
//! An alias is one more reference to a node, not a copy. What it would cost to write it out is
//! counted all the same, when the list or map around it closes: nine lines that stand for a
//! milliard of nodes are refused at the third.

use super::document::{Children, Document, Node, NodeId, Position, Shape};
use super::fault::{Fault, fault};
use super::keys;
use super::tags::{scalar, unknown_tag};
use crate::library::limits::Limits;
use crate::library::problem::Kind;
use granit_parser::{Event, Marker, Parser, Tag};
use std::collections::HashMap;

const ALIASES: &str = "the aliases of the file stand for too much. Write out what they mean, or use fewer";

/// What a node costs once aliases are written out.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    nodes: usize,
    bytes: usize,
    height: usize,
}

/// A list or map whose end has not come yet.
struct Open {
    at: Position,
    anchor: usize,
    is_map: bool,
    first: usize,
}

struct Composer<'t, 'l> {
    limits: &'l Limits,
    document: Document<'t>,
    costs: Vec<Cost>,
    open: Vec<Open>,
    pending: Vec<NodeId>,
    anchors: HashMap<usize, NodeId>,
    finished: bool,
}

/// The one document of a text.
pub(in crate::library) fn compose<'t>(text: &'t str, limits: &Limits) -> Result<Document<'t>, Fault> {
    let options = granit_parser::options! {
        emit_comments: false,
        bom_inside_document_as_content: true,
        block_scalar_eof_without_line_feed: true,
        flow_nesting_limit: limits.depth + 1,
        block_nesting_limit: limits.depth + 1,
    };
    let document = Document { nodes: Vec::new(), children: Vec::new(), root: NodeId(u32::MAX), repeated: Vec::new() };
    let mut composer = Composer {
        limits,
        document,
        costs: Vec::new(),
        open: Vec::new(),
        pending: Vec::new(),
        anchors: HashMap::new(),
        finished: false,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| scan_fault(&error, limits))?;
        composer.take(event, position(span.start))?;
    }
    if !composer.finished {
        return Err(fault(Position::default(), Kind::NotMap, "the file holds no YAML value"));
    }
    Ok(composer.document)
}

impl<'t> Composer<'t, '_> {
    fn take(&mut self, event: Event<'t>, at: Position) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = scalar(text, style, tag.as_deref(), at)?;
                let cost = Cost { nodes: 1, bytes: scalar.text.len(), height: 0 };
                self.add(Node { at, shape: Shape::Scalar(scalar) }, cost, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => self.begin(at, anchor, tag.as_deref(), false),
            Event::MappingStart(_, anchor, tag) => self.begin(at, anchor, tag.as_deref(), true),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(id) => self.place(*id, at),
                None => Err(fault(at, Kind::NotYaml, "an alias stands inside the value that it names. Write it out")),
            },
            _ => Ok(()),
        }
    }

    fn begin(&mut self, at: Position, anchor: usize, tag: Option<&Tag>, is_map: bool) -> Result<(), Fault> {
        let own = if is_map { "map" } else { "seq" };
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema_tag(own)) {
            return Err(unknown_tag(tag, at));
        }
        if self.open.len() >= self.limits.depth {
            return Err(too_deep(at, self.limits));
        }
        self.open.push(Open { at, anchor, is_map, first: self.pending.len() });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some(Open { at, anchor, is_map, first }) = self.open.pop() else { return Ok(()) };
        let mut items = self.pending.split_off(first);
        if is_map {
            let keys = keys::settle(&self.document, items, self.limits)?;
            items = keys.pairs;
            self.document.repeated.extend(keys.repeated);
        }
        let mut cost = Cost { nodes: 1, bytes: 0, height: 1 };
        for item in &items {
            let Cost { nodes, bytes, height } = self.costs[item.index()];
            cost.nodes = cost.nodes.saturating_add(nodes);
            cost.bytes = cost.bytes.saturating_add(bytes);
            cost.height = cost.height.max(height + 1);
        }
        if cost.height > self.limits.depth {
            return Err(too_deep(at, self.limits));
        }
        let total = self.document.children.len() + items.len();
        if cost.nodes > self.limits.nodes || cost.bytes > self.limits.bytes || total > self.limits.nodes * 2 {
            return Err(fault(at, Kind::Aliases, ALIASES));
        }
        let start = number(self.document.children.len());
        self.document.children.extend_from_slice(&items);
        let children = Children { start, end: number(self.document.children.len()) };
        let shape = if is_map { Shape::Map(children) } else { Shape::List(children) };
        self.add(Node { at, shape }, cost, anchor)
    }

    fn add(&mut self, node: Node<'t>, cost: Cost, anchor: usize) -> Result<(), Fault> {
        let at = node.at;
        if self.document.nodes.len() >= self.limits.nodes {
            let message =
                format!("the file has more than {} values. Split it into several libraries", self.limits.nodes);
            return Err(fault(at, Kind::TooManyValues, message));
        }
        let id = NodeId(number(self.document.nodes.len()));
        self.document.nodes.push(node);
        self.costs.push(cost);
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        self.place(id, at)
    }

    fn place(&mut self, id: NodeId, at: Position) -> Result<(), Fault> {
        if self.pending.len() > self.limits.nodes * 2 {
            return Err(fault(at, Kind::Aliases, ALIASES));
        }
        if !self.open.is_empty() {
            self.pending.push(id);
            return Ok(());
        }
        if self.finished {
            return Err(fault(at, Kind::NotYaml, "a second document begins here. Keep one library in a file"));
        }
        self.finished = true;
        self.document.root = id;
        Ok(())
    }
}

fn scan_fault(error: &granit_parser::ScanError, limits: &Limits) -> Fault {
    let at = position(*error.marker());
    match error.kind() {
        granit_parser::ErrorKind::RecursionLimitExceeded => too_deep(at, limits),
        _ => fault(
            at,
            Kind::NotYaml,
            format!("this is not YAML: {}. Check quotes, colons and indentation", error.info()),
        ),
    }
}

fn too_deep(at: Position, limits: &Limits) -> Fault {
    fault(at, Kind::TooDeep, format!("lists and maps lie more than {} deep in each other. Flatten them", limits.depth))
}

fn position(marker: Marker) -> Position {
    Position { line: number(marker.line()), column: number(marker.col() + 1) }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
