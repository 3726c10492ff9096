//! Files that leave: written where blocking is allowed, under the types they are sent as; and names of related objects
//! for the cells of tables.

use engine::declare::Answer;
use engine::{ApiError, Call, Cell, Rows, Verb, required};
use report::ReportError;
use std::collections::HashMap;
use uuid::Uuid;

pub(crate) const CSV: &str = "text/csv";
pub(crate) const CSV_UTF8: &str = "text/csv; charset=utf-8";
pub(crate) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub(crate) const PDF: &str = "application/pdf";
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(crate) const ZIP: &str = "application/zip";

/// A table of texts with its titles.
pub(crate) type Table = Vec<Vec<String>>;

/// Does work for the processor where it keeps nobody waiting.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::Internal(error.to_string()))
}

/// A file of this name, written where blocking is allowed.
pub(crate) async fn file<Work>(name: String, mime: &'static str, write: Work) -> Result<Answer, ApiError>
where
    Work: FnOnce() -> Result<Vec<u8>, ReportError> + Send + 'static,
{
    let bytes = aside(write).await?.map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::File { name, mime, bytes })
}

/// CSV with byte order mark and semicolons, as spreadsheets expect it.
pub(crate) async fn csv(name: &str, headers: &'static [&'static str], table: Table) -> Result<Answer, ApiError> {
    file(format!("{name}_export.csv"), CSV_UTF8, move || Ok(report::csv(headers, &table)?)).await
}

/// A workbook with one sheet.
pub(crate) async fn xlsx(
    name: &'static str,
    headers: &'static [&'static str],
    table: Table,
) -> Result<Answer, ApiError> {
    file(format!("{name}_export.xlsx"), XLSX, move || Ok(report::xlsx(name, headers, &table)?)).await
}

/// Names of one relation of these rows, joined by commas; only those that the caller may see.
pub(crate) async fn linked(
    call: &Call<'_>,
    rows: &mut Rows,
    (field, target): (&str, &str),
    of: &[Uuid],
) -> Result<HashMap<Uuid, String>, ApiError> {
    let Some(target) = call.ctx.engine.registry().get(target) else { return Ok(HashMap::new()) };
    let access = call.ctx.access(target, Verb::View);
    let mut statement = rows.sql(&format!(
        "SELECT l.source_id, {} FROM {} l JOIN {} r ON r.id = l.target_id WHERE ",
        target.label_over("r"),
        call.resource.links(field),
        target.table()
    ));
    statement.bind_in("l.source_id", Cell::Uuids(of.to_vec())).push(" AND ");
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY l.source_id, l.position");
    let pairs = rows.all(&access, &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?))).await?;
    Ok(joined(pairs))
}

/// Names by row, joined by commas.
pub(crate) fn joined(pairs: Vec<(Uuid, Option<String>)>) -> HashMap<Uuid, String> {
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
