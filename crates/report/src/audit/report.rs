//! What the report of an audit says, from its title page to its last requirement.

use std::borrow::Cow;

use super::{Audit, Evidence, Requirement, Section, archive};
use crate::{
    Language,
    chart::{Bar, Chart, Form, Ring, Slice},
    colour::Colour,
    document::{Block, Cell, Column, Document, Row, Table, Tone, beginning, titled},
    terms::{Counts, Finding, Outcome, share},
    words::Words,
};

/// More bars than this go on in another chart.
const BARS: usize = 30;
/// A radar with fewer axes is no surface, with more it is a knot.
const AXES: std::ops::RangeInclusive<usize> = 3..=16;

/// The report; with files, evidence names the file it has.
pub(super) fn compose(audit: &Audit, files: bool) -> Document<'_> {
    let words = audit.language.words();
    let mut document = Document {
        kind: words.audit_report,
        title: Cow::Borrowed(&audit.title),
        subtitle: Cow::Borrowed(&audit.framework),
        language: audit.language,
        date: audit.date,
        authors: &audit.authors,
        facts: facts(audit),
        landscape: false,
        blocks: Vec::new(),
    };
    summary(audit, &mut document);
    open_points(audit, &mut document);
    requirements(audit, files, &mut document);
    document
}

fn facts(audit: &Audit) -> Vec<(&'static str, Cow<'_, str>)> {
    let words = audit.language.words();
    let joined = |names: &[String]| Cow::Owned(names.join(", "));
    let mut facts = vec![
        (words.reference, Cow::Borrowed(audit.reference.as_str())),
        (words.domain, Cow::Borrowed(audit.domain.as_str())),
        (words.perimeter, Cow::Borrowed(audit.perimeter.as_str())),
        (words.version, Cow::Borrowed(audit.version.as_str())),
        (words.status, Cow::Borrowed(audit.status.as_str())),
        (words.date, Cow::Owned(audit.language.date(audit.date))),
        (words.due_date, Cow::Owned(audit.due_date.map(|day| audit.language.date(day)).unwrap_or_default())),
        (words.authors, joined(&audit.authors)),
        (words.reviewers, joined(&audit.reviewers)),
    ];
    facts.retain(|(_, value)| !value.trim().is_empty());
    facts
}

fn summary<'a>(audit: &'a Audit, document: &mut Document<'a>) {
    let (language, words, counts) = (audit.language, audit.language.words(), audit.counts());
    document.heading(1, words.summary);
    document.blocks.push(Block::Figures(figures(audit, &counts)));
    document.blocks.push(Block::Note(Cow::Borrowed(words.compliance_note)));
    if !audit.description.trim().is_empty() {
        document.heading(2, words.scope_and_purpose);
        document.prose(&audit.description);
    }
    if !audit.observation.trim().is_empty() {
        document.heading(2, words.conclusion);
        document.prose(&audit.observation);
    }
    document.heading(2, words.results);
    document.blocks.push(Block::Chart(donut(&counts, words.results, language)));
    if let Some(table) = findings(audit) {
        document.blocks.push(Block::Table(table));
    }
    if !audit.sections.is_empty() {
        document.heading(2, words.results_by_section);
        for sections in audit.sections.chunks(BARS) {
            document.blocks.push(Block::Chart(bars(sections, language)));
        }
    }
    if AXES.contains(&audit.sections.len()) {
        document.heading(2, words.sections_compared);
        document.blocks.push(Block::Chart(radar(audit)));
    }
}

fn figures(audit: &Audit, counts: &Counts) -> Vec<(String, &'static str)> {
    let (language, words) = (audit.language, audit.language.words());
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| language.percent(share));
    let mut figures = vec![
        (percent(counts.compliance()), words.compliance),
        (percent(share(counts.assessed(), counts.applicable())), words.assessed),
        (counts.total().to_string(), words.requirements),
    ];
    if let Some(scores) = &audit.scores {
        let scale = language.number(scores.maximum);
        let mut push = |score: Option<f64>, label| {
            if let Some(score) = score {
                figures.push((format!("{} / {scale}", language.number(score)), label));
            }
        };
        push(scores.implementation, words.score);
        push(scores.documentation, words.documentation_score);
        push(scores.maturity, words.maturity);
        push(scores.target, words.target);
    }
    figures
}

