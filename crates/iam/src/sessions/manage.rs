//! Looking at sessions and ending them.

use super::access;
use crate::Iam;
use chrono::{DateTime, Utc};
use engine::access::Credential;
use engine::audit::{self, Entry};
use engine::{ApiError, Context, Rows, required};
use serde_json::Map;
use uuid::Uuid;

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// When the person signed in.
    pub created: DateTime<Utc>,
    /// When it was last used.
    pub last_used: DateTime<Utc>,
    /// When it ends in any case.
    pub expires: DateTime<Utc>,
    /// From where it was started.
    pub ip: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Live sessions of the person who asks, newest first.
pub async fn list(iam: &Iam, ctx: &Context) -> Result<Vec<Session>, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let now = ctx.now();
    let mut rows = ctx.engine.peek().await?;
    let mut statement =
        rows.sql("SELECT id, created_at, last_used_at, expires_at, address, agent FROM sessions WHERE user_id = ");
    statement.bind(user).push(" AND expires_at > ").bind(now).push(" ORDER BY created_at DESC");
    let idle = iam.policy().session_idle;
    let sessions = rows
        .all(&access(), &statement, |row| {
            let id = required(row.uuid(0)?)?;
            Ok(Session {
                id,
                created: required(row.time(1)?)?,
                last_used: iam.usage().latest(id, required(row.time(2)?)?),
                expires: required(row.time(3)?)?,
                ip: row.text(4)?,
                user_agent: row.text(5)?,
                current: ctx.principal.credential() == Credential::Session(id),
            })
        })
        .await?;
    Ok(sessions.into_iter().filter(|session| now < session.last_used + idle).collect())
}

/// Ends one session of the person who asks.
pub async fn end(ctx: &Context, id: Uuid) -> Result<(), ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut rows = ctx.engine.write().await?;
    let mut statement = rows.sql("DELETE FROM sessions WHERE user_id = ");
    statement.bind(user).push(" AND id = ").bind(id);
    if rows.execute(&access(), &statement).await? == 0 {
        return Err(ApiError::NotFound);
    }
    let entry = Entry { action: "session.ended", resource: "sessions", object: Some(id), ..Entry::default() };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await
}

/// Ends all sessions of a person but one; returns how many.
pub async fn end_all(ctx: &Context, rows: &mut Rows, user: Uuid, keep: Option<Uuid>) -> Result<u64, ApiError> {
    let mut statement = rows.sql("DELETE FROM sessions WHERE user_id = ");
    statement.bind(user);
    if let Some(keep) = keep {
        statement.push(" AND id <> ").bind(keep);
    }
    let ended = rows.execute(&access(), &statement).await?;
    if ended > 0 {
        let changes = Map::from_iter([("ended".to_owned(), serde_json::json!([null, ended]))]);
        let entry = Entry {
            action: "session.ended_all",
            resource: "sessions",
            object: Some(user),
            changes,
            ..Entry::default()
        };
        audit::record(ctx, rows, entry).await?;
    }
    Ok(ended)
}
