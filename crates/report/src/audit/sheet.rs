//! An audit as rows: CSV for reading, a workbook for filling in and bringing back.

use super::{Audit, Requirement};
use crate::{
    ReportError,
    table::{Value, delimited, workbook},
    terms::{Finding, Progress},
};

const CSV: [&str; 11] = [
    "urn",
    "ref_id",
    "name",
    "description",
    "typical_evidence",
    "annotation",
    "compliance_result",
    "extended_result",
    "requirement_progress",
    "score",
    "observations",
];

pub(super) const XLSX: [&str; 12] = [
    "urn",
    "assessable",
    "ref_id",
    "name",
    "description",
    "typical_evidence",
    "annotation",
    "compliance_result",
    "extended_result",
    "requirement_progress",
    "observations",
    "score",
];

pub(super) fn csv(audit: &Audit) -> Result<Vec<u8>, ReportError> {
    let assessable: Vec<_> = audit.requirements.iter().filter(|requirement| requirement.assessable).collect();
    let scores: Vec<_> = assessable.iter().map(|requirement| score(requirement)).collect();
    let rows = assessable.iter().zip(&scores).map(|(requirement, score)| {
        [
            requirement.urn.as_str(),
            &requirement.ref_id,
            &requirement.name,
            &requirement.description,
            &requirement.typical_evidence,
            &requirement.annotation,
            requirement.outcome.code(),
            requirement.finding.map_or("", Finding::code),
            requirement.progress.map_or("", Progress::code),
            score,
            &requirement.observation,
        ]
        .into_iter()
    });
    Ok(delimited(&CSV, rows, b';', csv::Terminator::CRLF)?)
}

fn score(requirement: &Requirement) -> String {
    requirement.score.map(|score| score.to_string()).unwrap_or_default()
}

pub(super) fn xlsx(audit: &Audit) -> Result<Vec<u8>, ReportError> {
    let rows = audit.requirements.iter().map(|requirement| {
        // Titles have no result; their cells stay empty and are not read back.
        let assessed = requirement.assessable;
        let code = |code: &'static str| if assessed { Value::from(code) } else { Value::Empty };
        #[expect(clippy::cast_precision_loss, reason = "scores are small numbers, and a workbook knows no other")]
        let score = requirement.score.filter(|_| assessed).map_or(Value::Empty, |score| Value::Number(score as f64));
        [
            Value::from(requirement.urn.as_str()),
            code("x"),
            Value::from(requirement.ref_id.as_str()),
            Value::from(requirement.name.as_str()),
            Value::from(requirement.description.as_str()),
            Value::from(requirement.typical_evidence.as_str()),
            Value::from(requirement.annotation.as_str()),
            code(requirement.outcome.code()),
            code(requirement.finding.map_or("", Finding::code)),
            code(requirement.progress.map_or("", Progress::code)),
            Value::from(requirement.observation.as_str()),
            score,
        ]
        .into_iter()
    });
    Ok(workbook("Sheet1", &XLSX, rows)?)
}
