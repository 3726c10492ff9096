//! Making and changing service accounts; for administrators.

use super::{access, input, rows};
use crate::secret::{Secret, SecretKind};
use crate::tokens::administrators_only;
use chrono::TimeDelta;
use engine::audit::{self, Entry};
use engine::plan::Page;
use engine::{ApiError, Body, Cell, Context, Query, Rows, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The old secret lives on at most so long after a rotation: a month.
const LONGEST_GRACE: i64 = 31 * 24;

/// An account with the secret that only this answer holds.
#[derive(Debug)]
pub struct Created {
    /// The account in the contract's shape.
    pub account: Value,
    /// Its secret.
    pub secret: Secret,
}

fn missing() -> ApiError {
    ApiError::NoRow("ServiceAccount")
}

/// A page of accounts.
pub async fn list(ctx: &Context, query: &Query, path: &str) -> Result<Value, ApiError> {
    administrators_only(ctx)?;
    let mut rows = ctx.engine.read().await?;
    let statement = rows.sql("SELECT count(*) FROM service_accounts t");
    let count = rows.one(&access(), &statement, |row| required(row.int(0)?)).await?.unwrap_or(0).unsigned_abs();
    let page = Page::of(query);
    let condition = rows.sql(&format!(" ORDER BY t.name_key, t.id{}", page.clause()));
    let results = rows::shown(&mut rows, &condition).await?;
    let (next, previous) = page.links(path, query, count);
    Ok(json!({ "count": count, "next": next, "previous": previous, "results": results }))
}

/// One account.
pub async fn get(ctx: &Context, id: Uuid) -> Result<Value, ApiError> {
    administrators_only(ctx)?;
    let mut rows = ctx.engine.read().await?;
    one(&mut rows, id).await
}

async fn one(rows: &mut Rows, id: Uuid) -> Result<Value, ApiError> {
    let mut condition = rows.sql(" WHERE t.id = ");
    condition.bind(id);
    rows::shown(rows, &condition).await?.pop().ok_or_else(missing)
}

/// Makes an account; the answer is the only one that holds its secret.
pub async fn create(ctx: &Context, body: &Body) -> Result<Created, ApiError> {
    administrators_only(ctx)?;
    let mut rows = ctx.engine.write().await?;
    let input = input::read(ctx, &mut rows, body, true).await?;
    let name = input.name.clone().unwrap_or_default();
    free(&mut rows, &name, None).await?;
    let secret = fresh(ctx)?;
    let (id, now) = (ctx.engine.new_id()?, ctx.now());
    let client_id = format!("sa-{}", ctx.engine.new_id()?.simple());
    let mut statement = rows.sql(
        "INSERT INTO service_accounts (id, client_id, name, name_key, description, is_active, expiry_date, role_id, \
         is_recursive, created_by, secret_digest, secret_preview, created_at, updated_at) VALUES (",
    );
    statement.bind(id).push(", ").bind(client_id).push(", ").bind(name.clone()).push(", ").bind(name.to_lowercase());
    statement.push(", ").bind(input.description.clone().flatten().map_or(Cell::Null, Cell::Text)).push(", ");
    statement.bind(input.is_active.unwrap_or(true)).push(", ");
    statement.bind(input.expiry.flatten().map_or(Cell::Null, Cell::Date)).push(", ");
    statement.bind(input.role.flatten().map_or(Cell::Null, Cell::Uuid)).push(", ");
    statement.bind(input.is_recursive.unwrap_or(true)).push(", ").bind(ctx.principal.email()).push(", ");
    statement.bind(digest(&secret)).push(", ").bind(secret.preview()).push(", ").bind(now).push(", ").bind(now);
    statement.push(")");
    rows.execute(&access(), &statement).await?;
    links(&mut rows, id, &input).await?;
    audit::move_epoch(&mut rows, &access()).await?;
    record(ctx, &mut rows, "create", id, &name, Map::new()).await?;
    let account = one(&mut rows, id).await?;
    rows.commit().await?;
    Ok(Created { account, secret })
}

/// Changes an account; what the body does not name stays.
pub async fn update(ctx: &Context, id: Uuid, body: &Body) -> Result<Value, ApiError> {
    administrators_only(ctx)?;
    let mut rows = ctx.engine.write().await?;
    let before = one(&mut rows, id).await?;
    let input = input::read(ctx, &mut rows, body, false).await?;
    if let Some(name) = &input.name {
        free(&mut rows, name, Some(id)).await?;
    }
    let mut statement = rows.sql("UPDATE service_accounts SET updated_at = ");
    statement.bind(ctx.now());
    if let Some(name) = &input.name {
        statement.push(", name = ").bind(name.clone()).push(", name_key = ").bind(name.to_lowercase());
    }
    if let Some(description) = input.description.clone() {
        statement.push(", description = ").bind(description.map_or(Cell::Null, Cell::Text));
    }
    if let Some(active) = input.is_active {
        statement.push(", is_active = ").bind(active);
    }
    if let Some(expiry) = input.expiry {
        statement.push(", expiry_date = ").bind(expiry.map_or(Cell::Null, Cell::Date));
    }
    if let Some(role) = input.role {
        statement.push(", role_id = ").bind(role.map_or(Cell::Null, Cell::Uuid));
    } else if input.permissions.as_ref().is_some_and(|list| !list.is_empty()) {
        statement.push(", role_id = NULL");
    }
    if let Some(recursive) = input.is_recursive {
        statement.push(", is_recursive = ").bind(recursive);
    }
    statement.push(" WHERE id = ").bind(id);
    rows.execute(&access(), &statement).await?;
    links(&mut rows, id, &input).await?;
    audit::move_epoch(&mut rows, &access()).await?;
    let after = one(&mut rows, id).await?;
    let named = after.as_object().into_iter().flatten();
    let changes: Map<String, Value> = named
        .filter(|(name, value)| *name != "updated_at" && before[name.as_str()] != **value)
        .map(|(name, value)| (name.clone(), json!([before[name.as_str()], value])))
        .collect();
    record(ctx, &mut rows, "update", id, after["name"].as_str().unwrap_or_default(), changes).await?;
    rows.commit().await?;
    Ok(after)
}

/// Removes an account with all that it opened.
pub async fn delete(ctx: &Context, id: Uuid) -> Result<(), ApiError> {
    administrators_only(ctx)?;
    let mut rows = ctx.engine.write().await?;
    let before = one(&mut rows, id).await?;
    let mut statement = rows.sql("DELETE FROM service_accounts WHERE id = ");
    statement.bind(id);
    rows.execute(&access(), &statement).await?;
    audit::move_epoch(&mut rows, &access()).await?;
    record(ctx, &mut rows, "delete", id, before["name"].as_str().unwrap_or_default(), Map::new()).await?;
    rows.commit().await
}

/// A new secret. The old one lives on for `grace_hours` (0 unless said, 744 at most).
pub async fn rotate(ctx: &Context, id: Uuid, body: &Body) -> Result<Created, ApiError> {
    administrators_only(ctx)?;
    let hours = match body.get("grace_hours") {
        None | Some(Value::Null) => 0,
        Some(value) => value.as_i64().unwrap_or(-1),
    };
    if !(0..=LONGEST_GRACE).contains(&hours) {
        return Err(ApiError::field("grace_hours", format!("Write whole hours from 0 to {LONGEST_GRACE}.")));
    }
    let mut rows = ctx.engine.write().await?;
    let before = one(&mut rows, id).await?;
    let secret = fresh(ctx)?;
    let mut statement = rows.sql("UPDATE service_accounts SET previous_digest = secret_digest, previous_expires_at = ");
    statement.bind(ctx.now() + TimeDelta::hours(hours)).push(", secret_digest = ").bind(digest(&secret));
    statement.push(", secret_preview = ").bind(secret.preview()).push(", updated_at = ").bind(ctx.now());
    statement.push(" WHERE id = ").bind(id);
    rows.execute(&access(), &statement).await?;
    let changes = Map::from_iter([("grace_hours".to_owned(), json!([null, hours]))]);
    record(ctx, &mut rows, "service_account.rotated", id, before["name"].as_str().unwrap_or_default(), changes).await?;
    let account = one(&mut rows, id).await?;
    rows.commit().await?;
    Ok(Created { account, secret })
}

/// Roles to choose from.
pub async fn choices_of_roles(ctx: &Context) -> Result<Value, ApiError> {
    choices(ctx, "SELECT id, name FROM roles ORDER BY name_key, id").await
}

/// Permissions to choose from.
pub async fn choices_of_permissions(ctx: &Context) -> Result<Value, ApiError> {
    choices(ctx, "SELECT id, codename FROM permissions ORDER BY codename").await
}

async fn choices(ctx: &Context, sql: &'static str) -> Result<Value, ApiError> {
    administrators_only(ctx)?;
    let mut rows = ctx.engine.peek().await?;
    let statement = rows.sql(sql);
    let all = rows.all(&access(), &statement, |row| Ok(json!({ "id": row.uuid(0)?, "str": row.text(1)? }))).await?;
    Ok(Value::Array(all))
}

fn fresh(ctx: &Context) -> Result<Secret, ApiError> {
    Secret::generate(SecretKind::ServiceAccount, &mut ctx.engine.random().clone())
        .map_err(|error| ApiError::Internal(error.to_string()))
}

fn digest(secret: &Secret) -> Cell {
    Cell::Bytes(secret.digest().as_bytes().to_vec())
}

async fn free(rows: &mut Rows, name: &str, own: Option<Uuid>) -> Result<(), ApiError> {
    let mut statement = rows.sql("SELECT id FROM service_accounts WHERE name_key = ");
    statement.bind(name.to_lowercase());
    let holder = rows.ids(&access(), &statement).await?.pop();
    if holder.is_some() && holder != own {
        let taken = format!("{name} is already used in this scope. Please choose another value.");
        return Err(ApiError::refused(400, json!({ "name": taken })));
    }
    Ok(())
}

async fn links(rows: &mut Rows, id: Uuid, input: &input::Input) -> Result<(), ApiError> {
    let linked_role = input.role.flatten().is_some();
    let permissions = if linked_role { Some(Vec::new()) } else { input.permissions.clone() };
    for (table, column, wanted) in [
        ("service_account_folders", "folder_id", input.folders.clone()),
        ("service_account_permissions", "permission_id", permissions),
    ] {
        let Some(wanted) = wanted else { continue };
        let mut statement = rows.sql(&format!("DELETE FROM {table} WHERE account_id = "));
        statement.bind(id);
        rows.execute(&access(), &statement).await?;
        for one in wanted {
            let mut statement = rows.sql(&format!("INSERT INTO {table} (account_id, {column}) VALUES ("));
            statement.bind(id).push(", ").bind(one).push(")");
            rows.execute(&access(), &statement).await?;
        }
    }
    Ok(())
}

async fn record(
    ctx: &Context,
    rows: &mut Rows,
    action: &'static str,
    id: Uuid,
    name: &str,
    changes: Map<String, Value>,
) -> Result<(), ApiError> {
    let folder = Some(ctx.principal.grants().tree().root());
    let entry =
        Entry { action, resource: "service-accounts", object: Some(id), name: name.to_owned(), folder, changes };
    audit::record(ctx, rows, entry).await
}
