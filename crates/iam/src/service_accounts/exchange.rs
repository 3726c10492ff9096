//! Client id and secret for an access token.

use super::access;
use crate::Iam;
use crate::secret::{Digest, ParsedSecret, Secret, SecretKind};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use engine::access::Origin;
use engine::audit::{self, Entry};
use engine::{ApiError, Body, Cell, Rows, required};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use uuid::Uuid;

/// How long an access token works.
const LIFE: TimeDelta = TimeDelta::hours(1);

/// An access token that was just made.
#[derive(Debug)]
pub struct Exchanged {
    /// Its value, in this answer only.
    pub secret: Secret,
    /// Seconds until it stops.
    pub expires_in: i64,
}

struct Account {
    id: Uuid,
    name: String,
    works: bool,
    current: Vec<u8>,
    previous: Option<(Vec<u8>, DateTime<Utc>)>,
}

/// The exchange of RFC 6749 §4.4. `basic` holds the credentials of an `Authorization: Basic`
/// header, which the standard prefers over the body.
pub async fn exchange(
    iam: &Iam,
    body: &Body,
    basic: Option<(String, String)>,
    origin: Arc<Origin>,
) -> Result<Exchanged, ApiError> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if text("grant_type") != "client_credentials" {
        return Err(ApiError::refused(400, json!({ "error": "unsupported_grant_type" })));
    }
    let (client_id, value) = basic.unwrap_or_else(|| (text("client_id"), text("client_secret")));
    let invalid = || ApiError::refused(401, json!({ "error": "invalid_client" }));
    let now = iam.engine().clock().now();
    let address = origin.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let key = format!("client:{client_id}");
    iam.sign_ins().check(&key, address, now).map_err(|wait| ApiError::Throttled(wait.seconds()))?;

    let digest = Secret::parse(SecretKind::ServiceAccount, &value).map(ParsedSecret::digest);
    let mut rows = iam.engine().write().await?;
    let found = account(&mut rows, &client_id, now).await?;
    let Some(account) =
        found.filter(|account| account.works && digest.is_some_and(|digest| matches(account, digest, now)))
    else {
        iam.sign_ins().failure(&key, address, now);
        return Err(invalid());
    };
    iam.sign_ins().success(&key, address, now);
    let secret = Secret::generate(SecretKind::ServiceAccount, &mut iam.engine().random().clone())
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut old = rows.sql("DELETE FROM service_tokens WHERE expires_at < ");
    old.bind(now);
    rows.execute(&access(), &old).await?;
    let mut statement =
        rows.sql("INSERT INTO service_tokens (id, account_id, digest, created_at, expires_at) VALUES (");
    statement.bind(iam.engine().new_id()?).push(", ").bind(account.id).push(", ");
    statement.bind(Cell::Bytes(secret.digest().as_bytes().to_vec())).push(", ").bind(now).push(", ");
    statement.bind(now + LIFE).push(")");
    rows.execute(&access(), &statement).await?;
    let ctx = iam.nobody(origin).await?;
    let entry = Entry {
        action: "service_account.signed_in",
        resource: "service-accounts",
        object: Some(account.id),
        name: account.name,
        ..Entry::default()
    };
    audit::record(&ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(Exchanged { secret, expires_in: LIFE.num_seconds() })
}

/// Compared in constant time: the current secret, or the one before while its grace lasts.
fn matches(account: &Account, digest: Digest, now: DateTime<Utc>) -> bool {
    let same = |stored: &[u8]| Digest::try_from(stored).is_ok_and(|stored| stored == digest);
    let previous = account.previous.as_ref().filter(|(_, until)| now < *until);
    same(&account.current) || previous.is_some_and(|(stored, _)| same(stored))
}

async fn account(rows: &mut Rows, client_id: &str, now: DateTime<Utc>) -> Result<Option<Account>, ApiError> {
    let mut statement = rows.sql(
        "SELECT id, name, is_active, expiry_date, secret_digest, previous_digest, previous_expires_at \
         FROM service_accounts WHERE client_id = ",
    );
    statement.bind(client_id.replace('\0', ""));
    rows.one(&access(), &statement, |row| {
        Ok(Account {
            id: required(row.uuid(0)?)?,
            name: row.text(1)?.unwrap_or_default(),
            works: row.bool(2)?.unwrap_or(false) && alive(row.date(3)?, now),
            current: required(row.bytes(4)?)?,
            previous: row.bytes(5)?.zip(row.time(6)?),
        })
    })
    .await
}

/// An account works through its last day.
pub(super) fn alive(until: Option<NaiveDate>, now: DateTime<Utc>) -> bool {
    until.is_none_or(|day| now.date_naive() <= day)
}