/// The ring of results.
pub(crate) fn donut<'a>(counts: &Counts, title: &'static str, language: Language) -> Chart<'a> {
    let slices = Outcome::ALL.iter().map(|outcome| Slice {
        label: Cow::Borrowed(outcome.label(language)),
        count: counts.of(*outcome),
        colour: outcome.colour(),
    });
    let centre = counts.compliance().map_or_else(|| "–".to_owned(), |share| language.percent(share));
    Chart {
        title: Cow::Borrowed(title),
        captioned: title != language.words().results,
        form: Form::Donut { slices: slices.collect(), centre },
    }
}

fn bars(sections: &[Section], language: Language) -> Chart<'_> {
    let words = language.words();
    let bars = sections.iter().map(|section| Bar {
        label: titled(&section.reference, &section.name, words.untitled),
        counts: Outcome::ALL.iter().map(|outcome| section.counts.of(*outcome)).collect(),
        figure: section.counts.compliance().map_or_else(|| "–".to_owned(), |share| language.percent(share)),
    });
    let series = Outcome::ALL.iter().map(|outcome| (outcome.label(language), outcome.colour()));
    let form = Form::Bars { series: series.collect(), bars: bars.collect() };
    Chart { title: Cow::Borrowed(words.results_by_section), captioned: false, form }
}

fn radar(audit: &Audit) -> Chart<'_> {
    let words = audit.language.words();
    let axes = audit.sections.iter().map(|section| titled(&section.reference, &section.name, words.untitled));
    let shares = audit.sections.iter().map(|section| section.counts.compliance().unwrap_or_default());
    let mut series = vec![Ring { label: words.compliance, colour: Colour::GREEN, shares: shares.collect() }];
    if let Some(scores) = audit.scores.filter(|scores| scores.maximum > scores.minimum) {
        let share = |score: f64| (score - scores.minimum) / (scores.maximum - scores.minimum);
        let shares = audit.sections.iter().map(|section| section.score.map_or(0.0, share));
        if audit.sections.iter().any(|section| section.score.is_some()) {
            series.push(Ring { label: words.score, colour: Colour::BLUE, shares: shares.collect() });
        }
    }
    let form = Form::Radar { axes: axes.collect(), series };
    Chart { title: Cow::Borrowed(words.sections_compared), captioned: false, form }
}

fn findings(audit: &Audit) -> Option<Table<'_>> {
    let words = audit.language.words();
    let found: Vec<Finding> = audit.requirements.iter().filter_map(|requirement| requirement.finding).collect();
    let rows = Finding::ALL.iter().filter_map(|finding| {
        let count = found.iter().filter(|other| *other == finding).count();
        (count > 0).then(|| Row::Cells(vec![Cell::text(finding.label(audit.language)), Cell::text(count.to_string())]))
    });
    let rows: Vec<_> = rows.collect();
    let columns = vec![Column::new(words.finding, 0.8), Column::new(words.count, 0.2)];
    (!rows.is_empty()).then_some(Table { columns, rows })
}

fn open_points<'a>(audit: &'a Audit, document: &mut Document<'a>) {
    let words = audit.language.words();
    document.heading(1, words.open_points);
    document.blocks.push(Block::Note(Cow::Borrowed(words.open_points_note)));
    let open = audit.requirements.iter().filter(|requirement| requirement.assessable && is_open(requirement));
    let rows: Vec<_> = open
        .map(|requirement| {
            let observation = Cell::text(requirement.observation.as_str());
            let measures = observation.labelled(words.measures, requirement.measures.join(", "));
            Row::Cells(vec![
                Cell::strong(requirement.ref_id.as_str()),
                Cell::text(title_or_text(requirement)),
                result(requirement, audit.language),
                measures,
            ])
        })
        .collect();
    if rows.is_empty() {
        document.blocks.push(Block::Paragraph(Cow::Borrowed(words.no_open_points)));
        return;
    }
    let columns = vec![
        Column::new(words.reference, 0.13),
        Column::new(words.requirement, 0.3),
        Column::new(words.result, 0.22),
        Column::new(words.observation, 0.35),
    ];
    document.blocks.push(Block::Table(Table { columns, rows }));
}

