//! What an action plan says.

use std::borrow::Cow;

use super::{Action, ActionPlan};
use crate::{
    chart::{Chart, Form, Slice},
    colour::Colour,
    document::{Block, Cell, Column, Document, Row, Table, Tone},
};

/// Colours for words that we do not know beforehand.
const PALETTE: [Colour; 8] = [
    Colour::BLUE,
    Colour::GREEN,
    Colour::AMBER,
    Colour::SLATE,
    Colour(147, 51, 234),
    Colour(13, 148, 136),
    Colour(219, 39, 119),
    Colour::GREY,
];

/// More parts than this are told as one.
const SLICES: usize = 8;

pub(super) fn compose(plan: &ActionPlan) -> Document<'_> {
    let words = plan.language.words();
    let mut document = Document {
        kind: words.action_plan,
        title: Cow::Borrowed(&plan.title),
        subtitle: Cow::Borrowed(&plan.framework),
        language: plan.language,
        date: plan.date,
        authors: &plan.authors,
        facts: facts(plan),
        landscape: true,
        blocks: Vec::new(),
    };
    summary(plan, &mut document);
    actions(plan, &mut document);
    document
}

fn facts(plan: &ActionPlan) -> Vec<(&'static str, Cow<'_, str>)> {
    let words = plan.language.words();
    let mut facts = vec![
        (words.domain, Cow::Borrowed(plan.domain.as_str())),
        (words.perimeter, Cow::Borrowed(plan.perimeter.as_str())),
        (words.date, Cow::Owned(plan.language.date(plan.date))),
        (words.authors, Cow::Owned(plan.authors.join(", "))),
    ];
    facts.retain(|(_, value)| !value.trim().is_empty());
    facts
}

fn summary<'a>(plan: &'a ActionPlan, document: &mut Document<'a>) {
    let words = plan.language.words();
    let overdue = plan.actions.iter().filter(|action| action.overdue(plan.date)).count();
    let done = plan.actions.iter().filter(|action| !action.open).count();
    document.heading(1, words.summary);
    let mut figures = vec![
        (plan.actions.len().to_string(), words.actions),
        (done.to_string(), words.done),
        (overdue.to_string(), words.overdue),
    ];
    if !plan.total_cost.trim().is_empty() {
        figures.push((plan.total_cost.clone(), words.annual_cost));
    }
    document.blocks.push(Block::Figures(figures));
    if !plan.actions.is_empty() {
        document.blocks.push(Block::Chart(donut(plan, words.by_status, |action| &action.status)));
        document.blocks.push(Block::Chart(donut(plan, words.by_priority, |action| &action.priority)));
    }
}

/// A ring of what actions have in a field, in the order in which it first appears.
fn donut<'a>(plan: &'a ActionPlan, title: &'static str, field: impl Fn(&Action) -> &String) -> Chart<'a> {
    let words = plan.language.words();
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for action in &plan.actions {
        let value = field(action).trim();
        let value = if value.is_empty() { words.none } else { value };
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    if counts.len() > SLICES {
        let rest = counts.split_off(SLICES - 1).into_iter().map(|(_, count)| count).sum();
        counts.push((words.other, rest));
    }
    let total = plan.actions.len().to_string();
    let slices = counts.into_iter().zip(PALETTE.into_iter().cycle()).map(|((label, count), colour)| Slice {
        label: Cow::Owned(label.to_owned()),
        count,
        colour,
    });
    let form = Form::Donut { slices: slices.collect(), centre: total };
    Chart { title: Cow::Borrowed(title), captioned: true, form }
}

fn actions<'a>(plan: &'a ActionPlan, document: &mut Document<'a>) {
    let words = plan.language.words();
    document.heading(1, words.actions);
    if plan.actions.is_empty() {
        document.blocks.push(Block::Paragraph(Cow::Borrowed(words.no_actions)));
        return;
    }
    let columns = vec![
        Column::new(words.action, 0.31),
        Column::new(words.status, 0.13),
        Column::new(words.schedule, 0.14),
        Column::new(words.impact, 0.12),
        Column::new(words.cost, 0.1),
        Column::new(words.covers, 0.2),
    ];
    let rows = plan.actions.iter().map(|action| Row::Cells(cells(action, plan))).collect();
    document.blocks.push(Block::Table(Table { columns, rows }));
}

fn cells<'a>(action: &'a Action, plan: &'a ActionPlan) -> Vec<Cell<'a>> {
    let (language, words) = (plan.language, plan.language.words());
    let of = |label, value: &'a str| match value.trim() {
        "" => String::new(),
        value => language.labelled(label, value),
    };
    let name = match action.ref_id.trim() {
        "" => Cow::Borrowed(action.name.as_str()),
        reference => Cow::Owned(format!("{reference} – {}", action.name)),
    };
    let kind = [action.category.trim(), action.csf_function.trim()].into_iter().filter(|word| !word.is_empty());
    let kind = kind.collect::<Vec<_>>().join(" · ");
    let what = Cell::strong(name).line(kind, Tone::Muted).line(action.description.as_str(), Tone::Plain);
    let status = Cell::text(action.status.as_str()).line(of(words.priority, &action.priority), Tone::Muted);
    let mut schedule = Cell::text(action.eta.map(|day| language.date(day)).unwrap_or_default());
    if action.overdue(plan.date) {
        schedule = schedule.line(words.overdue, Tone::Strong).marked(Colour::RED);
    }
    let schedule =
        schedule.labelled(words.expiry_date, action.expiry_date.map(|day| language.date(day)).unwrap_or_default());
    let impact = Cell::text(action.impact.as_str()).line(of(words.effort, &action.effort), Tone::Muted);
    let status = status.labelled(words.owners, action.owners.join("\n"));
    let covers = Cell::text(action.requirements.join("\n")).labelled(words.evidence, action.evidences.join("\n"));
    vec![what, status, schedule, impact, Cell::text(action.cost.as_str()), covers]
}
