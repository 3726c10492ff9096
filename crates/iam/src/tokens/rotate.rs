//! A new value for a token: same name, same limits, and for a while both work.

use super::create::{self, NewToken};
use super::limits::TokenLimits;
use super::{access, revoke, turn};
use crate::Iam;
use crate::secret::{Secret, SecretKind};
use chrono::{DateTime, TimeDelta, Utc};
use engine::audit::{self, Entry};
use engine::{ApiError, Body, Context, Dialect, Rows, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The old value lives on at most so long.
const LONGEST_OVERLAP: i64 = 7 * 24;

/// Who asks for the new value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The owner, in a session. The old value ends at once unless they say otherwise.
    Owner,
    /// The token itself, made to be able to. The old value lives for an hour.
    Itself,
}

struct Old {
    name: String,
    created: DateTime<Utc>,
    expiry: DateTime<Utc>,
    rotated: bool,
    self_rotate: bool,
    family: Uuid,
    limits: TokenLimits,
}

/// Rotates a token of the person who asks.
pub async fn rotate(iam: &Iam, ctx: &Context, id: Uuid, asker: Asker, body: &Body) -> Result<NewToken, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let policy = iam.token_policy().await?;
    // A token that asks may do less than its owner, whom the rules are about.
    let owner = iam.directory().grants(user, iam.directory().epoch().await?).await?;
    let now = ctx.now();
    let mut rows = ctx.engine.write().await?;
    turn::take_own(ctx, &mut rows, user).await?;
    let old = old(&mut rows, user, id, now).await?.ok_or_else(revoke::missing)?;
    if asker == Asker::Itself && !old.self_rotate {
        return Err(ApiError::refused(
            403,
            json!({ "detail": "This token may not rotate itself.", "code": "self_rotate_not_allowed" }),
        ));
    }
    if old.rotated {
        return Err(ApiError::refused(
            409,
            json!({ "detail": "This token was rotated already.", "code": "already_rotated" }),
        ));
    }
    if let Err(refusal) = policy.allows(&owner, &old.limits) {
        return Err(not_any_more(refusal));
    }
    let days = match body.get("expiry") {
        None => (old.expiry - old.created).num_days().clamp(1, policy.max_days),
        Some(_) => create::days(body, &policy)?,
    };
    let overlap = overlap(body, i64::from(asker == Asker::Itself))?;
    let secret = Secret::generate(SecretKind::Pat, &mut ctx.engine.random().clone())
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let token = NewToken {
        id: ctx.engine.new_id()?,
        name: old.name.clone(),
        preview: secret.preview(),
        created: now,
        expiry: now + TimeDelta::days(days),
        limits: old.limits,
        self_rotate: old.self_rotate,
        secret,
    };
    create::insert(&mut rows, user, &token, Some(old.family)).await?;
    let mut statement = rows.sql("UPDATE personal_access_tokens SET rotated_at = ");
    statement.bind(now).push(", family_id = ").bind(old.family).push(", expires_at = ");
    statement.bind(old.expiry.min(now + overlap)).push(" WHERE id = ").bind(id);
    rows.execute(&access(), &statement).await?;
    let changes = Map::from_iter([
        ("replaced_by".to_owned(), json!([null, token.id])),
        ("overlap_hours".to_owned(), json!([null, overlap.num_hours()])),
    ]);
    let entry = Entry {
        action: "pat.rotated",
        resource: "auth-tokens",
        object: Some(id),
        name: old.name,
        folder: None,
        changes,
    };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(token)
}

/// The rules changed since the old value was made, and nothing in this request could meet them.
fn not_any_more(refusal: ApiError) -> ApiError {
    match refusal {
        ApiError::Validation(_) => {
            let detail =
                "This organisation now wants every token to name its scopes or networks: make a new one that does.";
            ApiError::refused(403, json!({ "detail": detail, "code": "limits_required" }))
        }
        other => other,
    }
}

/// The token, locked until the transaction ends; none when it is not the person's or ended.
async fn old(rows: &mut Rows, user: Uuid, id: Uuid, now: DateTime<Utc>) -> Result<Option<Old>, ApiError> {
    let mut statement = rows.sql(
        "SELECT name, created_at, expires_at, rotated_at, self_rotate, family_id, scopes, domains, allowed_ips \
         FROM personal_access_tokens WHERE revoked_at IS NULL AND NOT seen_expired AND id = ",
    );
    statement.bind(id).push(" AND user_id = ").bind(user).push(" AND expires_at > ").bind(now);
    if rows.dialect() == Dialect::Postgres {
        statement.push(" FOR UPDATE");
    }
    rows.one(&access(), &statement, |row| {
        Ok(Old {
            name: row.text(0)?.unwrap_or_default(),
            created: required(row.time(1)?)?,
            expiry: required(row.time(2)?)?,
            rotated: row.time(3)?.is_some(),
            self_rotate: row.bool(4)?.unwrap_or(false),
            family: row.uuid(5)?.unwrap_or(id),
            limits: TokenLimits::of_row(row.json(6)?, row.json(7)?, row.json(8)?),
        })
    })
    .await
}

fn overlap(body: &Body, default: i64) -> Result<TimeDelta, ApiError> {
    let hours = match body.get("overlap_hours") {
        None | Some(Value::Null) => default,
        Some(value) => value.as_i64().unwrap_or(-1),
    };
    if (0..=LONGEST_OVERLAP).contains(&hours) {
        return Ok(TimeDelta::hours(hours));
    }
    Err(ApiError::field("overlap_hours", format!("Write whole hours from 0 to {LONGEST_OVERLAP}.")))
}

/// A value that was retired by rotation was shown again where values are renewed: somebody kept
/// a copy. The whole family ends.
pub async fn end_family(ctx: &Context, id: Uuid, name: &str) -> Result<(), ApiError> {
    let mut rows = ctx.engine.write().await?;
    let mut family = rows.sql(
        "SELECT t.id FROM personal_access_tokens t WHERE t.revoked_at IS NULL AND t.family_id = \
         (SELECT f.family_id FROM personal_access_tokens f WHERE f.id = ",
    );
    family.bind(id).push(")");
    let family = rows.ids(&access(), &family).await?;
    revoke::end(ctx, &mut rows, &family, "reuse_detected").await?;
    let entry = Entry {
        action: "pat.reuse_detected",
        resource: "auth-tokens",
        object: Some(id),
        name: name.to_owned(),
        ..Entry::default()
    };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await
}
