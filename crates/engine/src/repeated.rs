//! Requests that a client may repeat under a key of its own: which keys are in use, and what was
//! answered.
//!
//! What belongs here: the rows. What makes two requests the same, and which answers may be kept, is
//! the server's to say.

use crate::access::Access;
use crate::engine::Engine;
use crate::error::ApiError;
use chrono::TimeDelta;
use store::Value;
use uuid::Uuid;

/// How long a key is remembered.
const LIFE: TimeDelta = TimeDelta::hours(24);

fn access() -> Access {
    Access::system("a caller's own keys")
}

/// A key of one person.
#[derive(Clone, Debug)]
pub struct Key {
    /// The person.
    pub user: Uuid,
    /// What they called it.
    pub text: String,
}

/// What is known of a key that is in use.
#[derive(Clone, Debug)]
pub struct Known {
    /// What the first request was, as its taker summed it up.
    pub digest: Vec<u8>,
    /// Status and body of its answer, once it has one.
    pub answer: Option<(u16, String)>,
}

impl Key {
    /// Notes that the key is in use for a request. When it was already, answers what is known of it.
    pub async fn take(&self, engine: &Engine, digest: &[u8]) -> Result<Option<Known>, ApiError> {
        let now = engine.clock().now();
        let mut rows = engine.write().await?;
        let mut old = rows.sql("DELETE FROM idempotency_keys WHERE created_at < ");
        old.bind(now - LIFE);
        rows.execute(&access(), &old).await?;
        let mut claim =
            rows.sql("INSERT INTO idempotency_keys (user_id, idempotency_key, request_digest, created_at) VALUES (");
        claim.bind(self.user).push(", ").bind(self.text.as_str()).push(", ").bind(Value::Bytes(digest.to_vec()));
        claim.push(", ").bind(now).push(") ON CONFLICT (user_id, idempotency_key) DO NOTHING");
        if rows.execute(&access(), &claim).await? > 0 {
            rows.commit().await?;
            return Ok(None);
        }
        let mut known = rows.sql("SELECT request_digest, status, body FROM idempotency_keys WHERE user_id = ");
        known.bind(self.user).push(" AND idempotency_key = ").bind(self.text.as_str());
        let known = rows
            .one(&access(), &known, |row| {
                let status = row.int(1)?.and_then(|status| u16::try_from(status).ok());
                let answer = status.zip(row.text(2)?);
                Ok(Known { digest: row.bytes(0)?.unwrap_or_default(), answer })
            })
            .await?;
        // Gone again in between: the other request has just failed.
        known.map(Some).ok_or(ApiError::Retry)
    }

    /// Keeps the answer for the rest of the day.
    pub async fn remember(&self, engine: &Engine, status: u16, body: String) -> Result<(), ApiError> {
        let mut rows = engine.write().await?;
        let mut remember = rows.sql("UPDATE idempotency_keys SET status = ");
        remember.bind(i64::from(status)).push(", body = ").bind(body);
        remember.push(" WHERE user_id = ").bind(self.user).push(" AND idempotency_key = ").bind(self.text.as_str());
        rows.execute(&access(), &remember).await?;
        rows.commit().await
    }

    /// Frees the key: the request came to nothing.
    pub async fn forget(&self, engine: &Engine) -> Result<(), ApiError> {
        let mut rows = engine.write().await?;
        let mut forget = rows.sql("DELETE FROM idempotency_keys WHERE user_id = ");
        forget.bind(self.user).push(" AND idempotency_key = ").bind(self.text.as_str());
        rows.execute(&access(), &forget).await?;
        rows.commit().await
    }
}
