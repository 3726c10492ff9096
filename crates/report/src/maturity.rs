//! A self-assessment of maturity as a workbook: how well each requirement is documented and how well it is done, and what
//! that makes of each section. Some frameworks ask for it, the Belgian one for cybersecurity among them. The means are the
//! caller's: this only writes them.

use crate::{
    Language, ReportError,
    table::{Book, Value},
    terms::Outcome,
};

/// An assessment as its reader may see it.
#[derive(Clone, Debug, Default)]
pub struct Maturity {
    /// The language of the workbook.
    pub language: Language,
    /// What is assessed, in the order of the framework.
    pub requirements: Vec<Requirement>,
    /// What all of it comes to.
    pub whole: Means,
    /// The sections of the first two levels, in the order of the framework.
    pub sections: Vec<Section>,
    /// What is aimed at, on the scale of the whole.
    pub target: Option<f64>,
}

/// A requirement and its scores. One that does not count has none.
#[derive(Clone, Debug, Default)]
pub struct Requirement {
    /// Its reference, or nothing.
    pub reference: String,
    /// What it asks for.
    pub text: String,
    /// Whether it is met, where that is shown.
    pub outcome: Option<Outcome>,
    /// How well it is documented.
    pub documentation: Option<i64>,
    /// How well it is done.
    pub implementation: Option<i64>,
    /// What is aimed at, on its own scale.
    pub target: Option<f64>,
    /// What was observed.
    pub observation: String,
}

/// What some requirements come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Means {
    /// How many they are.
    pub requirements: usize,
    /// How many of them have a score that counts.
    pub scored: usize,
    /// Of documentation.
    pub documentation: Option<f64>,
    /// Of what is done.
    pub implementation: Option<f64>,
    /// Of both.
    pub maturity: Option<f64>,
}

/// A part of the framework.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Whether another section holds it.
    pub inner: bool,
    /// Its reference, or nothing.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// What it comes to.
    pub means: Means,
}

impl Maturity {
    /// A sheet of requirements and one of sections. Columns in which nothing can stand are left out.
    pub fn xlsx(&self) -> Result<Vec<u8>, ReportError> {
        let mut book = Book::new()?;
        self.requirements(&mut book)?;
        self.summary(&mut book)?;
        Ok(book.bytes()?)
    }

    fn requirements(&self, book: &mut Book) -> Result<(), ReportError> {
        let words = self.language.words();
        let with_results = self.requirements.iter().any(|requirement| requirement.outcome.is_some());
        let kept = [true, true, with_results, true, true, self.target.is_some(), true];
        let titles = [
            words.reference,
            words.requirement,
            words.result,
            words.documentation_score,
            words.implementation_score,
            words.target,
            words.observation,
        ];
        let rows = self.requirements.iter().map(|requirement| {
            let cells = [
                Value::from(requirement.reference.as_str()),
                Value::from(requirement.text.as_str()),
                Value::from(requirement.outcome.map_or("", |outcome| outcome.label(self.language))),
                Value::from(requirement.documentation.map(real)),
                Value::from(requirement.implementation.map(real)),
                Value::from(requirement.target),
                Value::from(requirement.observation.as_str()),
            ];
            only(cells, kept)
        });
        Ok(book.sheet(words.requirements, &only(titles, kept), rows)?)
    }

    fn summary(&self, book: &mut Book) -> Result<(), ReportError> {
        let words = self.language.words();
        let kept = [true, true, true, true, true, true, true, true, self.target.is_some()];
        let titles = [
            words.level,
            words.reference,
            words.section,
            words.requirements,
            words.scored,
            words.documentation_score,
            words.implementation_score,
            words.maturity,
            words.target,
        ];
        let whole = (None, "", words.whole_audit, self.whole);
        let sections = self.sections.iter().map(|section| {
            let level = if section.inner { 2.0 } else { 1.0 };
            (Some(level), section.reference.as_str(), section.name.as_str(), section.means)
        });
        let rows = std::iter::once(whole).chain(sections).map(|(level, reference, name, means)| {
            let cells = [
                Value::from(level),
                Value::from(reference),
                Value::from(name),
                Value::Number(count(means.requirements)),
                Value::Number(count(means.scored)),
                Value::from(means.documentation),
                Value::from(means.implementation),
                Value::from(means.maturity),
                Value::from(self.target),
            ];
            only(cells, kept)
        });
        Ok(book.sheet(words.summary, &only(titles, kept), rows)?)
    }
}

/// Those that are kept.
fn only<T, const N: usize>(all: [T; N], kept: [bool; N]) -> Vec<T> {
    all.into_iter().zip(kept).filter_map(|(one, keep)| keep.then_some(one)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "scores are small numbers, and a workbook knows no other")]
fn real(score: i64) -> f64 {
    score as f64
}

#[expect(clippy::cast_precision_loss, reason = "numbers of requirements are small")]
fn count(number: usize) -> f64 {
    number as f64
}
