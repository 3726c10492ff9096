//! Laying out: blocks flow down a page and on to the next.

use super::{
    grid,
    lines::broken,
    sheet::{Frame, Ink, Op, Owner, Sheet, Style},
    tree::{NodeId, Role, Tree},
};
use crate::{
    chart::{Anchor, Chart, Drawing, Shape},
    colour::Colour,
    document::{Block, Document},
    face,
    words::Language,
};

pub(super) const BODY: Style = Style::new(9.5, false, Colour::INK);
const NOTE: Style = Style::new(8.5, false, Colour::MUTED);
const CHART_TITLE: Style = Style::new(10.0, true, Colour::INK);
const FIGURE: Style = Style::new(19.0, true, Colour::ACCENT);
const FIGURE_LABEL: Style = Style::new(8.0, false, Colour::MUTED);

/// What has been laid out.
pub(super) struct Body {
    pub sheets: Vec<Sheet>,
    pub headings: Vec<Heading>,
}

/// Where a heading stands.
pub(super) struct Heading {
    pub level: u8,
    pub text: String,
    pub sheet: usize,
    pub y: f32,
}

/// Lays out all blocks; so many pages will come before.
pub(super) fn lay_out(
    document: &Document<'_>,
    frame: &Frame,
    tree: &mut Tree,
    root: NodeId,
    pages_before: usize,
) -> Body {
    let body = Body { sheets: vec![Sheet::default()], headings: Vec::new() };
    let mut flow = Flow { frame, tree, root, body, y: frame.top, pages_before };
    for (at, block) in document.blocks.iter().enumerate() {
        if let Block::Heading { .. } = block {
            flow.keep_with_next(document.blocks.get(at + 1), document.language);
        }
        flow.block(block, document.language);
    }
    flow.body
}

/// The pen: the page it is on and how far down.
pub(super) struct Flow<'a> {
    pub frame: &'a Frame,
    pub tree: &'a mut Tree,
    pub root: NodeId,
    pub y: f32,
    body: Body,
    pages_before: usize,
}