fn is_open(requirement: &Requirement) -> bool {
    matches!(requirement.outcome, Outcome::NonCompliant | Outcome::PartiallyCompliant)
        || matches!(requirement.finding, Some(Finding::MajorNonconformity | Finding::MinorNonconformity))
}

fn title_or_text(requirement: &Requirement) -> Cow<'_, str> {
    let text = if requirement.name.trim().is_empty() { &requirement.description } else { &requirement.name };
    beginning(text, 300)
}

fn result(requirement: &Requirement, language: Language) -> Cell<'_> {
    let cell = Cell::text(requirement.outcome.label(language)).marked(requirement.outcome.colour());
    match requirement.finding {
        Some(finding) => cell.line(finding.label(language), Tone::Muted),
        None => cell,
    }
}

fn requirements<'a>(audit: &'a Audit, files: bool, document: &mut Document<'a>) {
    let words = audit.language.words();
    document.heading(1, words.requirements);
    if audit.requirements.is_empty() {
        document.blocks.push(Block::Paragraph(Cow::Borrowed(words.no_requirements)));
        return;
    }
    let mut rows = Vec::new();
    for requirement in &audit.requirements {
        let title = titled(&requirement.ref_id, &requirement.name, words.untitled);
        if requirement.assessable {
            rows.push(Row::Cells(cells(requirement, audit, files)));
        } else if requirement.depth == 0 {
            flush(&mut rows, words, document);
            document.heading(2, title);
            document.prose(&requirement.description);
        } else {
            rows.push(Row::Group(title));
        }
    }
    flush(&mut rows, words, document);
}

fn flush<'a>(rows: &mut Vec<Row<'a>>, words: &'static Words, document: &mut Document<'a>) {
    if rows.is_empty() {
        return;
    }
    let columns = vec![
        Column::new(words.reference, 0.12),
        Column::new(words.requirement, 0.38),
        Column::new(words.assessment, 0.19),
        Column::new(words.remarks, 0.31),
    ];
    document.blocks.push(Block::Table(Table { columns, rows: std::mem::take(rows) }));
}

fn cells<'a>(requirement: &'a Requirement, audit: &'a Audit, files: bool) -> Vec<Cell<'a>> {
    let (language, words) = (audit.language, audit.language.words());
    let asked = Cell::strong(requirement.name.as_str()).line(requirement.description.as_str(), Tone::Plain);
    let mut found = result(requirement, language);
    if let Some(progress) = requirement.progress {
        found = found.line(progress.label(language), Tone::Muted);
    }
    if audit.scores.is_some() {
        let score = |label, score: Option<i64>| score.map(|score| language.labelled(label, &score.to_string()));
        let scores =
            [score(words.score, requirement.score), score(words.documentation_score, requirement.documentation_score)];
        for line in scores.into_iter().flatten() {
            found = found.line(line, Tone::Muted);
        }
    }
    let remarks =
        Cell::text(requirement.observation.as_str()).labelled(words.measures, requirement.measures.join("\n"));
    vec![Cell::strong(requirement.ref_id.as_str()), asked, found, proven(remarks, requirement, files, words)]
}

/// The evidence of a requirement below its remarks, each with a link to its file where there is one.
fn proven<'a>(mut cell: Cell<'a>, requirement: &'a Requirement, files: bool, words: &'static Words) -> Cell<'a> {
    if !requirement.evidences.is_empty() {
        cell = cell.line(words.evidence, Tone::Muted);
    }
    for Evidence { name, file } in &requirement.evidences {
        cell = match file {
            Some(file) if files => cell.linked(name.as_str(), archive::address_of(file)),
            _ => cell.line(name.as_str(), Tone::Plain),
        };
    }
    cell
}
