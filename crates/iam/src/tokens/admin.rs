//! All tokens of the instance, for administrators: to see them and to end them, never to use
//! them.

use super::list::State;
use super::own;
use super::policy::administrators_only;
use super::{access, revoke};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use engine::audit::{self, Entry};
use engine::plan::Page;
use engine::{ApiError, Body, Cell, Context, FieldErrors, Query, Row, Statement, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

const COLUMNS: &str = "t.id, t.name, t.preview, t.created_at, t.expires_at, t.last_used_at, t.last_used_ip, \
                       t.last_used_agent, t.revoked_at, t.revoked_reason, t.scopes, t.domains, t.allowed_ips, u.id, u.email, t.rotated_at, t.seen_expired";

/// Query parameters that narrow the list.
pub const FILTERS: [&str; 8] =
    ["user", "state", "unused_days", "expires_before", "created_before", "scope", "ip", "search"];

/// Tokens that one export may hold: they are all in memory at once.
const MOST_EXPORTED: u64 = 100_000;

/// A page of tokens.
pub async fn list(ctx: &Context, query: &Query, path: &str) -> Result<Value, ApiError> {
    administrators_only(ctx)?;
    let page = Page::of(query);
    let (count, results) = find(ctx, query, &page.clause(), u64::MAX).await?;
    let (next, previous) = page.links(path, query, count);
    Ok(json!({ "count": count, "next": next, "previous": previous, "results": results }))
}

/// All tokens that the filters of a list find, whatever page it stands on.
pub async fn export(ctx: &Context, query: &Query) -> Result<Vec<Value>, ApiError> {
    administrators_only(ctx)?;
    Ok(find(ctx, query, "", MOST_EXPORTED).await?.1)
}

/// How many tokens there are, and those of a page. That somebody looked is in the audit log.
async fn find(ctx: &Context, query: &Query, page: &str, most: u64) -> Result<(u64, Vec<Value>), ApiError> {
    let mut rows = ctx.engine.read().await?;
    let mut condition = rows.statement();
    push_filters(ctx, query.pairs(), &mut condition)?;
    let mut statement = rows.sql("SELECT count(*) FROM personal_access_tokens t LEFT JOIN users u ON u.id = t.user_id");
    statement.append(&condition);
    let count = rows.one(&access(), &statement, |row| required(row.int(0)?)).await?.unwrap_or(0).unsigned_abs();
    if count > most {
        return Err(ApiError::BadRequest(format!("These are {count} tokens. Narrow them to {most} at most.")));
    }
    let mut statement =
        rows.sql(&format!("SELECT {COLUMNS} FROM personal_access_tokens t LEFT JOIN users u ON u.id = t.user_id"));
    statement.append(&condition);
    statement.push(" ORDER BY t.created_at DESC, t.id DESC").push(page);
    let now = ctx.now();
    let results = rows.all(&access(), &statement, |row| shown(row, now)).await?;
    drop(rows);
    let mut rows = ctx.engine.write().await?;
    let entry = Entry { action: "pat.listed_by_admin", resource: "auth-tokens", ..Entry::default() };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok((count, results))
}

/// A row of [`COLUMNS`].
fn shown(row: &Row<'_>, now: DateTime<Utc>) -> Result<Value, engine::StoreError> {
    let time = |index| -> Result<Value, engine::StoreError> {
        Ok(json!(row.time(index)?.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true))))
    };
    let state = State::of(row.time(8)?.is_some(), row.bool(16)?.unwrap_or(false), required(row.time(4)?)?, now);
    Ok(json!({
        "id": row.uuid(0)?, "digest": row.uuid(0)?, "name": row.text(1)?, "preview": row.text(2)?,
        "created": time(3)?, "expiry": time(4)?, "last_used_at": time(5)?, "last_used_ip": row.text(6)?,
        "last_used_agent": row.text(7)?, "revoked_at": time(8)?, "revoked_reason": row.text(9)?,
        "scopes": row.json(10)?, "domains": row.json(11)?, "allowed_ips": row.json(12)?, "state": state.as_str(),
        "rotated_at": time(15)?,
        "user": row.uuid(13)?.map(|id| json!({ "str": row.text(14).ok().flatten(), "id": id })),
    }))
}

