//! What an owner does with their tokens beside making and revoking them.

use super::{access, create, revoke};
use engine::audit::{self, Entry};
use engine::{ApiError, Body, Cell, Context};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Gives a token another name. Nothing else of it can be changed.
pub async fn rename(ctx: &Context, id: Uuid, body: &Body) -> Result<(), ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let name = create::name(body)?;
    let mut rows = ctx.engine.write().await?;
    let mut statement = rows.sql("SELECT name FROM personal_access_tokens WHERE revoked_at IS NULL AND id = ");
    statement.bind(id).push(" AND user_id = ").bind(user);
    let old = rows.one(&access(), &statement, |row| row.text(0)).await?.ok_or_else(revoke::missing)?;
    let mut statement = rows.sql("UPDATE personal_access_tokens SET name = ");
    statement.bind(name.clone()).push(" WHERE id = ").bind(id);
    rows.execute(&access(), &statement).await?;
    let changes = Map::from_iter([("name".to_owned(), json!([old, name]))]);
    let entry = Entry { action: "pat.renamed", resource: "auth-tokens", object: Some(id), name, folder: None, changes };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await
}

/// Revokes several tokens of the person who asks; those that are not theirs are passed over.
/// Returns the ids that ended.
pub async fn revoke_several(ctx: &Context, body: &Body) -> Result<Vec<Uuid>, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let ids = ids(body)?;
    let mut rows = ctx.engine.write().await?;
    let mut which = rows.sql("SELECT id FROM personal_access_tokens WHERE revoked_at IS NULL AND user_id = ");
    which.bind(user).push(" AND ").bind_in("id", Cell::Uuids(ids));
    let which = rows.ids(&access(), &which).await?;
    revoke::end(ctx, &mut rows, &which, "revoked_by_owner").await?;
    rows.commit().await?;
    Ok(which)
}

/// The `ids` of a body: a list of at most ten thousand.
pub(super) fn ids(body: &Body) -> Result<Vec<Uuid>, ApiError> {
    let list = match body.get("ids") {
        Some(Value::Array(list)) if !list.is_empty() && list.len() <= 10_000 => list,
        _ => return Err(ApiError::field("ids", "Name 1 to 10000 tokens.")),
    };
    list.iter()
        .map(|one| {
            let text = one.as_str().unwrap_or_default();
            text.parse().map_err(|_| ApiError::field("ids", format!("“{text}” is not a valid UUID.")))
        })
        .collect()
}
