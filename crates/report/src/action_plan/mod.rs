//! Action plans: the controls that an audit calls for, with who, when and how much.

mod report;
mod sheet;

use chrono::NaiveDate;

use crate::{Language, ReportError, docx, pdf};

/// A plan as its reader may see it.
#[derive(Clone, Debug, Default)]
pub struct ActionPlan {
    /// What it is the plan of.
    pub title: String,
    /// The framework, or what the plan is drawn from.
    pub framework: String,
    /// The domain it belongs to.
    pub domain: String,
    /// The perimeter, or nothing.
    pub perimeter: String,
    /// The language of the document.
    pub language: Language,
    /// The day of the document; what was planned for earlier and is open is overdue.
    pub date: NaiveDate,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// What all actions cost in a year, in the reader's words; nothing where nobody knows.
    pub total_cost: String,
    /// The actions, in the order of the plan.
    pub actions: Vec<Action>,
}

/// An action. Words such as a category or a priority are the reader's own.
#[derive(Clone, Debug, Default)]
pub struct Action {
    /// Its reference, or nothing.
    pub ref_id: String,
    /// Its name.
    pub name: String,
    /// What is to be done.
    pub description: String,
    /// Its category.
    pub category: String,
    /// Its function in the cybersecurity framework.
    pub csf_function: String,
    /// Its priority.
    pub priority: String,
    /// Its status.
    pub status: String,
    /// Whether it still has to be done.
    pub open: bool,
    /// When it is planned for.
    pub eta: Option<NaiveDate>,
    /// When it ends.
    pub expiry_date: Option<NaiveDate>,
    /// How much work it is.
    pub effort: String,
    /// How much it helps.
    pub impact: String,
    /// What it costs in a year, such as `2300.00`.
    pub cost: String,
    /// Who does it.
    pub owners: Vec<String>,
    /// The requirements it serves.
    pub requirements: Vec<String>,
    /// What proves it.
    pub evidences: Vec<String>,
    /// The files of what proves it.
    pub attachments: Vec<String>,
}

impl ActionPlan {
    /// The plan as PDF.
    pub fn pdf(&self) -> Result<Vec<u8>, ReportError> {
        pdf::write(&report::compose(self))
    }

    /// The plan as DOCX.
    pub fn docx(&self) -> Result<Vec<u8>, ReportError> {
        docx::write(&report::compose(self))
    }

    /// The plan as comma-separated values.
    pub fn csv(&self) -> Result<Vec<u8>, ReportError> {
        sheet::csv(self)
    }

    /// The plan as a workbook.
    pub fn xlsx(&self) -> Result<Vec<u8>, ReportError> {
        sheet::xlsx(self)
    }
}

impl Action {
    /// Whether it should have been done by a day and has not.
    pub fn overdue(&self, day: NaiveDate) -> bool {
        self.open && self.eta.is_some_and(|eta| eta < day)
    }
}
