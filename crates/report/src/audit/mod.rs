//! Audits as documents: what a caller fills in, and the formats that come out of it.

mod archive;
mod import;
mod report;
mod sheet;

use chrono::NaiveDate;

pub use crate::table::as_cell;
pub use archive::{Attachment, FileNames};
pub use import::{AuditSheet, Column, Problem, SheetRow, Unreadable, read_xlsx};
pub(crate) use report::donut;

use crate::{
    Language, ReportError, docx, html, pdf,
    terms::{Counts, Finding, Outcome, Progress},
};

/// An audit as its reader may see it.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Its name.
    pub title: String,
    /// Its reference, or nothing.
    pub reference: String,
    /// The framework it is held against.
    pub framework: String,
    /// The domain it belongs to.
    pub domain: String,
    /// The perimeter, or nothing.
    pub perimeter: String,
    /// Its version, or nothing.
    pub version: String,
    /// Its status, in the reader's words.
    pub status: String,
    /// The language of the document.
    pub language: Language,
    /// The day of the document.
    pub date: NaiveDate,
    /// When the audit is due.
    pub due_date: Option<NaiveDate>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Who reviewed it.
    pub reviewers: Vec<String>,
    /// What it is for.
    pub description: String,
    /// What it concludes.
    pub observation: String,
    /// The scores of the whole, where scoring is on.
    pub scores: Option<Scores>,
    /// The sections that charts compare; [`sections_of`] counts them from the requirements.
    pub sections: Vec<Section>,
    /// All nodes of the framework that are shown, in its order.
    pub requirements: Vec<Requirement>,
}

/// Scores of a whole audit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// How well it is implemented.
    pub implementation: Option<f64>,
    /// How well it is documented, where that is shown.
    pub documentation: Option<f64>,
    /// Both together, where both are shown.
    pub maturity: Option<f64>,
    /// What is aimed at.
    pub target: Option<f64>,
    /// The lowest score of the scale.
    pub minimum: f64,
    /// The highest score of the scale.
    pub maximum: f64,
}

/// A part of the framework that is compared with others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// Its reference, such as `A.5`.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// The results in it.
    pub counts: Counts,
    /// Its score, where scoring is on.
    pub score: Option<f64>,
}

/// A node of the framework with what was found.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Its URN.
    pub urn: String,
    /// Its reference, or nothing.
    pub ref_id: String,
    /// Its name, or nothing.
    pub name: String,
    /// What it asks for.
    pub description: String,
    /// What would prove it.
    pub typical_evidence: String,
    /// What the framework's author adds.
    pub annotation: String,
    /// How many nodes stand above it.
    pub depth: usize,
    /// Whether it is assessed, or a title over others.
    pub assessable: bool,
    /// Whether it is met.
    pub outcome: Outcome,
    /// What the auditor adds to the result.
    pub finding: Option<Finding>,
    /// How far the work is, where that is shown.
    pub progress: Option<Progress>,
    /// Its score.
    pub score: Option<i64>,
    /// The score of its documentation, where that is shown.
    pub documentation_score: Option<i64>,
    /// What was observed.
    pub observation: String,
    /// The controls that serve it.
    pub measures: Vec<String>,
    /// What proves it.
    pub evidences: Vec<Evidence>,
}

/// Something that proves a requirement is met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Its name.
    pub name: String,
    /// The name of its file in an archive, where it has one.
    pub file: Option<String>,
}

impl Default for Requirement {
    fn default() -> Self {
        Self {
            urn: String::new(),
            ref_id: String::new(),
            name: String::new(),
            description: String::new(),
            typical_evidence: String::new(),
            annotation: String::new(),
            depth: 0,
            assessable: false,
            outcome: Outcome::NotAssessed,
            finding: None,
            progress: Some(Progress::ToDo),
            score: None,
            documentation_score: None,
            observation: String::new(),
            measures: Vec::new(),
            evidences: Vec::new(),
        }
    }
}

impl Audit {
    /// The results of all requirements that are assessed.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for requirement in self.requirements.iter().filter(|requirement| requirement.assessable) {
            counts.add(requirement.outcome);
        }
        counts
    }

    /// The report as PDF.
    pub fn pdf(&self) -> Result<Vec<u8>, ReportError> {
        pdf::write(&report::compose(self, false))
    }

    /// The report as DOCX.
    pub fn docx(&self) -> Result<Vec<u8>, ReportError> {
        docx::write(&report::compose(self, false))
    }

    /// The report as one HTML page that needs nothing else. Evidence that has a file links to it.
    pub fn html(&self) -> String {
        html::write(&report::compose(self, true))
    }

    /// The requirements that are assessed, as semicolon-separated values.
    pub fn csv(&self) -> Result<Vec<u8>, ReportError> {
        sheet::csv(self)
    }

    /// All requirements as a workbook that [`read_xlsx`] reads back.
    pub fn xlsx(&self) -> Result<Vec<u8>, ReportError> {
        sheet::xlsx(self)
    }
}

/// The sections of a list of requirements: its titles at the top, with the results below each. Requirements that stand at
/// the top themselves are in none.
pub fn sections_of(requirements: &[Requirement]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut inside = false;
    for requirement in requirements {
        if requirement.depth == 0 {
            inside = !requirement.assessable;
            if inside {
                let (reference, name) = (requirement.ref_id.clone(), requirement.name.clone());
                sections.push(Section { reference, name, ..Section::default() });
            }
        } else if let (true, true, Some(section)) = (requirement.assessable, inside, sections.last_mut()) {
            section.counts.add(requirement.outcome);
        }
    }
    sections.retain(|section| section.counts.total() > 0);
    sections
}
