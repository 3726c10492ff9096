//! The second factor: time-based codes, and recovery codes for a lost authenticator.
//!
//! What belongs here: enrolling, proving and removing it, and what a person holds altogether. Passkeys
//! count as well and have a module of their own. That a sign-in waits for a factor is `sign_in`; that an
//! organisation demands it is `authenticate`.

mod enrol;
mod held;
mod prove;
mod recovery;

pub use enrol::{Enrolment, activate, begin, disable_for, remove, status};
pub use held::{Held, held};
pub use prove::{await_factor, finish};
pub use recovery::{renew as renew_recovery_codes, status as recovery_status};

pub(crate) use enrol::end_other_sessions;
pub(crate) use held::{settle, take_turn};
pub(crate) use prove::{done_waiting, use_code, waiting_for};
pub(crate) use recovery::first as first_codes;

use chrono::{DateTime, Utc};
use engine::{Access, ApiError, Rows, required};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

fn access() -> Access {
    Access::system("a second factor belongs to its account")
}

/// The codes of a secret: SHA-1, six digits, thirty seconds, one step of tolerance, as every
/// authenticator understands them.
fn totp(secret: Vec<u8>, email: &str) -> Result<Totp, ApiError> {
    let issuer = Some("Tessera");
    // A colon would end the label of the address early.
    let label = email.replace(':', "_");
    let builder = Builder::new().with_secret(Secret::from(secret)).with_skew(1).with_account_name(label);
    builder.with_issuer(issuer).build().map_err(|error| ApiError::Internal(error.to_string()))
}

/// The stored factor of a person.
struct Factor {
    secret: Vec<u8>,
    created: DateTime<Utc>,
    activated: Option<DateTime<Utc>>,
    last_step: i64,
}

async fn factor(rows: &mut Rows, user: Uuid) -> Result<Option<Factor>, ApiError> {
    let mut statement =
        rows.sql("SELECT secret, created_at, activated_at, last_step FROM totp_factors WHERE user_id = ");
    statement.bind(user);
    rows.one(&access(), &statement, |row| {
        Ok(Factor {
            secret: required(row.bytes(0)?)?,
            created: required(row.time(1)?)?,
            activated: row.time(2)?,
            last_step: row.int(3)?.unwrap_or(0),
        })
    })
    .await
}

/// Checks a code and uses it up. Two requests with the same code: one of them is late.
async fn accept(
    rows: &mut Rows,
    user: Uuid,
    email: &str,
    factor: &Factor,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool, ApiError> {
    let plain: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if plain.len() != 6 || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(false);
    }
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let step = totp(factor.secret.clone(), email)?.check(&plain, seconds);
    let Some(step) = step.and_then(|step| i64::try_from(step).ok()).filter(|step| *step > factor.last_step) else {
        return Ok(false);
    };
    let mut statement = rows.sql("UPDATE totp_factors SET last_step = ");
    statement.bind(step).push(" WHERE user_id = ").bind(user).push(" AND last_step < ").bind(step);
    Ok(rows.execute(&access(), &statement).await? > 0)
}

/// The recorded answer to a wrong code.
fn wrong_code() -> ApiError {
    crate::refusal::refused(400, "incorrect_code", "code", "Incorrect code.")
}
