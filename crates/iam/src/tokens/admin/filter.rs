//! Which tokens a list is about, how many they are, and a page of them, of a million as fast as of a few: each filter
//! has an index that finds the first in an order that goes with it.

use crate::tokens::access;
use crate::tokens::list::State;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use engine::{ApiError, Context, FieldErrors, Row, Rows, Statement, required};
use serde_json::{Value, json};
use uuid::Uuid;

/// Query parameters that narrow the list.
pub(super) const FILTERS: [&str; 8] =
    ["user", "state", "unused_days", "expires_before", "created_before", "scope", "ip", "search"];

const COLUMNS: &str = "t.id, t.name, t.preview, t.created_at, t.expires_at, t.last_used_at, t.last_used_ip, \
                       t.last_used_agent, t.revoked_at, t.revoked_reason, t.scopes, t.domains, t.allowed_ips, u.id, u.email, t.rotated_at, t.seen_expired";

/// What narrows the list, and the order in which an index finds what it leaves.
pub(super) struct Filter {
    /// ` WHERE …`, after [`FROM`].
    pub(super) condition: Statement,
    order: &'static str,
    /// Whether the index that finds the tokens has them in that order.
    found_in_order: bool,
}

/// Tokens and whom they belong to.
pub(super) const FROM: &str = " FROM personal_access_tokens t LEFT JOIN users u ON u.id = t.user_id";
const NEWEST_FIRST: &str = "t.created_at DESC, t.id DESC";

impl Filter {
    /// Unknown names are ignored.
    pub(super) async fn of(ctx: &Context, rows: &mut Rows, pairs: &[(String, String)]) -> Result<Self, ApiError> {
        let given: Vec<(&str, String)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.replace('\0', "")))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let mut condition = rows.statement();
        let expired = given.iter().any(|(name, value)| (*name, value.as_str()) == ("state", "expired"));
        let seen_until = if expired { seen_expired_until(ctx, rows).await? } else { ctx.now() };
        push_filters(ctx.now(), seen_until, &given, &mut condition)?;
        let order = order(&given);
        let of_a_person = given.iter().any(|(name, _)| *name == "user");
        Ok(Self { condition, order, found_in_order: of_a_person || order != NEWEST_FIRST })
    }

    /// How many tokens there are, up to so many.
    pub(super) async fn count(&self, rows: &mut Rows, most: u64) -> Result<u64, ApiError> {
        let mut statement = rows.sql(&format!("SELECT count(*) FROM (SELECT 1 AS found{FROM}"));
        statement.append(&self.condition).push(&format!(" LIMIT {most}) f"));
        Ok(rows.one(&access(), &statement, |row| required(row.int(0)?)).await?.unwrap_or(0).unsigned_abs())
    }

    /// The tokens of a page, given as `LIMIT …`. `few` is their number, if somebody counted them all: then those that no
    /// index has in order are found first and put in order afterwards. Of many, the first in order are soon found.
    pub(super) async fn page(
        &self,
        ctx: &Context,
        rows: &mut Rows,
        few: Option<u64>,
        page: &str,
    ) -> Result<Vec<Value>, ApiError> {
        let mut statement = rows.sql(&format!("SELECT {COLUMNS}"));
        match few.filter(|_| !self.found_in_order) {
            Some(few) => {
                statement.push(&format!(" FROM (SELECT t.id{FROM}")).append(&self.condition);
                // CROSS JOIN keeps SQLite from walking through all tokens in order instead.
                statement.push(&format!(
                    " LIMIT {few}) f CROSS JOIN personal_access_tokens t LEFT JOIN users u ON u.id = t.user_id \
                     WHERE t.id = f.id"
                ));
            }
            None => drop(statement.push(FROM).append(&self.condition)),
        }
        statement.push(&format!(" ORDER BY {}{page}", self.order));
        let now = ctx.now();
        rows.all(&access(), &statement, |row| shown(row, now)).await
    }
}

/// Newest first, unless a filter is about another time: then those that it is most about.
fn order(given: &[(&str, String)]) -> &'static str {
    let has = |wanted: &str| given.iter().any(|(name, _)| *name == wanted);
    let state = given.iter().find(|(name, _)| *name == "state").map(|(_, value)| value.as_str());
    match state {
        _ if has("user") => NEWEST_FIRST,
        _ if has("unused_days") => "COALESCE(t.last_used_at, t.created_at), t.id",
        _ if has("expires_before") => "t.expires_at, t.id",
        Some("revoked") => "t.revoked_at DESC, t.id DESC",
        Some("expired") => "t.expires_at DESC, t.id DESC",
        _ => NEWEST_FIRST,
    }
}

/// No token that ends later was seen expired, even if the clock went back since.
async fn seen_expired_until(ctx: &Context, rows: &mut Rows) -> Result<DateTime<Utc>, ApiError> {
    let statement = rows.sql("SELECT max(expires_at) FROM personal_access_tokens WHERE seen_expired");
    let seen = rows.one(&access(), &statement, |row| row.time(0)).await?.flatten();
    Ok(seen.map_or(ctx.now(), |seen| seen.max(ctx.now())))
}

/// ` WHERE …` for filters given as pairs; unknown names are ignored. No token that ends after `seen_until` was seen
/// expired.
fn push_filters(
    now: DateTime<Utc>,
    seen_until: DateTime<Utc>,
    given: &[(&str, String)],
    into: &mut Statement,
) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    into.push(" WHERE 1=1");
    for (name, value) in given {
        match *name {
            "user" => match value.parse::<Uuid>() {
                Ok(id) => drop(into.push(" AND t.user_id = ").bind(id)),
                Err(_) => errors.add(name, "Enter a valid UUID."),
            },
            "state" => match value.as_str() {
                "active" => {
                    into.push(" AND t.revoked_at IS NULL AND NOT t.seen_expired AND t.expires_at > ").bind(now);
                }
                "expired" => {
                    into.push(" AND t.revoked_at IS NULL AND t.expires_at <= ").bind(seen_until);
                    into.push(" AND (t.seen_expired OR t.expires_at <= ").bind(now).push(")");
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
            "expires_before" | "created_before" => match engine::plan::moment(value) {
                Some(at) => {
                    let column = if *name == "expires_before" { "expires_at" } else { "created_at" };
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
            "ip" => drop(into.push(" AND t.last_used_ip = ").bind(value.clone())),
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
