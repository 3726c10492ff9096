//! Tables: titles again on each page, rows that go on where a page is not enough for them.

use super::{
    flow::Flow,
    lines::broken,
    sheet::{Ink, Op, Owner, Style},
    tree::{NodeId, Role},
};
use crate::{
    colour::Colour,
    document::{Cell, Row, Table, Tone},
};

const TITLE: Style = Style::new(8.0, true, Colour::WHITE);
const GROUP: Style = Style::new(8.5, true, Colour::ACCENT);
const PAD: f32 = 4.0;
/// Less than this is no room for the beginning of a row.
const LEAST: f32 = 60.0;

/// Lays out a table where the pen stands.
pub(super) fn lay_out(flow: &mut Flow<'_>, table: &Table<'_>) {
    let node = flow.tree.add(Some(flow.root), Role::Table);
    let grid = Grid::new(table, flow.frame.left, flow.frame.measure());
    flow.need(LEAST + grid.title_height);
    grid.titles(flow, Some(node));
    for row in &table.rows {
        match row {
            Row::Group(title) => grid.group(flow, node, title),
            Row::Cells(cells) => grid.row(flow, node, cells),
        }
    }
    flow.y += 10.0;
}

/// The columns on the page.
struct Grid {
    /// Left edge and width of each column.
    columns: Vec<(f32, f32)>,
    titles: Vec<Vec<String>>,
    title_height: f32,
}

/// A line of a cell, broken and measured.
struct Set {
    style: Style,
    text: String,
    /// Room above: a label stands off from what came before it.
    above: f32,
}

impl Set {
    fn height(&self) -> f32 {
        self.above + self.style.leading()
    }
}

impl Grid {
    fn new(table: &Table<'_>, left: f32, measure: f32) -> Self {
        let total: f32 = table.columns.iter().map(|column| column.weight).sum();
        let mut x = left;
        let mut columns = Vec::new();
        let mut titles = Vec::new();
        for column in &table.columns {
            let width = measure * column.weight / total;
            columns.push((x, width));
            titles.push(broken(column.title, width - 2.0 * PAD, TITLE.size, true));
            x += width;
        }
        let deepest = titles.iter().map(Vec::len).max().unwrap_or(1);
        Self { columns, titles, title_height: lines_height(TITLE, deepest) + 2.0 * PAD }
    }

    fn left(&self) -> f32 {
        self.columns.first().map_or(0.0, |(left, _)| *left)
    }

    fn right(&self) -> f32 {
        self.columns.last().map_or(0.0, |(left, width)| left + width)
    }

    /// The titles: part of the table where it begins, decoration where it goes on.
    fn titles(&self, flow: &mut Flow<'_>, table: Option<NodeId>) {
        let row = table.map(|table| flow.tree.add(Some(table), Role::Row));
        let top = flow.y;
        let ground = [self.left(), top, self.right(), top + self.title_height];
        flow.sheet().rectangle(Owner::Decoration, ground, Colour::ACCENT);
        for ((left, _), lines) in self.columns.iter().zip(&self.titles) {
            let owner = match row {
                Some(row) => Owner::Node(flow.tree.add(Some(row), Role::ColumnTitle)),
                None => Owner::Decoration,
            };
            let mut baseline = top + PAD + TITLE.ascent();
            let sheet = flow.sheet();
            sheet.ops.push(Op { owner, ink: Ink::Blank });
            for line in lines {
                sheet.text(owner, left + PAD, baseline, TITLE, line.as_str());
                baseline += TITLE.leading();
            }
        }
        flow.y += self.title_height;
    }

    fn next_page(&self, flow: &mut Flow<'_>) {
        flow.next_page();
        self.titles(flow, None);
    }

