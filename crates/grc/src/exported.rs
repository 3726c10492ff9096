//! Tables to take away: files, and names of related objects for their cells.

use engine::declare::Answer;
use engine::{ApiError, Call, Rows, Verb, required};
use std::collections::HashMap;
use uuid::Uuid;

/// CSV with byte order mark and semicolons, as spreadsheets expect it.
pub(super) fn csv(name: &str, headers: &[&str], table: &[Vec<String>]) -> Result<Answer, ApiError> {
    let bytes = report::csv(headers, table).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::File { name: format!("{name}_export.csv"), mime: "text/csv; charset=utf-8", bytes })
}

/// A workbook with one sheet.
pub(super) fn xlsx(name: &str, headers: &[&str], table: &[Vec<String>]) -> Result<Answer, ApiError> {
    let bytes = report::xlsx(name, headers, table).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(Answer::File { name: format!("{name}_export.xlsx"), mime, bytes })
}

/// Names of one relation of all rows, joined by commas; only those that the caller may see.
pub(super) async fn linked(
    call: &Call<'_>,
    rows: &mut Rows,
    field: &str,
    target: &str,
) -> Result<HashMap<Uuid, String>, ApiError> {
    let Some(target) = call.ctx.engine.registry().get(target) else { return Ok(HashMap::new()) };
    let access = call.ctx.access(target, Verb::View);
    let mut statement = rows.sql(&format!(
        "SELECT l.source_id, {} FROM {} l JOIN {} r ON r.id = l.target_id WHERE ",
        target.label_over("r"),
        call.resource.links(field),
        target.table()
    ));
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY l.source_id, l.position");
    let pairs = rows.all(&access, &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?))).await?;
    Ok(joined(pairs))
}

/// Names by row, joined by commas.
pub(super) fn joined(pairs: Vec<(Uuid, Option<String>)>) -> HashMap<Uuid, String> {
    let mut names: HashMap<Uuid, String> = HashMap::new();
    for (id, name) in pairs {
        let joined = names.entry(id).or_default();
        if !joined.is_empty() {
            joined.push(',');
        }
        joined.push_str(&name.unwrap_or_default());
    }
    names
}