impl Flow<'_> {
    fn block(&mut self, block: &Block<'_>, language: Language) {
        match block {
            Block::Heading { level, text } => self.heading(*level, text),
            Block::Paragraph(text) => self.paragraph(text, BODY),
            Block::Note(text) => self.paragraph(text, NOTE),
            Block::Figures(figures) => self.figures(figures),
            Block::Chart(chart) => self.chart(chart, language),
            Block::Table(table) => grid::lay_out(self, table),
        }
    }

    pub(super) fn sheet(&mut self) -> &mut Sheet {
        if self.body.sheets.is_empty() {
            self.body.sheets.push(Sheet::default());
        }
        let last = self.body.sheets.len() - 1;
        &mut self.body.sheets[last]
    }

    pub(super) fn room(&self) -> f32 {
        self.frame.bottom - self.y
    }

    pub(super) fn next_page(&mut self) {
        self.body.sheets.push(Sheet::default());
        self.y = self.frame.top;
    }

    /// Goes on to the next page unless there is so much room on this one.
    pub(super) fn need(&mut self, height: f32) {
        if self.room() < height && self.y > self.frame.top {
            self.next_page();
        }
    }

    /// A heading stays with the chart that it is about.
    fn keep_with_next(&mut self, next: Option<&Block<'_>>, language: Language) {
        if let Some(Block::Chart(chart)) = next {
            self.need(chart.drawing(self.frame.measure(), language).height + 90.0);
        }
    }

    fn heading(&mut self, level: u8, text: &str) {
        let (size, before, after) = match level {
            1 => (18.0, 0.0, 12.0),
            2 => (13.0, 14.0, 6.0),
            _ => (10.5, 10.0, 4.0),
        };
        let style = Style::new(size, true, if level < 3 { Colour::ACCENT } else { Colour::INK });
        if level == 1 && self.y > self.frame.top {
            self.next_page();
        }
        let lines = capped(broken(text, self.frame.measure(), size, true), 6);
        #[expect(clippy::cast_precision_loss, reason = "at most six lines")]
        let height = lines.len() as f32 * style.leading();
        self.need(before + height + after + 70.0);
        if self.y > self.frame.top {
            self.y += before;
        }
        let title = lines.concat();
        if level <= 2 && !title.trim().is_empty() {
            let sheet = self.pages_before + self.body.sheets.len() - 1;
            self.body.headings.push(Heading { level, text: title.clone(), sheet, y: self.y });
        }
        let node = self.tree.add(Some(self.root), Role::Heading { level, title });
        self.lines(&lines, style, node);
        if level == 1 {
            let (left, right, y) = (self.frame.left, self.frame.right, self.y + 4.0);
            self.sheet().rule(Owner::Decoration, left, right, y, Colour::LINE, 0.8);
        }
        self.y += after;
    }

    fn paragraph(&mut self, text: &str, style: Style) {
        let node = self.tree.add(Some(self.root), Role::Paragraph);
        let lines = broken(text, self.frame.measure(), style.size, style.strong);
        self.lines(&lines, style, node);
        self.y += 6.0;
    }

    fn lines(&mut self, lines: &[String], style: Style, node: NodeId) {
        for line in lines {
            self.need(style.leading());
            let (x, baseline) = (self.frame.left, self.y + style.ascent());
            self.sheet().text(Owner::Node(node), x, baseline, style, line.as_str());
            self.y += style.leading();
        }
    }

    /// Large numbers side by side.
    fn figures(&mut self, figures: &[(String, &'static str)]) {
        self.need(58.0);
        #[expect(clippy::cast_precision_loss, reason = "a handful of figures")]
        let width = (self.frame.measure() + 8.0) / figures.len().max(1) as f32;
        let (mut left, top) = (self.frame.left, self.y);
        for (figure, label) in figures {
            let node = self.tree.add(Some(self.root), Role::Paragraph);
            let right = left + width - 8.0;
            let figure = face::shortened(&face::drawable(figure), width - 20.0, FIGURE.size, true);
            let label = face::shortened(label, width - 20.0, FIGURE_LABEL.size, false);
            let sheet = self.sheet();
            sheet.rectangle(Owner::Decoration, [left, top, right, top + 46.0], Colour::TINT);
            sheet.rectangle(Owner::Decoration, [left, top, left + 2.5, top + 46.0], Colour::ACCENT);
            sheet.text(Owner::Node(node), left + 10.0, top + 23.0, FIGURE, format!("{figure} "));
            sheet.text(Owner::Node(node), left + 10.0, top + 38.0, FIGURE_LABEL, label);
            left += width;
        }
        self.y += 58.0;
    }

    fn chart(&mut self, chart: &Chart<'_>, language: Language) {
        let drawing = chart.drawing(self.frame.measure(), language);
        self.need(drawing.height + CHART_TITLE.leading() + 18.0);
        self.y += 6.0;
        if chart.captioned {
            let title = self.tree.add(Some(self.root), Role::Paragraph);
            self.lines(&broken(&chart.title, self.frame.measure(), CHART_TITLE.size, true), CHART_TITLE, title);
            self.y += 6.0;
        }
        let (left, top) = (self.frame.left, self.y);
        let area = [left, top, left + drawing.width, top + drawing.height];
        let sheet = self.pages_before + self.body.sheets.len() - 1;
        let description = chart.description(language);
        let node = self.tree.add(Some(self.root), Role::Figure { description, sheet, area });
        self.y += drawing.height + 8.0;
        draw(self.sheet(), drawing, (left, top), Owner::Node(node));
    }
}

/// At most so many lines; the last of them tells that there were more.
pub(super) fn capped(mut lines: Vec<String>, most: usize) -> Vec<String> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = format!("{}…", last.trim_end());
        }
    }
    lines
}

/// Puts the shapes of a drawing on a sheet.
fn draw(sheet: &mut Sheet, drawing: Drawing, at: (f32, f32), owner: Owner) {
    for shape in drawing.shapes {
        match shape {
            Shape::Path { steps, fill, stroke } => {
                let steps = steps.into_iter().map(|step| step.moved(at)).collect();
                sheet.ops.push(Op { owner, ink: Ink::Path { steps, fill, stroke } });
            }
            Shape::Text { x, y, size, strong, colour, anchor, text } => {
                let text = face::drawable(&text);
                let width = face::width(&text, size, strong);
                let x = match anchor {
                    Anchor::Start => x,
                    Anchor::Middle => x - width / 2.0,
                    Anchor::End => x - width,
                };
                sheet.text(owner, at.0 + x, at.1 + y, Style::new(size, strong, colour), text);
            }
        }
    }
}
