//! Charts as data. Writers that can only draw ask for shapes ([`Chart::drawing`]); DOCX makes native charts from the data.

mod bars;
mod donut;
mod radar;
mod shape;

use std::borrow::Cow;

pub(crate) use shape::{Anchor, Drawing, Shape, Step, polygon};

use crate::{colour::Colour, words::Language};

/// A chart with its title.
pub(crate) struct Chart<'a> {
    pub title: Cow<'a, str>,
    /// Whether the title stands over the chart; it need not where a heading says the same.
    pub captioned: bool,
    pub form: Form<'a>,
}

/// What sort of chart, with its figures.
pub(crate) enum Form<'a> {
    /// Parts of a whole; the text stands in the middle.
    Donut { slices: Vec<Slice>, centre: String },
    /// Horizontal bars of equal length, each divided into parts.
    Bars { series: Vec<(&'static str, Colour)>, bars: Vec<Bar<'a>> },
    /// Shares from 0 to 1 around a centre.
    Radar { axes: Vec<Cow<'a, str>>, series: Vec<Ring> },
}

pub(crate) struct Slice {
    pub label: Cow<'static, str>,
    pub count: usize,
    pub colour: Colour,
}

pub(crate) struct Bar<'a> {
    pub label: Cow<'a, str>,
    /// As many as there are series.
    pub counts: Vec<usize>,
    /// What stands at the end of the bar.
    pub figure: String,
}

pub(crate) struct Ring {
    pub label: &'static str,
    pub colour: Colour,
    /// As many as there are axes.
    pub shares: Vec<f64>,
}

impl Chart<'_> {
    /// The chart as shapes, at most so wide.
    pub(crate) fn drawing(&self, width: f32, language: Language) -> Drawing {
        match &self.form {
            Form::Donut { slices, centre } => donut::draw(slices, centre, width, language),
            Form::Bars { series, bars } => bars::draw(series, bars, width),
            Form::Radar { axes, series } => radar::draw(axes, series, width, language),
        }
    }

    /// The chart in words, for those who do not see it.
    pub(crate) fn description(&self, language: Language) -> String {
        let told = match &self.form {
            Form::Donut { slices, .. } => {
                let parts = slices.iter().filter(|slice| slice.count > 0);
                joined(parts.map(|slice| format!("{} {}", slice.label, slice.count)))
            }
            Form::Bars { series, bars } => joined(bars.iter().map(|bar| {
                let parts = series.iter().zip(&bar.counts).filter(|(_, count)| **count > 0);
                let parts = parts.map(|((label, _), count)| format!("{label} {count}")).collect::<Vec<_>>();
                language.labelled(&bar.label, &parts.join(", "))
            })),
            Form::Radar { axes, series } => joined(axes.iter().enumerate().map(|(at, axis)| {
                let shares = series.iter().filter_map(|ring| ring.shares.get(at));
                let shares = shares.map(|share| language.percent(*share)).collect::<Vec<_>>();
                language.labelled(axis, &shares.join(", "))
            })),
        };
        let told = if told.is_empty() { self.title.to_string() } else { format!("{}. {told}", self.title) };
        match told.char_indices().nth(MOST_TOLD) {
            Some((end, _)) => format!("{}…", &told[..end]),
            None => told,
        }
    }
}

/// Characters of a description: what a text of an archivable PDF holds, and more than anybody listens to.
const MOST_TOLD: usize = 10_000;

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}