    fn group(&self, flow: &mut Flow<'_>, table: NodeId, title: &str) {
        let lines = broken(title, self.right() - self.left() - 2.0 * PAD, GROUP.size, true);
        let lines = super::flow::capped(lines, 8);
        let height = lines_height(GROUP, lines.len()) + 2.0 * PAD;
        if flow.room() < height + LEAST {
            self.next_page(flow);
        }
        let row = flow.tree.add(Some(table), Role::Row);
        let columns = u32::try_from(self.columns.len()).unwrap_or(1);
        let cell = Owner::Node(flow.tree.add(Some(row), Role::GroupTitle { columns }));
        let (left, top) = (self.left(), flow.y);
        let ground = [left, top, self.right(), top + height];
        let sheet = flow.sheet();
        sheet.rectangle(Owner::Decoration, ground, Colour::TINT);
        sheet.ops.push(Op { owner: cell, ink: Ink::Blank });
        let mut baseline = top + PAD + GROUP.ascent();
        for line in lines {
            sheet.text(cell, left + PAD, baseline, GROUP, line);
            baseline += GROUP.leading();
        }
        flow.y += height;
    }

    fn row(&self, flow: &mut Flow<'_>, table: NodeId, cells: &[Cell<'_>]) {
        let row = flow.tree.add(Some(table), Role::Row);
        let set: Vec<Vec<Set>> = cells.iter().zip(&self.columns).map(|(cell, (_, width))| set(cell, *width)).collect();
        let owners: Vec<Owner> = set.iter().map(|_| Owner::Node(flow.tree.add(Some(row), Role::Cell))).collect();
        let tallest = set.iter().map(|lines| height_of(lines)).fold(0.0, f32::max) + 2.0 * PAD;
        let page = flow.frame.bottom - flow.frame.top - self.title_height;
        if flow.room() < tallest && (tallest < page * 0.4 || flow.room() < LEAST) {
            self.next_page(flow);
        }
        let mut done = vec![0; set.len()];
        for (at, cell) in cells.iter().enumerate().take(set.len()) {
            flow.sheet().ops.push(Op { owner: owners[at], ink: Ink::Blank });
            if let Some(colour) = cell.mark {
                let (left, top) = (self.columns[at].0 + PAD, flow.y + PAD + 2.5);
                flow.sheet().rectangle(Owner::Decoration, [left, top, left + 6.5, top + 6.5], colour);
            }
        }
        loop {
            let limit = flow.room() - 2.0 * PAD;
            let mut used: f32 = 0.0;
            for (at, lines) in set.iter().enumerate() {
                let indent = if cells[at].mark.is_some() { 11.0 } else { 0.0 };
                let (x, mut y) = (self.columns[at].0 + PAD + indent, flow.y + PAD);
                let bottom = y + limit;
                while let Some(line) = lines.get(done[at]) {
                    if y + line.height() > bottom && y > flow.y + PAD {
                        break;
                    }
                    let baseline = y + line.above + line.style.ascent();
                    flow.sheet().text(owners[at], x, baseline, line.style, line.text.as_str());
                    y += line.height();
                    done[at] += 1;
                }
                used = used.max(y - flow.y - PAD);
            }
            flow.y += used + 2.0 * PAD;
            let (left, right, y) = (self.left(), self.right(), flow.y);
            flow.sheet().rule(Owner::Decoration, left, right, y, Colour::LINE, 0.5);
            if done.iter().zip(&set).all(|(done, lines)| *done >= lines.len()) {
                break;
            }
            self.next_page(flow);
        }
    }
}

/// The lines of a cell in a column of a width.
fn set(cell: &Cell<'_>, width: f32) -> Vec<Set> {
    let room = width - 2.0 * PAD - if cell.mark.is_some() { 11.0 } else { 0.0 };
    let mut out = Vec::new();
    let mut before = Tone::Muted;
    for line in &cell.lines {
        let mut above = if line.tone == Tone::Muted && before == Tone::Plain { 2.5 } else { 0.0 };
        before = line.tone;
        let style = match line.tone {
            Tone::Plain => Style::new(8.0, false, Colour::INK),
            Tone::Strong => Style::new(8.0, true, Colour::INK),
            Tone::Muted => Style::new(7.2, false, Colour::MUTED),
        };
        let lines = broken(&line.text, room, style.size, style.strong);
        out.extend(lines.into_iter().map(|text| Set { style, text, above: std::mem::take(&mut above) }));
    }
    out
}

fn height_of(lines: &[Set]) -> f32 {
    lines.iter().map(Set::height).sum()
}

#[expect(clippy::cast_precision_loss, reason = "the lines of a title")]
fn lines_height(style: Style, count: usize) -> f32 {
    count as f32 * style.leading()
}
