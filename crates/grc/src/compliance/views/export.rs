//! Audits and their plans as files.

use super::plan;
use crate::compliance::head::head;
use crate::compliance::lines::{Line, lines};
use engine::declare::Answer;
use engine::read::Reading;
use engine::{ApiError, Call};
use serde_json::Value;

const AUDIT: [&str; 11] = [
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
const SHEET: [&str; 12] = [
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
const PLAN: [&str; 14] = [
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
const PLAN_SHEET: [&str; 14] = [
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
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn load(call: &Call<'_>) -> Result<(String, Vec<Line>, Vec<bool>), ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let lines = lines(&mut reading, head.id).await?;
    let counts = lines.iter().map(|line| line.finding.counts(&head)).collect();
    Ok((head.name, lines, counts))
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

/// Requirements that count, with semicolons.
pub(super) async fn csv(call: Call<'_>) -> Result<Answer, ApiError> {
    let (_, lines, counts) = load(&call).await?;
    let row = |line: &Line| {
        let finding = &line.finding;
        vec![
            line.urn.clone(),
            text(line.ref_id.as_ref()),
            text(line.name.as_ref()),
            text(line.description.as_ref()),
            text(line.typical_evidence.as_ref()),
            text(line.annotation.as_ref()),
            finding.result.clone(),
            text(finding.extended.as_ref()),
            finding.status.clone(),
            finding.score.map(|score| score.to_string()).unwrap_or_default(),
            text(line.observation.as_ref()),
        ]
    };
    let table: Vec<Vec<String>> =
        lines.iter().zip(counts).filter(|(_, counts)| *counts).map(|(line, _)| row(line)).collect();
    let bytes = report::csv(&AUDIT, &table).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::File { name: "audit_export.csv".into(), mime: "text/csv", bytes })
}

/// The audit as a sheet, sections too.
pub(super) async fn xlsx(call: Call<'_>) -> Result<Answer, ApiError> {
    let (name, lines, counts) = load(&call).await?;
    let row = |line: &Line| {
        let finding = &line.finding;
        let found = |code: &str| if finding.assessable { code.to_owned() } else { String::new() };
        vec![
            line.urn.clone(),
            if finding.assessable { "x".to_owned() } else { String::new() },
            text(line.ref_id.as_ref()),
            text(line.name.as_ref()),
            text(line.description.as_ref()),
            text(line.typical_evidence.as_ref()),
            text(line.annotation.as_ref()),
            found(&finding.result),
            text(finding.extended.as_ref()),
            found(&finding.status),
            text(line.observation.as_ref()),
            finding.score.map(|score| score.to_string()).unwrap_or_default(),
        ]
    };
    let shown = |(line, counts): &(&Line, bool)| *counts || !line.finding.assessable;
    let table: Vec<Vec<String>> = lines.iter().zip(counts).filter(shown).map(|(line, _)| row(line)).collect();
    let bytes = report::xlsx("Sheet1", &SHEET, &table).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::File { name: format!("{name}.xlsx"), mime: XLSX, bytes })
}

async fn plan_table(call: &Call<'_>) -> Result<Vec<Vec<String>>, ApiError> {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let several = |value: &Value| {
        let list = value.as_array().into_iter().flatten();
        let words: Vec<String> = list.map(|one| plain(one.get("str").unwrap_or(one))).collect();
        words.join("\n")
    };
    let row = |control: &Value| {
        vec![
            plain(&control["name"]),
            plain(&control["description"]),
            plain(&control["category"]),
            plain(&control["csf_function"]),
            plain(&control["priority"]),
            plain(&control["status"]),
            plain(&control["eta"]),
            plain(&control["expiry_date"]),
            plain(&control["effort"]),
            plain(&control["control_impact"]),
            plain(&control["annual_cost"]),
            several(&control["requirement_assessments"]),
            several(&control["evidences"]),
            several(&control["evidence_attachments"]),
        ]
    };
    Ok(plan::whole(call).await?.controls.iter().map(row).collect())
}

/// The plan, with commas.
pub(super) async fn plan_csv(call: Call<'_>) -> Result<Answer, ApiError> {
    let table = plan_table(&call).await?;
    let bytes = report::csv_with(b',', &PLAN, &table).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::File { name: "action_plan_export.csv".into(), mime: "text/csv", bytes })
}

/// The plan as a sheet.
pub(super) async fn plan_xlsx(call: Call<'_>) -> Result<Answer, ApiError> {
    let table = plan_table(&call).await?;
    let bytes = report::xlsx("Sheet1", &PLAN_SHEET, &table).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::File { name: "action_plan.xlsx".into(), mime: XLSX, bytes })
}
