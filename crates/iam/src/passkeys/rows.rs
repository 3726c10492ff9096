//! Passkeys in the database.

use super::access;
use chrono::{DateTime, Utc};
use engine::{ApiError, Cell, Rows, required};
use serde_json::Value;
use uuid::Uuid;

/// A passkey as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: Uuid,
    pub(super) user: Uuid,
    pub(super) credential: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) sign_count: u32,
    /// Ways to reach the device, as the browser named them.
    pub(super) transports: Value,
    pub(super) name: String,
    pub(super) created: DateTime<Utc>,
    pub(super) last_used: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "SELECT id, user_id, credential_id, public_key, sign_count, transports, name, created_at, \
                       last_used_at FROM passkeys WHERE ";

async fn read(rows: &mut Rows, condition: &str, value: Cell) -> Result<Vec<Stored>, ApiError> {
    let mut statement = rows.sql(COLUMNS);
    statement.push(condition).push(" = ").bind(value).push(" ORDER BY created_at, id");
    rows.all(&access(), &statement, |row| {
        Ok(Stored {
            id: required(row.uuid(0)?)?,
            user: required(row.uuid(1)?)?,
            credential: required(row.bytes(2)?)?,
            key: required(row.bytes(3)?)?,
            sign_count: u32::try_from(required(row.int(4)?)?).unwrap_or(u32::MAX),
            transports: serde_json::from_str(&row.text(5)?.unwrap_or_default()).unwrap_or_default(),
            name: row.text(6)?.unwrap_or_default(),
            created: required(row.time(7)?)?,
            last_used: row.time(8)?,
        })
    })
    .await
}

/// All passkeys of a person, oldest first.
pub(super) async fn of_user(rows: &mut Rows, user: Uuid) -> Result<Vec<Stored>, ApiError> {
    read(rows, "user_id", Cell::Uuid(user)).await
}

/// The one with this credential.
pub(super) async fn by_credential(rows: &mut Rows, credential: Vec<u8>) -> Result<Option<Stored>, ApiError> {
    Ok(read(rows, "credential_id", Cell::Bytes(credential)).await?.pop())
}

/// Keeps a new one; false when its credential is known already.
pub(super) async fn insert(rows: &mut Rows, passkey: &Stored) -> Result<bool, ApiError> {
    let mut statement = rows.sql(
        "INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, transports, name, created_at) VALUES (",
    );
    statement.bind(passkey.id).push(", ").bind(passkey.user).push(", ");
    statement.bind(Cell::Bytes(passkey.credential.clone())).push(", ").bind(Cell::Bytes(passkey.key.clone()));
    statement.push(", ").bind(i64::from(passkey.sign_count)).push(", ").bind(passkey.transports.to_string());
    statement.push(", ").bind(passkey.name.clone()).push(", ").bind(passkey.created);
    statement.push(") ON CONFLICT (credential_id) DO NOTHING");
    Ok(rows.execute(&access(), &statement).await? > 0)
}

/// Notes a use; false when the passkey is gone, or was used meanwhile with a count as high.
pub(super) async fn used(rows: &mut Rows, id: Uuid, count: u32, now: DateTime<Utc>) -> Result<bool, ApiError> {
    let count = i64::from(count);
    let mut statement = rows.sql("UPDATE passkeys SET sign_count = ");
    statement.bind(count).push(", last_used_at = ").bind(now).push(" WHERE id = ").bind(id);
    match count {
        0 => statement.push(" AND sign_count = 0"),
        count => statement.push(" AND sign_count < ").bind(count),
    };
    Ok(rows.execute(&access(), &statement).await? > 0)
}
