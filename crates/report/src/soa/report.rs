//! What a statement of applicability says.

use std::borrow::Cow;

use super::{Entry, Statement};
use crate::{
    audit::donut,
    document::{Block, Cell, Column, Document, Row, Table, Tone, beginning, titled},
    terms::Outcome,
    words::Words,
};

pub(super) fn compose(statement: &Statement) -> Document<'_> {
    let words = statement.language.words();
    let mut document = Document {
        kind: words.statement_of_applicability,
        title: Cow::Borrowed(&statement.title),
        subtitle: Cow::Borrowed(&statement.framework),
        language: statement.language,
        date: statement.date,
        authors: &statement.authors,
        facts: facts(statement),
        landscape: true,
        blocks: Vec::new(),
    };
    summary(statement, &mut document);
    controls(statement, &mut document);
    excluded(statement, &mut document);
    document
}

fn facts(statement: &Statement) -> Vec<(&'static str, Cow<'_, str>)> {
    let words = statement.language.words();
    let mut facts = vec![
        (words.domain, Cow::Borrowed(statement.domain.as_str())),
        (words.perimeter, Cow::Borrowed(statement.perimeter.as_str())),
        (words.version, Cow::Borrowed(statement.version.as_str())),
        (words.date, Cow::Owned(statement.language.date(statement.date))),
        (words.authors, Cow::Owned(statement.authors.join(", "))),
        (words.reviewers, Cow::Owned(statement.reviewers.join(", "))),
    ];
    facts.retain(|(_, value)| !value.trim().is_empty());
    facts
}

fn summary<'a>(statement: &'a Statement, document: &mut Document<'a>) {
    let (language, words, counts) = (statement.language, statement.language.words(), statement.counts());
    document.heading(1, words.summary);
    document.blocks.push(Block::Note(Cow::Borrowed(words.statement_note)));
    let compliance = counts.compliance().map_or_else(|| "–".to_owned(), |share| language.percent(share));
    document.blocks.push(Block::Figures(vec![
        (counts.total().to_string(), words.requirements),
        (counts.applicable().to_string(), words.applicable),
        (counts.not_applicable.to_string(), words.excluded),
        (compliance, words.compliance),
    ]));
    document.blocks.push(Block::Chart(donut(&counts, words.implementation, language)));
}

fn controls<'a>(statement: &'a Statement, document: &mut Document<'a>) {
    let words = statement.language.words();
    document.heading(1, words.applicability);
    let mut rows = Vec::new();
    for entry in &statement.entries {
        let title = titled(&entry.ref_id, &entry.name, words.untitled);
        if entry.assessable {
            rows.push(Row::Cells(cells(entry, statement)));
        } else if entry.depth == 0 {
            flush(&mut rows, words, document);
            document.heading(2, title);
        } else {
            rows.push(Row::Group(title));
        }
    }
    flush(&mut rows, words, document);
    if statement.stated().next().is_none() {
        document.blocks.push(Block::Paragraph(Cow::Borrowed(words.no_requirements)));
    }
}

fn flush<'a>(rows: &mut Vec<Row<'a>>, words: &'static Words, document: &mut Document<'a>) {
    if rows.is_empty() {
        return;
    }
    let columns = vec![
        Column::new(words.reference, 0.09),
        Column::new(words.requirement, 0.25),
        Column::new(words.applicable, 0.09),
        Column::new(words.justification, 0.22),
        Column::new(words.implementation, 0.14),
        Column::new(words.measures, 0.21),
    ];
    document.blocks.push(Block::Table(Table { columns, rows: std::mem::take(rows) }));
}

fn cells<'a>(entry: &'a Entry, statement: &'a Statement) -> Vec<Cell<'a>> {
    let (language, words) = (statement.language, statement.language.words());
    let applicable = Cell::strong(if entry.applicable() { words.yes } else { words.no });
    let justification = Cell::text(entry.justification.as_str()).labelled(words.treated_risks, entry.risks.join("\n"));
    let implementation = match entry.outcome {
        Outcome::NotApplicable => Cell::text("–"),
        outcome => Cell::text(outcome.label(language))
            .marked(outcome.colour())
            .line(entry.progress.map_or("", |progress| progress.label(language)), Tone::Muted),
    };
    let measures = Cell::text(entry.measures.join("\n")).labelled(words.evidence, entry.evidences.join("\n"));
    vec![
        Cell::strong(entry.ref_id.as_str()),
        Cell::strong(entry.name.as_str()).line(entry.description.as_str(), Tone::Plain),
        applicable,
        justification,
        implementation,
        measures,
    ]
}

fn excluded<'a>(statement: &'a Statement, document: &mut Document<'a>) {
    let words = statement.language.words();
    let rows: Vec<_> = statement
        .stated()
        .filter(|entry| !entry.applicable())
        .map(|entry| {
            let name = if entry.name.trim().is_empty() { &entry.description } else { &entry.name };
            let why = match entry.justification.trim() {
                "" => Cell::default().line(words.no_justification, Tone::Muted),
                why => Cell::text(why),
            };
            Row::Cells(vec![Cell::strong(entry.ref_id.as_str()), Cell::text(beginning(name, 300)), why])
        })
        .collect();
    document.heading(1, words.excluded);
    if rows.is_empty() {
        document.blocks.push(Block::Paragraph(Cow::Borrowed(words.none)));
        return;
    }
    document.blocks.push(Block::Note(Cow::Borrowed(words.excluded_note)));
    let columns = vec![
        Column::new(words.reference, 0.12),
        Column::new(words.requirement, 0.38),
        Column::new(words.justification, 0.5),
    ];
    document.blocks.push(Block::Table(Table { columns, rows }));
}
