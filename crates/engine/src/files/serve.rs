//! A file for somebody who may read it: whole and as it was written, or not at all.

use crate::engine::Engine;
use crate::error::ApiError;
use serde_json::json;
use store::{BlobError, BlobStream};
use uuid::Uuid;

/// The bytes of a file, compared with what was written down of it. A file that is missing or damaged is refused with a
/// word for the reader, and told to whoever reads the log.
pub async fn serve(engine: &Engine, file: Uuid, size: i64, sha256: &str) -> Result<BlobStream, ApiError> {
    let refused = |code: &str, detail: &str| ApiError::refused(500, json!({ "detail": detail, "code": code }));
    match engine.blobs().read(file, size.unsigned_abs(), sha256).await {
        Ok(stream) => Ok(stream),
        Err(BlobError::Missing) => {
            tracing::error!(%file, "a file is missing from the store");
            Err(refused(
                "file_missing",
                "The server has lost this file. An administrator can restore it from a backup.",
            ))
        }
        Err(BlobError::Damaged) => {
            tracing::error!(%file, sha256, "a file is not as it was written");
            let detail = "This file is damaged on the server. An administrator can restore it from a backup.";
            Err(refused("file_damaged", detail))
        }
        Err(other) => Err(ApiError::Internal(format!("file {file} could not be read: {other}"))),
    }
}
