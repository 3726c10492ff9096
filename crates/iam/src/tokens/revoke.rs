//! Ending tokens. [`end`] is the only way; everything else says which.

use super::{access, turn};
use chrono::{DateTime, Utc};
use engine::audit::{self, Entry};
use engine::{ApiError, Cell, Context, Rows};
use serde_json::{Map, json};
use uuid::Uuid;

/// Revokes a token of the person who asks. Another person's does not exist for them.
pub async fn revoke(ctx: &Context, id: Uuid) -> Result<(), ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut rows = ctx.engine.write().await?;
    let mut which = rows.sql("SELECT id FROM personal_access_tokens WHERE revoked_at IS NULL AND user_id = ");
    which.bind(user).push(" AND id = ").bind(id);
    let which = rows.ids(&access(), &which).await?;
    if which.is_empty() {
        return Err(missing());
    }
    end(ctx, &mut rows, &which, "revoked_by_owner").await?;
    rows.commit().await
}

/// Revokes all live tokens of a person, in the transaction that gives the reason.
pub async fn revoke_all(ctx: &Context, rows: &mut Rows, user: Uuid, reason: &'static str) -> Result<(), ApiError> {
    turn::take(rows, user).await?;
    let mut which = rows.sql("SELECT id FROM personal_access_tokens WHERE revoked_at IS NULL AND user_id = ");
    which.bind(user);
    let which = rows.ids(&access(), &which).await?;
    end(ctx, rows, &which, reason).await
}

/// The recorded answer for a token that is not there, or not there for the caller.
pub(super) fn missing() -> ApiError {
    ApiError::error(404, "Token not found or already deleted.")
}

/// The only way a token ends before its time.
pub(super) async fn end(ctx: &Context, rows: &mut Rows, ids: &[Uuid], reason: &'static str) -> Result<(), ApiError> {
    if ids.is_empty() {
        return Ok(());
    }
    let now: DateTime<Utc> = ctx.now();
    let mut names = rows.sql("SELECT id, name FROM personal_access_tokens WHERE ");
    names.bind_in("id", Cell::Uuids(ids.to_vec()));
    let names = rows
        .all(&access(), &names, |row| Ok((engine::required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default())))
        .await?;
    let mut statement = rows.sql("UPDATE personal_access_tokens SET revoked_at = ");
    statement.bind(now).push(", revoked_reason = ").bind(reason).push(", revoked_by = ");
    statement.bind(ctx.principal.user().map_or(Cell::Null, Cell::Uuid)).push(" WHERE ");
    statement.bind_in("id", Cell::Uuids(ids.to_vec()));
    rows.execute(&access(), &statement).await?;
    for (id, name) in names {
        let changes = Map::from_iter([("reason".to_owned(), json!([null, reason]))]);
        let entry =
            Entry { action: "pat.revoked", resource: "auth-tokens", object: Some(id), name, folder: None, changes };
        audit::record(ctx, rows, entry).await?;
    }
    Ok(())
}