/// ` WHERE …` for filters given as pairs; unknown names are ignored.
fn push_filters(ctx: &Context, pairs: &[(String, String)], into: &mut Statement) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    let now = ctx.now();
    into.push(" WHERE 1=1");
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        let value = value.replace('\0', "");
        match name.as_str() {
            "user" => match value.parse::<Uuid>() {
                Ok(id) => drop(into.push(" AND t.user_id = ").bind(id)),
                Err(_) => errors.add(name, "Enter a valid UUID."),
            },
            "state" => match value.as_str() {
                "active" => {
                    into.push(" AND t.revoked_at IS NULL AND NOT t.seen_expired AND t.expires_at > ").bind(now);
                }
                "expired" => {
                    into.push(" AND t.revoked_at IS NULL AND (t.seen_expired OR t.expires_at <= ").bind(now).push(")");
                }
                "revoked" => drop(into.push(" AND t.revoked_at IS NOT NULL")),
                "all" => {}
                other => {
                    errors.add(name, format!("Select a valid choice. {other} is not one of the available choices."));
                }
            },
            "unused_days" => match value.parse::<i64>().ok().filter(|days| (0..=36_500).contains(days)) {
                Some(days) => {
                    into.push(" AND COALESCE(t.last_used_at, t.created_at) < ").bind(now - TimeDelta::days(days));
                }
                None => errors.add(name, "A valid integer is required."),
            },
            "expires_before" | "created_before" => match engine::plan::moment(&value) {
                Some(at) => {
                    let column = if name == "expires_before" { "expires_at" } else { "created_at" };
                    into.push(&format!(" AND t.{column} < ")).bind(at);
                }
                None => errors.add(name, "Enter a valid date/time."),
            },
            // Scopes are stored as a list of texts; `none` finds tokens without any.
            "scope" if value == "none" => drop(into.push(" AND t.scopes IS NULL")),
            "scope" => {
                into.push(" AND CAST(t.scopes AS TEXT) LIKE ")
                    .bind(format!("%\"{}\"%", value.replace(['%', '_', '"'], "")));
            }
            "ip" => drop(into.push(" AND t.last_used_ip = ").bind(value)),
            "search" => {
                let pattern = format!("%{}%", value.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
                into.push(" AND (lower(t.name) LIKE lower(").bind(pattern.clone()).push(") ESCAPE '\\'");
                into.push(" OR lower(u.email) LIKE lower(").bind(pattern).push(") ESCAPE '\\')");
            }
            _ => {}
        }
    }
    errors.into_result()
}

/// Ends the tokens with these `ids`, or all that a `filter` finds. With `dry_run` it only
/// counts. Asking twice ends nothing twice.
pub async fn revoke_many(ctx: &Context, body: &Body) -> Result<Value, ApiError> {
    administrators_only(ctx)?;
    // What was meant as a trial must not become the deed.
    let dry_run = match body.get("dry_run") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(_) => return Err(ApiError::field("dry_run", "Must be a valid boolean.")),
    };
    let mut rows = ctx.engine.write().await?;
    let mut which = rows.sql("SELECT t.id FROM personal_access_tokens t LEFT JOIN users u ON u.id = t.user_id");
    match body.get("filter") {
        Some(Value::Object(filter)) => {
            let known = |name: &String| FILTERS.contains(&name.as_str());
            if filter.is_empty() || !filter.keys().all(known) {
                return Err(ApiError::field("filter", format!("Name some of: {}.", FILTERS.join(", "))));
            }
            let mut pairs: Vec<(String, String)> = Vec::new();
            for (name, value) in filter {
                // In a list an empty filter filters nothing; here it would end every token.
                match value {
                    Value::String(text) if !text.trim().is_empty() => pairs.push((name.clone(), text.clone())),
                    Value::Number(number) => pairs.push((name.clone(), number.to_string())),
                    _ => return Err(ApiError::field("filter", format!("{name} needs a value."))),
                }
            }
            push_filters(ctx, &pairs, &mut which)?;
        }
        _ => {
            which.push(" WHERE ").bind_in("t.id", Cell::Uuids(own::ids(body)?));
        }
    }
    which.push(" AND t.revoked_at IS NULL ORDER BY t.id");
    let which = rows.ids(&access(), &which).await?;
    let first: Vec<Uuid> = which.iter().take(100).copied().collect();
    if !dry_run && !which.is_empty() {
        revoke::end(ctx, &mut rows, &which, "revoked_by_administrator").await?;
        let changes = Map::from_iter([("revoked".to_owned(), json!([null, which.len()]))]);
        let entry = Entry { action: "pat.bulk_revoked", resource: "auth-tokens", changes, ..Entry::default() };
        audit::record(ctx, &mut rows, entry).await?;
    }
    rows.commit().await?;
    Ok(json!({ "count": which.len(), "dry_run": dry_run, "ids": first }))
}
