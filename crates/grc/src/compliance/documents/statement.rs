//! The statement of applicability on paper.

use super::paper::{For, Paper};
use crate::exported::{DOCX, PDF, file};
use engine::declare::Answer;
use engine::{ApiError, Call};
use report::audit::{Audit, Requirement};
use report::soa::{Entry, Statement};

/// For printers.
pub(super) async fn pdf(call: Call<'_>) -> Result<Answer, ApiError> {
    let statement = of(Paper::load(&call, For::Readers).await?.audit());
    file(format!("{}-soa.pdf", statement.title), PDF, move || statement.pdf()).await
}

/// For a word processor.
pub(super) async fn docx(call: Call<'_>) -> Result<Answer, ApiError> {
    let statement = of(Paper::load(&call, For::Readers).await?.audit());
    file(format!("{}-soa.docx", statement.title), DOCX, move || statement.docx()).await
}

fn of(audit: Audit) -> Statement {
    Statement {
        title: audit.title,
        framework: audit.framework,
        domain: audit.domain,
        perimeter: audit.perimeter,
        version: audit.version,
        language: audit.language,
        date: audit.date,
        authors: audit.authors,
        reviewers: audit.reviewers,
        entries: audit.requirements.into_iter().map(entry).collect(),
    }
}

fn entry(requirement: Requirement) -> Entry {
    Entry {
        ref_id: requirement.ref_id,
        name: requirement.name,
        description: requirement.description,
        depth: requirement.depth,
        assessable: requirement.assessable,
        outcome: requirement.outcome,
        progress: requirement.progress,
        justification: requirement.observation,
        measures: requirement.measures,
        evidences: requirement.evidences.into_iter().map(|evidence| evidence.name).collect(),
        // Risk scenarios are no kind yet.
        risks: Vec::new(),
    }
}
