//! The second half of a sign-in.

use super::{Held, access, factor, held, recovery, wrong_code};
use crate::secret::{ParsedSecret, Secret, SecretKind};
use crate::sign_in::{Means, SignedIn};
use crate::tokens::Owner;
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
/// that the second half of the sign-in shows, and what it can be.
pub async fn await_factor(iam: &Iam, rows: &mut Rows, user: Uuid) -> Result<Option<(Secret, Held)>, ApiError> {
    let held = held(rows, user).await?;
    if !held.any() {
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
    Ok(Some((secret, held)))
}

/// Takes the code (or a recovery code) of a sign-in that waits for it, and starts the session.
pub async fn finish(iam: &Iam, pending: &str, body: &Body, origin: Arc<Origin>) -> Result<SignedIn, ApiError> {
    let now = iam.engine().clock().now();
    let mut rows = iam.engine().write().await?;
    let (sign_in, user) = waiting_for(iam, &mut rows, pending).await?;
    let account = account::by_id(&mut rows, user).await?.filter(|account| account.owner.works(now)).ok_or_else(gone)?;
    let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
    let mut rows = use_code(iam, rows, &account.owner, code, origin.clone()).await?;
    done_waiting(&mut rows, sign_in).await?;
    sign_in::complete(iam, rows, account.owner, Means::Password, origin).await
}

/// Uses a code of the authenticator, or a recovery code, up. Wrong ones are counted like wrong passwords.
pub(crate) async fn use_code(
    iam: &Iam,
    mut rows: Rows,
    owner: &Owner,
    code: &str,
    origin: Arc<Origin>,
) -> Result<Rows, ApiError> {
    let now = iam.engine().clock().now();
    let (user, email) = (owner.id, owner.email.as_str());
    let address = origin.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let key = format!("code:{email}");
    iam.sign_ins().check(&key, address, now).map_err(|wait| ApiError::Throttled(wait.seconds()))?;

    let known = factor(&mut rows, user).await?.filter(|factor| factor.activated.is_some());
    let timed = match &known {
        Some(known) => super::accept(&mut rows, user, email, known, code, now).await?,
        None => false,
    };
    if timed || recovery::accept(&mut rows, user, code, now).await? {
        iam.sign_ins().success(&key, address, now);
        return Ok(rows);
    }
    drop(rows);
    iam.sign_ins().failure(&key, address, now);
    sign_in::record_failure(iam, email, origin).await?;
    Err(wrong_code())
}

/// The recorded answer where no sign-in waits.
fn gone() -> ApiError {
    ApiError::refused(401, serde_json::json!({ "status": 401, "meta": { "is_authenticated": false } }))
}

/// The sign-in that waits under this value, and whose it is.
pub(crate) async fn waiting_for(iam: &Iam, rows: &mut Rows, pending: &str) -> Result<(Uuid, Uuid), ApiError> {
    let digest = Secret::parse(SecretKind::Session, pending).map(ParsedSecret::digest).ok_or_else(gone)?;
    let mut statement = rows.sql("SELECT id, user_id FROM pending_sign_ins WHERE digest = ");
    statement.bind(Cell::Bytes(digest.as_bytes().to_vec())).push(" AND expires_at > ");
    statement.bind(iam.engine().clock().now());
    let found = rows.one(&access(), &statement, |row| Ok((required(row.uuid(0)?)?, required(row.uuid(1)?)?))).await?;
    found.ok_or_else(gone)
}

/// The sign-in waits no longer.
pub(crate) async fn done_waiting(rows: &mut Rows, sign_in: Uuid) -> Result<(), ApiError> {
    let mut statement = rows.sql("DELETE FROM pending_sign_ins WHERE id = ");
    statement.bind(sign_in);
    // Two proofs at once: one of them comes too late.
    if rows.execute(&access(), &statement).await? == 0 { Err(gone()) } else { Ok(()) }
}
