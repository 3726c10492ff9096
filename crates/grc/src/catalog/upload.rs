//! `POST /stored-libraries/upload/`: a file is stored and loaded in one transaction.

use super::load::{self, Source, find_loaded, unreadable};
use super::loading::may;
use crate::library::{self, Library};
use engine::declare::{Answer, Shape};
use engine::read::retrieve;
use engine::{ApiError, Call, Rows, Verb};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Stores and loads. A newer version of a loaded library is stored only, and waits to be applied.
pub(super) async fn upload(call: Call<'_>) -> Result<Answer, ApiError> {
    let upload = call.upload.ok_or_else(|| ApiError::error(400, "noFileDetected"))?;
    let root = call.ctx.principal.grants().tree().root();
    if !call.access.covers(root) {
        return Err(ApiError::forbidden_folder());
    }
    let library = read(&upload.name, &upload.bytes)?;
    let mut rows = call.write().await?;
    let added = add(&call, &mut rows, &library, &upload.bytes).await?;
    let row = retrieve(call.ctx, &mut rows, call.resource, Shape::List, added.stored).await?;
    rows.commit().await?;
    let mut row: Value = serde_json::from_slice(&row).map_err(|error| ApiError::Internal(error.to_string()))?;
    if added.waits {
        row["warning"] = json!("libraryStoredForUpdate");
    }
    Ok(Answer::Status(201, row))
}

/// The library in a file, by the name that the file has.
fn read(name: &str, bytes: &[u8]) -> Result<Library, ApiError> {
    if bytes.is_empty() {
        return Err(ApiError::error(400, "noFileDetected"));
    }
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    match end.as_deref() {
        Some("yaml" | "yml") => library::read(bytes, name).map_err(|problems| unreadable(&problems)),
        Some("xlsx") => {
            let detail = "Invalid Excel file format";
            Err(ApiError::refused(400, json!({ "error": "invalidExcelFile", "detail": detail })))
        }
        _ => Err(ApiError::error(400, "invalidLibraryFileError")),
    }
}

struct Added {
    stored: Uuid,
    /// It is newer than the one that is loaded, and was not applied.
    waits: bool,
}

async fn add(call: &Call<'_>, rows: &mut Rows, library: &Library, bytes: &[u8]) -> Result<Added, ApiError> {
    let loaded = find_loaded(rows, &library.urn, Some(&library.locale)).await?;
    if let Some(loaded) = &loaded {
        if loaded.version == library.version {
            return Err(ApiError::error(422, "libraryAlreadyLoadedError"));
        }
        if loaded.version > library.version {
            return Err(ApiError::error(422, "libraryOutdatedError"));
        }
    }
    let stored = load::store(call.ctx, rows, library, bytes, Source::Person).await?;
    let changes = Map::from_iter([("version".to_owned(), json!([null, library.version]))]);
    load::record(call.ctx, rows, "create", "stored-libraries", stored, library, changes).await?;
    if loaded.is_some() {
        return Ok(Added { stored, waits: true });
    }
    may(call, Verb::Add)?;
    load::load(call.ctx, rows, library, Source::Person).await?;
    Ok(Added { stored, waits: false })
}
