//! What an evidence holds: the file and the link of its latest revision.

use super::super::{file, file_type};
use engine::access::Access;
use engine::declare::{Answer, Columns};
use engine::read::Reading;
use engine::{ApiError, Call, Cell, Rows, required};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// Narrows revisions `r` to the latest of each evidence.
const LATEST: &str =
    "r.version = (SELECT max(x.version) FROM evidence_revisions x WHERE x.evidence_id = r.evidence_id)";

/// The latest revision, if there is any.
pub(super) async fn of(rows: &mut Rows, access: &Access, evidence: Uuid) -> Result<Option<Uuid>, ApiError> {
    let mut statement = rows.sql(&format!("SELECT r.id FROM evidence_revisions r WHERE {LATEST} AND r.evidence_id = "));
    statement.bind(evidence);
    rows.one(access, &statement, |row| required(row.uuid(0)?)).await
}

/// File name (after a slash, as recorded), size in words and link of a page of evidences.
pub(super) async fn shown(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let evidences = reading.ctx.engine.registry().get("evidences").ok_or(ApiError::NotFound)?;
    let access = reading.access(evidences);
    let mut statement = reading.rows.sql(&format!(
        "SELECT r.evidence_id, r.attachment, r.attachment_size, r.link FROM evidence_revisions r \
         JOIN evidences t ON t.id = r.evidence_id WHERE {LATEST} AND "
    ));
    statement.bind_in("r.evidence_id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    let mut columns = Columns::from(["attachment", "size", "link"].map(|name| (name, HashMap::new())));
    reading
        .rows
        .each(&access, &statement, |row| {
            let id = required(row.uuid(0)?)?;
            let mut put = |name: &'static str, words: Option<String>| {
                if let Some(words) = words {
                    columns.entry(name).or_default().insert(id, json!(words).to_string().into_bytes());
                }
            };
            put("attachment", row.text(1)?.map(|name| format!("/{name}")));
            put("size", row.int(2)?.map(file_type::size));
            put("link", row.text(3)?);
            Ok(())
        })
        .await?;
    Ok(columns)
}

/// Files of evidences that the caller sees and that have one, by evidence.
pub(in crate::compliance) async fn files(
    reading: &mut Reading<'_>,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, file::File>, ApiError> {
    let evidences = reading.ctx.engine.registry().get("evidences").ok_or(ApiError::NotFound)?;
    let access = reading.access(evidences);
    let mut statement = reading.rows.sql(&format!(
        "SELECT {}, t.id FROM evidence_revisions r JOIN evidences t ON t.id = r.evidence_id WHERE {LATEST} AND ",
        file::COLUMNS
    ));
    statement.bind_in("t.id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    let read = |row: &engine::Row<'_>| Ok((required(row.uuid(4)?)?, file::File::read(row)?));
    let found = reading.rows.all(&access, &statement, read).await?;
    Ok(found.into_iter().filter_map(|(id, file)| Some((id, file?))).collect())
}

/// The file.
pub(super) async fn attachment(call: Call<'_>) -> Result<Answer, ApiError> {
    let rows = call.read().await?;
    let mut statement = rows.sql(&format!(
        "SELECT {} FROM evidence_revisions r JOIN evidences t ON t.id = r.evidence_id WHERE {LATEST} AND t.id = ",
        file::COLUMNS
    ));
    statement.bind(call.item()?).push(" AND ");
    call.access.push_condition("t", &mut statement);
    file::download(&call, rows, &statement).await
}
