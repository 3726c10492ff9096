//! `import/` and `unload/`: from the shelf to work and back.

use super::load::{self, find_loaded};
use super::usage;
use engine::declare::Answer;
use engine::write::{Saving, delete_in};
use engine::{ApiError, Call, Cell, Rows, Verb, required};
use serde_json::json;
use uuid::Uuid;

/// `POST /stored-libraries/{id}/import/`: loads it, after what it depends on.
pub(super) async fn import(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    may(&call, Verb::Add)?;
    let mut rows = call.write().await?;
    let (urn, locale) = identity(&mut rows, id).await?;
    rows.take_turn(&load::access(), &format!("library {urn} {locale}")).await?;
    if find_loaded(&mut rows, &urn, Some(&locale)).await?.is_some() {
        let body = json!({ "status": "error", "error": "This library has already been loaded." });
        return Err(ApiError::refused(400, body));
    }
    let (library, source) = load::read_file(&mut rows, id).await?;
    load::load(call.ctx, &mut rows, &library, source).await?;
    rows.commit().await?;
    Ok(Answer::Json(json!({ "status": "success" })))
}

/// `POST /stored-libraries/{id}/unload/`: removes its objects, unless somebody uses one.
pub(super) async fn unload(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    may(&call, Verb::Delete)?;
    let mut rows = call.write().await?;
    let (urn, locale) = identity(&mut rows, id).await?;
    let loaded = find_loaded(&mut rows, &urn, Some(&locale))
        .await?
        .ok_or_else(|| ApiError::refused(404, json!("Loaded library not found.")))?;
    if usage::is_used(call.ctx, &mut rows, loaded.id).await? {
        return Err(ApiError::refused(
            409,
            json!("Loaded library can't be deleted because it's currently being used."),
        ));
    }
    let resource = call.ctx.engine.registry().get("loaded-libraries").ok_or(ApiError::NotFound)?;
    delete_in(call.ctx, &mut rows, resource, loaded.id).await?;
    rows.commit().await?;
    Ok(Answer::Json(json!({ "status": "success" })))
}

/// What is loaded is for everybody, so it takes the right in the root folder.
pub(super) fn may(call: &Call<'_>, verb: Verb) -> Result<(), ApiError> {
    let loaded = call.ctx.engine.registry().get("loaded-libraries").ok_or(ApiError::NotFound)?;
    let root = call.ctx.principal.grants().tree().root();
    if call.ctx.access(loaded, verb).covers(root) { Ok(()) } else { Err(ApiError::Forbidden) }
}

/// Before a loaded library is deleted: not while somebody uses an object of it.
pub(super) async fn not_while_used(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if usage::is_used(saving.ctx, saving.rows, saving.id).await? {
        return Err(ApiError::refused(400, json!("Library cannot be deleted because it has references.")));
    }
    Ok(())
}

async fn identity(rows: &mut Rows, stored: Uuid) -> Result<(String, String), ApiError> {
    let mut statement = rows.sql("SELECT urn, locale FROM stored_libraries WHERE id = ");
    statement.bind(Cell::Uuid(stored));
    let found =
        rows.one(&load::access(), &statement, |row| Ok((required(row.text(0)?)?, required(row.text(1)?)?))).await?;
    found.ok_or_else(|| ApiError::refused(404, json!("Library not found.")))
}
