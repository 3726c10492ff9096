//! The file of a revision, as somebody reads it.

use super::file_type;
use engine::declare::{Answer, Download};
use engine::files::serve;
use engine::{ApiError, Call, Row, Rows, Statement, StoreError, required};
use serde_json::json;
use uuid::Uuid;

/// What a revision says of its file.
pub(super) const COLUMNS: &str = "r.blob, r.attachment, r.attachment_size, r.attachment_hash";

/// Answers with the file that a statement over [`COLUMNS`] finds; `?inline=1` asks to see it in the browser.
pub(super) async fn download(call: &Call<'_>, mut rows: Rows, statement: &Statement) -> Result<Answer, ApiError> {
    let found = rows.one(&call.access, statement, File::read).await?;
    drop(rows);
    let file = found.flatten().ok_or_else(|| ApiError::refused(404, json!({ "detail": "There is no file." })))?;
    let inline = call.query.last("inline").is_some_and(|asked| matches!(asked, "1" | "true" | "yes" | "on"));
    let (mime, inline) = file_type::served(&file.name, inline);
    let bytes = serve(&call.ctx.engine, file.blob, file.size, &file.sha256).await?;
    Ok(Answer::Download(Download { name: file.name, mime, size: Some(file.size.unsigned_abs()), inline, bytes }))
}

/// A file of a revision.
pub(super) struct File {
    /// Where it lies.
    pub blob: Uuid,
    /// What it is called.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// What it was when it was written.
    pub sha256: String,
}

impl File {
    /// From [`COLUMNS`], the first of a row; nothing where there is only a link.
    pub(super) fn read(row: &Row<'_>) -> Result<Option<Self>, StoreError> {
        let Some(blob) = row.uuid(0)? else { return Ok(None) };
        Ok(Some(Self {
            blob,
            name: required(row.text(1)?)?,
            size: required(row.int(2)?)?,
            sha256: required(row.text(3)?)?,
        }))
    }
}
