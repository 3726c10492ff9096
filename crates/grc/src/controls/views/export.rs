//! Controls as a table to take away.

use super::super::rows::select;
use super::super::words::{CATEGORY, CSF_FUNCTION, EFFORT, IMPACT, PRIORITY, STATUS};
use crate::exported;
use engine::declare::{Answer, Choices, label};
use engine::{ApiError, Call, Cell, Row, Rows, StoreError, Verb, required};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

const HEADERS: [&str; 26] = [
    "internal_id",
    "ref_id",
    "name",
    "description",
    "reference_control_name",
    "reference_control_ref_id",
    "category",
    "csf_function",
    "folder",
    "status",
    "start_date",
    "eta",
    "expiry_date",
    "priority",
    "effort",
    "impact",
    "cost_currency",
    "cost_build_fixed",
    "cost_build_people_days",
    "cost_run_fixed",
    "cost_run_people_days",
    "cost_amortization_period",
    "owner",
    "labels",
    "evidences",
    "evidence_attachments",
];

/// CSV with byte order mark and semicolons, as spreadsheets expect it.
pub(in super::super) async fn csv(call: Call<'_>) -> Result<Answer, ApiError> {
    exported::csv(name(&call), &HEADERS, table(&call).await?).await
}

/// A workbook with one sheet.
pub(in super::super) async fn xlsx(call: Call<'_>) -> Result<Answer, ApiError> {
    exported::xlsx(name(&call), &HEADERS, table(&call).await?).await
}

/// What the list is called in the names of its files.
pub(super) fn name(call: &Call<'_>) -> &'static str {
    if call.resource.slice.is_some() { "policies" } else { "applied_controls" }
}

/// Rows of the filtered list; names of related objects only where they may be seen.
async fn table(call: &Call<'_>) -> Result<Vec<Vec<String>>, ApiError> {
    let mut rows = call.read().await?;
    let selection = select(call, &mut rows).await?;
    let reference = call.ctx.engine.registry().get("reference-controls");
    let mut statement = rows.sql(
        "SELECT t.id, t.ref_id, t.name, t.description, t.category, t.csf_function, f.name, t.status, t.start_date, \
         t.eta, t.expiry_date, t.priority, t.effort, t.control_impact, t.cost, ",
    );
    statement.push(if reference.is_some() { "c.name, c.ref_id" } else { "f.name, f.name" });
    statement.push(" FROM applied_controls t JOIN folders f ON f.id = t.folder_id");
    if let Some(reference) = reference {
        statement.push(&format!(" LEFT JOIN {} c ON c.id = t.reference_control_id AND ", reference.table()));
        call.ctx.access(reference, Verb::View).push_condition("c", &mut statement);
    }
    statement.append(&selection.condition);
    statement.append(&selection.order);
    let read = |row: &Row<'_>| Ok((required(row.uuid(0)?)?, cells(row, reference.is_some())?));
    let found: Vec<(Uuid, Vec<String>)> = rows.all(&call.access, &statement, read).await?;
    let mut related = Vec::new();
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    for relation in [("owner", "actors"), ("filtering_labels", "filtering-labels"), ("evidences", "evidences")] {
        related.push(exported::linked(call, &mut rows, relation, &ids).await?);
    }
    related.push(attachments(call, &mut rows, &ids).await?);
    let mut table = Vec::with_capacity(found.len());
    for (id, mut line) in found {
        line.extend(related.iter().map(|names| names.get(&id).cloned().unwrap_or_default()));
        table.push(line);
    }
    Ok(table)
}

/// The columns before the relations.
fn cells(row: &Row<'_>, with_reference: bool) -> Result<Vec<String>, StoreError> {
    let text = |at| Ok::<_, StoreError>(row.text(at)?.unwrap_or_default());
    let coded =
        |at, choices: Choices| Ok::<_, StoreError>(label(choices, &row.text(at)?.unwrap_or_default()).to_owned());
    let numbered = |at, choices: Choices| {
        let code = row.int(at)?.map(|number| number.to_string()).unwrap_or_default();
        Ok::<_, StoreError>(label(choices, &code).to_owned())
    };
    let day = |at| Ok::<_, StoreError>(row.date(at)?.map(|day| day.to_string()).unwrap_or_default());
    let cost = row.json(14)?.unwrap_or(Value::Null);
    let referred = |at| if with_reference { text(at) } else { Ok(String::new()) };
    let mut line = vec![
        required(row.uuid(0)?)?.to_string(),
        text(1)?,
        text(2)?,
        text(3)?,
        referred(15)?,
        referred(16)?,
        coded(4, CATEGORY)?,
        coded(5, CSF_FUNCTION)?,
        text(6)?,
        coded(7, STATUS)?,
        day(8)?,
        day(9)?,
        day(10)?,
        numbered(11, PRIORITY)?,
        coded(12, EFFORT)?,
        numbered(13, IMPACT)?,
    ];
    line.extend(
        [
            &cost["currency"],
            &cost["build"]["fixed_cost"],
            &cost["build"]["people_days"],
            &cost["run"]["fixed_cost"],
            &cost["run"]["people_days"],
            &cost["amortization_period"],
        ]
        .map(plain),
    );
    Ok(line)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Names of the files that the evidence of each control holds now: those of its latest revisions.
async fn attachments(call: &Call<'_>, rows: &mut Rows, of: &[Uuid]) -> Result<HashMap<Uuid, String>, ApiError> {
    let registry = call.ctx.engine.registry();
    let (Some(evidences), Some(revisions)) = (registry.get("evidences"), registry.get("evidence-revisions")) else {
        return Ok(HashMap::new());
    };
    let access = call.ctx.access(evidences, Verb::View);
    let mut statement = rows.sql(&format!(
        "SELECT l.source_id, v.attachment FROM {} l JOIN {} r ON r.id = l.target_id JOIN {} v ON v.evidence_id = r.id \
         WHERE v.attachment IS NOT NULL AND v.version = (SELECT max(x.version) FROM {} x WHERE x.evidence_id = r.id) AND ",
        call.resource.links("evidences"),
        evidences.table(),
        revisions.table(),
        revisions.table()
    ));
    statement.bind_in("l.source_id", Cell::Uuids(of.to_vec())).push(" AND ");
    access.push_condition("r", &mut statement);
    statement.push(" AND ");
    call.ctx.access(revisions, Verb::View).push_condition("v", &mut statement);
    statement.push(" ORDER BY l.source_id, l.position, v.id");
    let pairs = rows.all(&access, &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?))).await?;
    Ok(exported::joined(pairs))
}
