//! A workbook that was filled in comes back: each row changes as a PATCH of it would, all of them or none.

use crate::compliance::audit::{hold, refuse_locked};
use crate::compliance::head::head;
use crate::compliance::lines::{Line, lines};
use crate::exported::aside;
use engine::declare::Answer;
use engine::read::Reading;
use engine::trial::dry_run;
use engine::write::{Mode, update_in};
use engine::{ApiError, Body, Call};
use report::audit::{AuditSheet, Column, Problem, SheetRow, as_cell, read_xlsx};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Nobody mends more than this at once.
const MOST_PROBLEMS: usize = 100;

/// Columns of a workbook by the fields that they set.
const FIELDS: [(&str, Column); 5] = [
    ("result", Column::Result),
    ("extended_result", Column::Finding),
    ("status", Column::Progress),
    ("observation", Column::Observations),
    ("score", Column::Score),
];

/// What is wrong, for whoever mends the workbook.
#[derive(Default)]
struct Problems(Vec<Value>);

impl Problems {
    fn add(&mut self, row: Option<u32>, column: Option<&str>, detail: &str) {
        if self.0.len() < MOST_PROBLEMS {
            self.0.push(json!({ "row": row, "column": column, "detail": detail }));
        }
    }

    fn refuse(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(ApiError::refused(400, json!({ "error": "invalidWorkbook", "problems": self.0 })))
    }
}

/// Takes a workbook in; `?dry_run=true` does the same and keeps nothing.
pub(super) async fn import(call: Call<'_>) -> Result<Answer, ApiError> {
    let upload = call.upload.ok_or_else(|| ApiError::error(400, "noFileDetected"))?;
    let dry_run = dry_run(call.query, call.body)?;
    let bytes = upload.bytes.clone();
    let sheet = match aside(move || read_xlsx(&bytes)).await? {
        Ok(sheet) => sheet,
        Err(unreadable) => return Err(refused(&unreadable.problems)),
    };
    let resource = call.ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    let mut rows = call.write().await?;
    hold(&mut rows, call.ctx, call.item()?).await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    refuse_locked(head.is_locked)?;
    let lines = lines(&mut reading, &head).await?;
    // As in the workbook that they were given.
    let hidden = head.withheld();
    let mut problems = Problems::default();
    let changes = changes(&lines, &sheet, &hidden, &mut problems);
    // The caller speaks of requirements, not of versions of rows.
    let ctx = engine::Context { if_match: None, strict: false, ..call.ctx.clone() };
    for change in &changes {
        match update_in(&ctx, &mut rows, resource, change.line.id, Mode::Patch, &change.body).await {
            Ok(()) => {}
            Err(error @ ApiError::Validation(_)) => tell(&mut problems, change.row, &error.body()),
            Err(other) => return Err(other),
        }
    }
    // Whatever was written goes with the transaction.
    problems.refuse()?;
    if !dry_run {
        rows.commit().await?;
    }
    let told = changes.iter().map(|change| {
        json!({ "row": change.row, "urn": change.line.urn, "ref_id": change.line.ref_id, "changes": change.told })
    });
    Ok(Answer::Json(json!({
        "dry_run": dry_run,
        "updated": changes.len(),
        "unchanged": sheet.rows.len() - changes.len(),
        "rows": told.collect::<Value>(),
    })))
}

/// A row of the audit that the workbook wants to be another.
struct Change<'a> {
    /// Its row in the workbook.
    row: u32,
    line: &'a Line,
    body: Body,
    /// Old and new, by field.
    told: Map<String, Value>,
}

