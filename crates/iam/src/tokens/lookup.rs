//! From a value to its row: one statement, which also brings the owner's state and the epoch.

use super::access;
use super::limits::TokenLimits;
use crate::secret::{Digest, ParsedSecret};
use chrono::{DateTime, NaiveDate, Utc};
use engine::{ApiError, Engine, required};
use std::sync::LazyLock;
use uuid::Uuid;

/// A token whose digest matched, with its owner.
#[derive(Clone, Debug)]
pub struct Found {
    /// The token.
    pub id: Uuid,
    /// What it was called.
    pub name: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it stops.
    pub expiry: DateTime<Utc>,
    /// Whether it was replaced by rotation.
    pub rotated: bool,
    /// What it may do of what its owner may.
    pub limits: TokenLimits,
    /// Whether it was ended, or was once seen expired.
    pub ended: Ended,
    /// Its owner, unless deleted since.
    pub owner: Option<Owner>,
    /// The epoch of access.
    pub epoch: i64,
}

/// How a token ended, if it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It did not.
    No,
    /// Somebody revoked it.
    Revoked,
    /// It was seen expired; a clock that steps back does not revive it.
    SeenExpired,
}

/// The person behind a token or session.
#[derive(Clone, Debug)]
pub struct Owner {
    /// Their id.
    pub id: Uuid,
    /// Their e-mail address.
    pub email: String,
    /// Whether the account is active.
    pub active: bool,
    /// The last day of the account.
    pub until: Option<NaiveDate>,
    /// Whether they belong to a third party.
    pub third_party: bool,
    /// Whether they enrolled a second factor.
    pub second_factor: bool,
}

impl Owner {
    /// Whether the account works at this moment.
    pub fn works(&self, now: DateTime<Utc>) -> bool {
        self.active && self.until.is_none_or(|day| now.date_naive() <= day)
    }
}

static SQL: LazyLock<String> = LazyLock::new(|| {
    "SELECT t.id, t.digest, t.name, t.expires_at, t.revoked_at, t.seen_expired, u.id, u.email, u.is_active, \
     u.expiry_date, u.is_third_party, (SELECT epoch FROM access_epoch), t.created_at, t.rotated_at, t.scopes, \
     t.domains, t.allowed_ips FROM personal_access_tokens t LEFT JOIN users u ON u.id = t.user_id WHERE t.digest = "
        .to_owned()
});

/// Finds the token with this value.
pub async fn lookup(engine: &Engine, secret: ParsedSecret<'_>) -> Result<Option<Found>, ApiError> {
    let digest = secret.digest();
    let mut rows = engine.peek().await?;
    let mut statement = rows.sql(&SQL);
    statement.bind(engine::Cell::Bytes(digest.as_bytes().to_vec()));
    let found = rows
        .one(&access(), &statement, |row| {
            let stored = required(row.bytes(1)?)?;
            // The index found it; the comparison that decides takes the same time for all.
            if Digest::try_from(stored.as_slice()).ok().is_none_or(|stored| stored != digest) {
                return Ok(None);
            }
            let owner = match row.uuid(6)? {
                None => None,
                Some(id) => Some(Owner {
                    id,
                    email: row.text(7)?.unwrap_or_default(),
                    active: row.bool(8)?.unwrap_or(false),
                    until: row.date(9)?,
                    third_party: row.bool(10)?.unwrap_or(false),
                    second_factor: false,
                }),
            };
            let ended = match (row.time(4)?, row.bool(5)?) {
                (Some(_), _) => Ended::Revoked,
                (None, Some(true)) => Ended::SeenExpired,
                _ => Ended::No,
            };
            Ok(Some(Found {
                id: required(row.uuid(0)?)?,
                name: row.text(2)?.unwrap_or_default(),
                created: required(row.time(12)?)?,
                expiry: required(row.time(3)?)?,
                rotated: row.time(13)?.is_some(),
                limits: TokenLimits::of_row(row.json(14)?, row.json(15)?, row.json(16)?),
                ended,
                owner,
                epoch: required(row.int(11)?)?,
            }))
        })
        .await?;
    Ok(found.flatten())
}
