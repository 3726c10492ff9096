//! From a session's value to its row.

use super::access;
use crate::secret::{Digest, ParsedSecret};
use crate::tokens::Owner;
use chrono::{DateTime, Utc};
use engine::{ApiError, Engine, required};
use uuid::Uuid;

/// A session whose digest matched, with its owner.
#[derive(Clone, Debug)]
pub struct FoundSession {
    /// The session.
    pub id: Uuid,
    /// When the person signed in.
    pub created: DateTime<Utc>,
    /// When they last proved who they are: then, or later.
    pub confirmed: DateTime<Utc>,
    /// When it was last used, as far as the database knows.
    pub last_used: DateTime<Utc>,
    /// When it ends in any case.
    pub ends: DateTime<Utc>,
    /// The person.
    pub owner: Owner,
    /// The epoch of access.
    pub epoch: i64,
}

/// Finds the session with this value.
pub async fn lookup(engine: &Engine, secret: ParsedSecret<'_>) -> Result<Option<FoundSession>, ApiError> {
    let digest = secret.digest();
    let mut rows = engine.peek().await?;
    let mut statement = rows.sql(
        "SELECT s.id, s.digest, s.created_at, s.last_used_at, s.expires_at, u.id, u.email, u.is_active, u.expiry_date, \
         u.is_third_party, (SELECT epoch FROM access_epoch), u.has_mfa_enabled, s.confirmed_at FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE s.digest = ",
    );
    statement.bind(engine::Cell::Bytes(digest.as_bytes().to_vec()));
    let found = rows
        .one(&access(), &statement, |row| {
            let stored = required(row.bytes(1)?)?;
            if Digest::try_from(stored.as_slice()).ok().is_none_or(|stored| stored != digest) {
                return Ok(None);
            }
            Ok(Some(FoundSession {
                id: required(row.uuid(0)?)?,
                created: required(row.time(2)?)?,
                confirmed: required(row.time(12)?.or(row.time(2)?))?,
                last_used: required(row.time(3)?)?,
                ends: required(row.time(4)?)?,
                owner: Owner {
                    id: required(row.uuid(5)?)?,
                    email: row.text(6)?.unwrap_or_default(),
                    active: row.bool(7)?.unwrap_or(false),
                    until: row.date(8)?,
                    third_party: row.bool(9)?.unwrap_or(false),
                    second_factor: row.bool(11)?.unwrap_or(false),
                },
                epoch: required(row.int(10)?)?,
            }))
        })
        .await?;
    Ok(found.flatten())
}
