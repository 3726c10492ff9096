//! The second half of a sign-in.

use super::{access, factor, recovery, wrong_code};
use crate::secret::{Digest, ParsedSecret, Secret, SecretKind};
use crate::sign_in::SignedIn;
use crate::{Iam, account, sign_in};
use chrono::TimeDelta;
use engine::access::Origin;
use engine::{ApiError, Body, Cell, Rows, required};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use uuid::Uuid;

/// The code has to come within this time.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);

/// If the person has a second factor, notes that the password was right and returns the value
/// that the second half of the sign-in shows.
pub async fn await_code(iam: &Iam, rows: &mut Rows, user: Uuid) -> Result<Option<Secret>, ApiError> {
    if factor(rows, user).await?.is_none_or(|factor| factor.activated.is_none()) {
        return Ok(None);
    }
    let now = iam.engine().clock().now();
    let secret = Secret::generate(SecretKind::Session, &mut iam.engine().random().clone())
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut statement = rows.sql("DELETE FROM pending_sign_ins WHERE expires_at < ");
    statement.bind(now);
    rows.execute(&access(), &statement).await?;
    let mut statement = rows.sql("INSERT INTO pending_sign_ins (id, user_id, digest, created_at, expires_at) VALUES (");
    statement.bind(iam.engine().new_id()?).push(", ").bind(user).push(", ");
    statement.bind(Cell::Bytes(secret.digest().as_bytes().to_vec())).push(", ").bind(now).push(", ");
    statement.bind(now + PATIENCE).push(")");
    rows.execute(&access(), &statement).await?;
    Ok(Some(secret))
}

/// Takes the code (or a recovery code) of a sign-in that waits for it, and starts the session.
/// Wrong codes are counted like wrong passwords.
pub async fn finish(iam: &Iam, pending: &str, body: &Body, origin: Arc<Origin>) -> Result<SignedIn, ApiError> {
    let gone = || ApiError::refused(401, serde_json::json!({ "status": 401, "meta": { "is_authenticated": false } }));
    let digest = Secret::parse(SecretKind::Session, pending).map(ParsedSecret::digest).ok_or_else(gone)?;
    let now = iam.engine().clock().now();
    let mut rows = iam.engine().write().await?;
    let (sign_in_id, user) = waiting(&mut rows, digest, now).await?.ok_or_else(gone)?;
    let account = account::by_id(&mut rows, user).await?.filter(|account| account.owner.works(now)).ok_or_else(gone)?;
    let email = account.owner.email.clone();
    let address = origin.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let key = format!("code:{email}");
    iam.sign_ins().check(&key, address, now).map_err(|wait| ApiError::Throttled(wait.seconds()))?;

    let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
    let known = factor(&mut rows, user).await?.filter(|factor| factor.activated.is_some()).ok_or_else(gone)?;
    let right = super::accept(&mut rows, user, &email, &known, code, now).await?
        || recovery::accept(&mut rows, user, code, now).await?;
    if !right {
        drop(rows);
        iam.sign_ins().failure(&key, address, now);
        sign_in::record_failure(iam, &email, origin).await?;
        return Err(wrong_code());
    }
    iam.sign_ins().success(&key, address, now);
    let mut statement = rows.sql("DELETE FROM pending_sign_ins WHERE id = ");
    statement.bind(sign_in_id);
    rows.execute(&access(), &statement).await?;
    sign_in::complete(iam, rows, account.owner, origin).await
}

async fn waiting(
    rows: &mut Rows,
    digest: Digest,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<(Uuid, Uuid)>, ApiError> {
    let mut statement = rows.sql("SELECT id, user_id FROM pending_sign_ins WHERE digest = ");
    statement.bind(Cell::Bytes(digest.as_bytes().to_vec())).push(" AND expires_at > ").bind(now);
    rows.one(&access(), &statement, |row| Ok((required(row.uuid(0)?)?, required(row.uuid(1)?)?))).await
}