fn changes<'a>(lines: &'a [Line], sheet: &AuditSheet, hidden: &[&str], problems: &mut Problems) -> Vec<Change<'a>> {
    let by_urn: HashMap<&str, &Line> = lines.iter().map(|line| (line.urn.as_str(), line)).collect();
    let mut by_ref: HashMap<&str, Vec<&Line>> = HashMap::new();
    for line in lines {
        by_ref.entry(line.ref_id.as_deref().unwrap_or_default()).or_default().push(line);
    }
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for row in &sheet.rows {
        let named = match (row.urn.as_deref(), row.ref_id.as_deref()) {
            (Some(urn), _) => (Column::Urn, urn, by_urn.get(urn.to_lowercase().as_str()).copied()),
            (None, Some(ref_id)) => match by_ref.get(ref_id).map(Vec::as_slice) {
                Some([one]) => (Column::RefId, ref_id, Some(*one)),
                Some([_, _, ..]) => {
                    let detail = format!("“{ref_id}” is the reference of several requirements: name the urn");
                    problems.add(Some(row.row), Some(Column::RefId.title()), &detail);
                    continue;
                }
                _ => (Column::RefId, ref_id, None),
            },
            (None, None) => continue,
        };
        let (column, key, Some(line)) = named else {
            let detail = format!("“{}” is no requirement of this audit", named.1);
            problems.add(Some(row.row), Some(named.0.title()), &detail);
            continue;
        };
        if !seen.insert(line.id) {
            problems.add(Some(row.row), Some(column.title()), &format!("“{key}” is in an earlier row already"));
            continue;
        }
        let (body, told) = wanted(line, row, sheet, hidden);
        if body.is_empty() {
            continue;
        }
        if !line.finding.about.assessable {
            problems.add(Some(row.row), Some(column.title()), &format!("“{key}” is a title, which has no result"));
            continue;
        }
        found.push(Change { row: row.row, line, body, told });
    }
    found
}

/// What a row of the workbook says that the audit does not say yet. Whoever empties a cell takes away what stood there;
/// results and progress are never nothing. What the caller does not see stays as it is.
fn wanted(line: &Line, row: &SheetRow, sheet: &AuditSheet, hidden: &[&str]) -> (Body, Map<String, Value>) {
    let finding = &line.finding;
    let (mut body, mut told) = (Body::new(), Map::new());
    let mut set = |field: &str, old: Value, new: Value| {
        if old != new && !hidden.contains(&field) {
            told.insert(field.to_owned(), json!([old, new.clone()]));
            body.insert(field.to_owned(), new);
        }
    };
    if let Some(outcome) = row.outcome {
        set("result", json!(finding.result), json!(outcome.code()));
    }
    if let Some(progress) = row.progress {
        set("status", json!(finding.status), json!(progress.code()));
    }
    if sheet.has(Column::Finding) {
        let new = row.finding.map(report::terms::Finding::code);
        set("extended_result", json!(finding.extended), json!(new));
    }
    if sheet.has(Column::Observations) {
        // A workbook holds less than a text may: what it would have said of the old text is no change.
        let old = line.observation.as_deref().map(as_cell).filter(|text| !text.trim().is_empty());
        set("observation", json!(old), json!(row.observation));
    }
    if sheet.has(Column::Score) {
        set("score", json!(finding.score), json!(row.score));
    }
    if body.get("score").is_some_and(|score| !score.is_null()) {
        body.insert("is_scored".into(), json!(true));
    }
    (body, told)
}

/// Refusals of a row's fields, under the titles of their columns.
fn tell(problems: &mut Problems, row: u32, refusals: &Value) {
    for (field, sentences) in refusals.as_object().into_iter().flatten() {
        let column = FIELDS.iter().find(|(known, _)| known == field).map(|(_, column)| column.title());
        let list = sentences.as_array().map_or_else(|| vec![sentences], |list| list.iter().collect());
        for sentence in list {
            problems.add(Some(row), column, sentence.as_str().unwrap_or_default());
        }
    }
}

/// A workbook that cannot be read at all, or not in all its cells.
fn refused(found: &[Problem]) -> ApiError {
    let mut problems = Problems::default();
    for problem in found {
        let (row, column) = match problem {
            Problem::NotAWorkbook | Problem::TooLarge => (None, None),
            Problem::NoKeyColumn => (Some(1), None),
            Problem::ColumnTwice(column) => (Some(1), Some(column.title())),
            Problem::NoKey { row } | Problem::KeyTwice { row, .. } => (Some(*row), None),
            Problem::Cell { row, column, .. } => (Some(*row), Some(column.title())),
        };
        problems.add(row, column, &problem.to_string());
    }
    ApiError::refused(400, json!({ "error": "invalidWorkbook", "problems": problems.0 }))
}
