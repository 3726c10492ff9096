//! A report between its content and its format: headings, paragraphs, tables and charts, in reading order.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::{chart::Chart, colour::Colour, words::Language};

/// A whole report.
pub(crate) struct Document<'a> {
    /// What sort of report it is, such as “Audit report”.
    pub kind: &'static str,
    pub title: Cow<'a, str>,
    pub subtitle: Cow<'a, str>,
    pub language: Language,
    pub date: NaiveDate,
    pub authors: &'a [String],
    /// Labels and values under the title.
    pub facts: Vec<(&'static str, Cow<'a, str>)>,
    /// Wide tables want wide pages.
    pub landscape: bool,
    pub blocks: Vec<Block<'a>>,
}

/// A piece of a report.
pub(crate) enum Block<'a> {
    /// Level 1 begins a page, level 2 stands in the contents as well, level 3 does not.
    Heading {
        level: u8,
        text: Cow<'a, str>,
    },
    Paragraph(Cow<'a, str>),
    /// A paragraph that explains.
    Note(Cow<'a, str>),
    /// A few large numbers with what they count.
    Figures(Vec<(String, &'static str)>),
    Chart(Chart<'a>),
    Table(Table<'a>),
}

/// A table: a row of titles and rows of cells.
pub(crate) struct Table<'a> {
    pub columns: Vec<Column>,
    pub rows: Vec<Row<'a>>,
}

/// A column: its title, and its width as a share of all.
pub(crate) struct Column {
    pub title: &'static str,
    pub weight: f32,
}

impl Column {
    pub(crate) fn new(title: &'static str, weight: f32) -> Self {
        Self { title, weight }
    }
}

/// A row of a table.
pub(crate) enum Row<'a> {
    /// A title over the rows that follow, through all columns.
    Group(Cow<'a, str>),
    Cells(Vec<Cell<'a>>),
}

/// A cell: lines below one another.
#[derive(Default)]
pub(crate) struct Cell<'a> {
    pub lines: Vec<Line<'a>>,
    /// A spot of colour in front of the first line.
    pub mark: Option<Colour>,
}

/// A text in one tone; it may be as long as it likes.
pub(crate) struct Line<'a> {
    pub text: Cow<'a, str>,
    pub tone: Tone,
    /// Where the line leads, in formats that can be followed.
    pub target: Option<String>,
}

/// How a line is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    Plain,
    Strong,
    Muted,
}

impl<'a> Cell<'a> {
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::default().line(text, Tone::Plain)
    }

    pub(crate) fn strong(text: impl Into<Cow<'a, str>>) -> Self {
        Self::default().line(text, Tone::Strong)
    }

    pub(crate) fn marked(mut self, colour: Colour) -> Self {
        self.mark = Some(colour);
        self
    }

    /// One more line, unless it is empty.
    pub(crate) fn line(mut self, text: impl Into<Cow<'a, str>>, tone: Tone) -> Self {
        let text = text.into();
        if !text.trim().is_empty() {
            self.lines.push(Line { text, tone, target: None });
        }
        self
    }

    /// One more line that leads somewhere.
    pub(crate) fn linked(mut self, text: impl Into<Cow<'a, str>>, target: String) -> Self {
        self.lines.push(Line { text: text.into(), tone: Tone::Plain, target: Some(target) });
        self
    }

    /// A label and what it labels on the next line, unless that is empty.
    pub(crate) fn labelled(self, label: &'static str, text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.trim().is_empty() { self } else { self.line(label, Tone::Muted).line(text, Tone::Plain) }
    }
}

/// A reference and a name as a reader says them together.
pub(crate) fn titled<'a>(reference: &'a str, name: &'a str, untitled: &'static str) -> Cow<'a, str> {
    match (reference.trim(), name.trim()) {
        ("", "") => Cow::Borrowed(untitled),
        ("", only) | (only, "") => Cow::Borrowed(only),
        (reference, name) => Cow::Owned(format!("{reference} – {name}")),
    }
}

/// The beginning of a text, where its whole stands elsewhere.
pub(crate) fn beginning(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].trim_end())),
        None => Cow::Borrowed(text),
    }
}

impl<'a> Document<'a> {
    /// Whether there is enough to find for a table of contents.
    pub(crate) fn has_contents(&self) -> bool {
        self.contents().count() > 3
    }

    /// The headings that a table of contents leads to: level and text.
    pub(crate) fn contents(&self) -> impl Iterator<Item = (u8, &str)> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Heading { level, text } if *level <= 2 => Some((*level, text.as_ref())),
            _ => None,
        })
    }

    pub(crate) fn heading(&mut self, level: u8, text: impl Into<Cow<'a, str>>) {
        self.blocks.push(Block::Heading { level, text: text.into() });
    }

    /// Paragraphs of a text that somebody wrote, unless it is empty.
    pub(crate) fn prose(&mut self, text: &'a str) {
        for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
            self.blocks.push(Block::Paragraph(Cow::Borrowed(paragraph)));
        }
    }
}
