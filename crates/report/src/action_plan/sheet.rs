//! A plan as rows.

use chrono::NaiveDate;

use super::{Action, ActionPlan};
use crate::{
    ReportError,
    table::{Value, delimited, workbook},
};

const CSV: [&str; 14] = [
    "Name",
    "Description",
    "Category",
    "CSF Function",
    "Priority",
    "Status",
    "ETA",
    "Expiry date",
    "Effort",
    "Impact",
    "Cost",
    "Covered requirements",
    "Associated evidences",
    "Evidence attachments",
];

const XLSX: [&str; 14] = [
    "name",
    "description",
    "category",
    "csf_function",
    "priority",
    "status",
    "eta",
    "expiry_date",
    "effort",
    "impact",
    "cost",
    "covered_requirements",
    "associated_evidences",
    "evidence_attachments",
];

pub(super) fn csv(plan: &ActionPlan) -> Result<Vec<u8>, ReportError> {
    let rows: Vec<_> = plan.actions.iter().map(row).collect();
    let rows = rows.iter().map(|row| row.iter().map(String::as_str));
    Ok(delimited(&CSV, rows, b',', csv::Terminator::CRLF)?)
}

pub(super) fn xlsx(plan: &ActionPlan) -> Result<Vec<u8>, ReportError> {
    let rows: Vec<_> = plan.actions.iter().map(row).collect();
    let rows = rows.iter().map(|row| row.iter().map(|cell| Value::from(cell.as_str())));
    Ok(workbook("Sheet1", &XLSX, rows)?)
}

fn row(action: &Action) -> [String; 14] {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    [
        action.name.clone(),
        action.description.clone(),
        action.category.clone(),
        action.csf_function.clone(),
        action.priority.clone(),
        action.status.clone(),
        day(action.eta),
        day(action.expiry_date),
        action.effort.clone(),
        action.impact.clone(),
        action.cost.clone(),
        action.requirements.join("\n"),
        action.evidences.join("\n"),
        action.attachments.join("\n"),
    ]
}
