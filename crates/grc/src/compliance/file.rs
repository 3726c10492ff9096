//! The file of a revision, as somebody reads it.

use super::file_type;
use engine::declare::{Answer, Download};
use engine::files::serve;
use engine::{ApiError, Call, Rows, Statement, required};
use serde_json::json;
use uuid::Uuid;

/// What a revision says of its file.
pub(super) const COLUMNS: &str = "r.blob, r.attachment, r.attachment_size, r.attachment_hash";

/// Answers with the file that a statement over [`COLUMNS`] finds; `?inline=1` asks to see it in the browser.
pub(super) async fn download(call: &Call<'_>, mut rows: Rows, statement: &Statement) -> Result<Answer, ApiError> {
    let found = rows
        .one(&call.access, statement, |row| {
            let Some(blob) = row.uuid(0)? else { return Ok(None) };
            Ok(Some(File {
                blob,
                name: required(row.text(1)?)?,
                size: required(row.int(2)?)?,
                sha256: required(row.text(3)?)?,
            }))
        })
        .await?;
    drop(rows);
    let file = found.flatten().ok_or_else(|| ApiError::refused(404, json!({ "detail": "There is no file." })))?;
    let inline = call.query.last("inline").is_some_and(|asked| matches!(asked, "1" | "true" | "yes" | "on"));
    let (mime, inline) = file_type::served(&file.name, inline);
    let bytes = serve(&call.ctx.engine, file.blob, file.size, &file.sha256).await?;
    Ok(Answer::Download(Download { name: file.name, mime, size: file.size.unsigned_abs(), inline, bytes }))
}

struct File {
    blob: Uuid,
    name: String,
    size: i64,
    sha256: String,
}
