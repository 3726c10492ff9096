//! Enrolling an authenticator, and removing it.

use super::{Factor, accept, access, factor, recovery, settle, take_turn, totp, wrong_code};
use crate::{groups, sessions};
use chrono::{DateTime, TimeDelta, Utc};
use engine::access::Credential;
use engine::audit::{self, Entry};
use engine::{ApiError, Body, Cell, Context, Rows};
use serde_json::Value;
use uuid::Uuid;

/// How long a secret that nobody activated is offered again.
const OFFER: TimeDelta = TimeDelta::minutes(30);

/// How things stand with a person's authenticator.
#[derive(Debug)]
pub enum Enrolment {
    /// It is in use since then.
    Active(DateTime<Utc>),
    /// It is not; this secret (base32) and address can be taken into one.
    Offered {
        /// The secret, for typing.
        secret: String,
        /// The same as an `otpauth://` address, for a QR code.
        url: String,
    },
}

/// Whether the caller's authenticator is in use, and since when.
pub async fn status(ctx: &Context) -> Result<Option<DateTime<Utc>>, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut rows = ctx.engine.peek().await?;
    Ok(factor(&mut rows, user).await?.and_then(|factor| factor.activated))
}

/// The active factor, or an offer of a new secret.
pub async fn begin(ctx: &Context) -> Result<Enrolment, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let now = ctx.now();
    let mut rows = ctx.engine.write().await?;
    let known = factor(&mut rows, user).await?;
    let secret = match known {
        Some(Factor { activated: Some(since), .. }) => return Ok(Enrolment::Active(since)),
        Some(Factor { secret, created, .. }) if now < created + OFFER => secret,
        _ => {
            let mut secret = vec![0; 20];
            ctx.engine.random().fill(&mut secret).map_err(|error| ApiError::Internal(error.to_string()))?;
            let mut statement = rows.sql("INSERT INTO totp_factors (user_id, secret, created_at) VALUES (");
            statement.bind(user).push(", ").bind(Cell::Bytes(secret.clone())).push(", ").bind(now);
            statement.push(
                ") ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at",
            );
            rows.execute(&access(), &statement).await?;
            secret
        }
    };
    rows.commit().await?;
    let totp = totp(secret.clone(), ctx.principal.email())?;
    let url = totp.to_url().map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Enrolment::Offered { secret: totp_rs::Secret::from(secret).to_base32(), url })
}

/// Activates the offered secret with its first code. Other sessions end. Recovery codes that are made
/// with the first factor are returned, for this once.
pub async fn activate(ctx: &Context, body: &Body) -> Result<Vec<String>, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
    let now = ctx.now();
    let mut rows = ctx.engine.write().await?;
    take_turn(&mut rows, user).await?;
    let Some(offered) = factor(&mut rows, user).await?.filter(|factor| factor.activated.is_none()) else {
        return Err(ApiError::refused(409, serde_json::json!({ "status": 409 })));
    };
    if !accept(&mut rows, user, ctx.principal.email(), &offered, code, now).await? {
        return Err(wrong_code());
    }
    let mut statement = rows.sql("UPDATE totp_factors SET activated_at = ");
    statement.bind(now).push(" WHERE user_id = ").bind(user);
    rows.execute(&access(), &statement).await?;
    let codes = recovery::first(ctx, &mut rows, user).await?;
    settle(&mut rows, user).await?;
    end_other_sessions(ctx, &mut rows, user).await?;
    record(ctx, &mut rows, "second_factor.enabled", user, ctx.principal.email()).await?;
    rows.commit().await?;
    Ok(codes)
}

/// The caller removes their authenticator; passkeys stay.
pub async fn remove(ctx: &Context) -> Result<(), ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut rows = ctx.engine.write().await?;
    take_turn(&mut rows, user).await?;
    let mut statement = rows.sql("DELETE FROM totp_factors WHERE user_id = ");
    statement.bind(user);
    rows.execute(&access(), &statement).await?;
    settle(&mut rows, user).await?;
    end_other_sessions(ctx, &mut rows, user).await?;
    record(ctx, &mut rows, "second_factor.disabled", user, ctx.principal.email()).await?;
    rows.commit().await
}

/// An administrator removes all factors of somebody who lost one; all their sessions end.
pub async fn disable_for(ctx: &Context, body: &Body) -> Result<(), ApiError> {
    let users = ctx.engine.registry().get("users").ok_or(ApiError::NotFound)?;
    if !ctx.access(users, engine::Verb::Change).covers(ctx.principal.grants().tree().root()) {
        return Err(ApiError::Forbidden);
    }
    let text = body.get("user").and_then(Value::as_str).unwrap_or_default();
    let user: Uuid = text.parse().map_err(|_| ApiError::field("user", format!("“{text}” is not a valid UUID.")))?;
    let mut rows = ctx.engine.write().await?;
    groups::guard_administrators(ctx, &mut rows, user).await?;
    let account = crate::account::by_id(&mut rows, user).await?;
    let account =
        account.ok_or_else(|| ApiError::field("user", format!("Invalid pk \"{user}\" - object does not exist.")))?;
    clear(&mut rows, user).await?;
    sessions::end_all(ctx, &mut rows, user, None).await?;
    record(ctx, &mut rows, "second_factor.disabled", user, &account.owner.email).await?;
    rows.commit().await
}

async fn clear(rows: &mut Rows, user: Uuid) -> Result<(), ApiError> {
    take_turn(rows, user).await?;
    for table in ["totp_factors", "passkeys"] {
        let mut statement = rows.sql(&format!("DELETE FROM {table} WHERE user_id = "));
        statement.bind(user);
        rows.execute(&access(), &statement).await?;
    }
    settle(rows, user).await
}

/// A change of what somebody signs in with ends what they left open elsewhere.
pub(crate) async fn end_other_sessions(ctx: &Context, rows: &mut Rows, user: Uuid) -> Result<(), ApiError> {
    let keep = match ctx.principal.credential() {
        Credential::Session(id) => Some(id),
        _ => None,
    };
    sessions::end_all(ctx, rows, user, keep).await.map(drop)
}

async fn record(ctx: &Context, rows: &mut Rows, action: &'static str, user: Uuid, name: &str) -> Result<(), ApiError> {
    let entry = Entry { action, resource: "users", object: Some(user), name: name.to_owned(), ..Entry::default() };
    audit::record(ctx, rows, entry).await
}
