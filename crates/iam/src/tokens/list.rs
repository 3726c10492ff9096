//! The tokens of one person, without their values.

use super::access;
use super::limits::TokenLimits;
use chrono::{DateTime, Utc};
use engine::{ApiError, Context, required};
use uuid::Uuid;

/// Whether a token works, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It works.
    Active,
    /// Its time is over.
    Expired,
    /// It was ended.
    Revoked,
}

impl State {
    /// Whether a token works that was revoked or seen expired, or would expire then.
    pub(super) fn of(revoked: bool, seen_expired: bool, expiry: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        if revoked {
            Self::Revoked
        } else if seen_expired || now >= expiry {
            Self::Expired
        } else {
            Self::Active
        }
    }

    /// As it is written on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// A token as its owner sees it.
#[derive(Clone, Debug)]
pub struct Token {
    /// The id by which it is revoked.
    pub id: Uuid,
    /// What it was called.
    pub name: String,
    /// First characters.
    pub preview: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it stops.
    pub expiry: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From where.
    pub last_used_ip: Option<String>,
    /// With what.
    pub last_used_agent: Option<String>,
    /// What it may do of what its owner may.
    pub limits: TokenLimits,
    /// Whether it may ask for its own successor.
    pub self_rotate: bool,
    /// When it was replaced, if it was.
    pub rotated_at: Option<DateTime<Utc>>,
    /// Whether it works.
    pub state: State,
}

/// Tokens of the person who asks, newest first. Live ones, unless another state or `all` is
/// asked for.
pub async fn list(ctx: &Context, state: &str) -> Result<Vec<Token>, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let now = ctx.now();
    let mut rows = ctx.engine.peek().await?;
    let mut statement = rows.sql(
        "SELECT id, name, preview, created_at, expires_at, last_used_at, last_used_ip, last_used_agent, revoked_at, \
         scopes, domains, allowed_ips, self_rotate, rotated_at, seen_expired \
         FROM personal_access_tokens WHERE user_id = ",
    );
    statement.bind(user).push(" ORDER BY created_at DESC, id DESC");
    let tokens = rows
        .all(&access(), &statement, |row| {
            let expiry = required(row.time(4)?)?;
            let state = State::of(row.time(8)?.is_some(), row.bool(14)?.unwrap_or(false), expiry, now);
            Ok(Token {
                id: required(row.uuid(0)?)?,
                name: row.text(1)?.unwrap_or_default(),
                preview: row.text(2)?.unwrap_or_default(),
                created: required(row.time(3)?)?,
                expiry,
                last_used_at: row.time(5)?,
                last_used_ip: row.text(6)?,
                last_used_agent: row.text(7)?,
                limits: TokenLimits::of_row(row.json(9)?, row.json(10)?, row.json(11)?),
                self_rotate: row.bool(12)?.unwrap_or(false),
                rotated_at: row.time(13)?,
                state,
            })
        })
        .await?;
    Ok(tokens.into_iter().filter(|token| state == "all" || token.state.as_str() == state).collect())
}
