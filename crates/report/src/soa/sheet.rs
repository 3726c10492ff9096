//! A statement as rows, with titles in the reader's language.

use super::{Entry, Statement};
use crate::{
    ReportError,
    table::{Value, delimited, workbook},
};

pub(super) fn csv(statement: &Statement) -> Result<Vec<u8>, ReportError> {
    let rows = rows(statement);
    Ok(delimited(
        &titles(statement),
        rows.iter().map(|row| row.iter().map(String::as_str)),
        b';',
        csv::Terminator::CRLF,
    )?)
}

pub(super) fn xlsx(statement: &Statement) -> Result<Vec<u8>, ReportError> {
    let rows = rows(statement);
    let rows = rows.iter().map(|row| row.iter().map(|cell| Value::from(cell.as_str())));
    // A sheet's name holds 31 characters, which all of ours do.
    Ok(workbook(statement.language.words().applicability, &titles(statement), rows)?)
}

fn titles(statement: &Statement) -> [&'static str; 10] {
    let words = statement.language.words();
    [
        words.reference,
        words.requirement,
        words.description,
        words.applicable,
        words.justification,
        words.implementation,
        words.progress,
        words.measures,
        words.evidence,
        words.treated_risks,
    ]
}

fn rows(statement: &Statement) -> Vec<[String; 10]> {
    statement.stated().map(|entry| row(statement, entry)).collect()
}

fn row(statement: &Statement, entry: &Entry) -> [String; 10] {
    let (language, words) = (statement.language, statement.language.words());
    let applicable = if entry.applicable() { words.yes } else { words.no };
    [
        entry.ref_id.clone(),
        entry.name.clone(),
        entry.description.clone(),
        applicable.to_owned(),
        entry.justification.clone(),
        entry.outcome.label(language).to_owned(),
        entry.progress.map_or("", |progress| progress.label(language)).to_owned(),
        entry.measures.join("\n"),
        entry.evidences.join("\n"),
        entry.risks.join("\n"),
    ]
}
