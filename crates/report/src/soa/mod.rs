//! Statements of applicability: for each control of a framework whether it applies, why, and how far it is implemented.

mod report;

use chrono::NaiveDate;

use crate::{
    Language, ReportError, docx, pdf,
    terms::{Counts, Outcome, Progress},
};

/// A statement as its reader may see it.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// The audit it is drawn from.
    pub title: String,
    /// The framework.
    pub framework: String,
    /// The domain it holds for.
    pub domain: String,
    /// The perimeter, or nothing.
    pub perimeter: String,
    /// Its version, or nothing.
    pub version: String,
    /// The language of the document.
    pub language: Language,
    /// The day of the document.
    pub date: NaiveDate,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Who reviewed it.
    pub reviewers: Vec<String>,
    /// All nodes of the framework that are shown, in its order.
    pub entries: Vec<Entry>,
}

/// A node of the framework with what is stated of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its reference, or nothing.
    pub ref_id: String,
    /// Its name, or nothing.
    pub name: String,
    /// What it asks for.
    pub description: String,
    /// How many nodes stand above it.
    pub depth: usize,
    /// Whether it is stated, or a title over others.
    pub assessable: bool,
    /// Whether it is met; what is not applicable is excluded.
    pub outcome: Outcome,
    /// How far the work is, where that is shown.
    pub progress: Option<Progress>,
    /// Why it applies, or why not.
    pub justification: String,
    /// The controls that implement it.
    pub measures: Vec<String>,
    /// What proves it.
    pub evidences: Vec<String>,
    /// The risks that it treats.
    pub risks: Vec<String>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            ref_id: String::new(),
            name: String::new(),
            description: String::new(),
            depth: 0,
            assessable: false,
            outcome: Outcome::NotAssessed,
            progress: Some(Progress::ToDo),
            justification: String::new(),
            measures: Vec::new(),
            evidences: Vec::new(),
            risks: Vec::new(),
        }
    }
}

impl Entry {
    /// Whether it applies.
    pub fn applicable(&self) -> bool {
        self.outcome != Outcome::NotApplicable
    }
}

impl Statement {
    /// The results of all that is stated.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for entry in self.stated() {
            counts.add(entry.outcome);
        }
        counts
    }

    fn stated(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.assessable)
    }

    /// The statement as PDF.
    pub fn pdf(&self) -> Result<Vec<u8>, ReportError> {
        pdf::write(&report::compose(self))
    }

    /// The statement as DOCX.
    pub fn docx(&self) -> Result<Vec<u8>, ReportError> {
        docx::write(&report::compose(self))
    }
}
