//! Many tokens, written into a database beside the program while it does not run, and the check of one in this process.

use crate::seed;
use anyhow::Result;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use engine::access::Origin;
use engine::clock::Clock;
use engine::random::Random;
use iam::authenticate::{Authenticated, Presented, authenticate};
use iam::secret::{Secret, SecretKind};
use server::config::Settings;
use server::start::{Instance, Opening};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A token as it is written.
pub struct Token {
    /// The id of whoever holds it.
    pub owner: String,
    /// What it is called.
    pub name: String,
    /// What is kept of its value.
    pub digest: Vec<u8>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it stops.
    pub expiry: DateTime<Utc>,
    /// When it was last used.
    pub used: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked: Option<DateTime<Utc>>,
    /// What it may do, as a JSON list.
    pub scopes: Option<&'static str>,
}

impl Token {
    /// One that was just made, for thirty days.
    pub fn live(owner: &str, digest: Vec<u8>, now: DateTime<Utc>) -> Self {
        let expiry = now + TimeDelta::days(30);
        let (owner, name) = (owner.to_owned(), "bench".to_owned());
        Self { owner, name, digest, created: now, expiry, used: None, revoked: None, scopes: None }
    }
}

/// The digests of so many tokens, of which some, spread over the others, have a known value.
pub struct Mixed {
    secrets: Vec<Secret>,
    every: u64,
}

impl Mixed {
    /// `known` of `size`.
    pub fn new(size: u64, known: u64) -> Result<Self> {
        Ok(Self { secrets: secrets(known)?, every: size / known })
    }

    /// Whether the value of the token with this number is known.
    pub fn knows(&self, number: u64) -> bool {
        self.secret(number).is_some()
    }

    /// The digest of the token with this number.
    pub fn digest(&self, number: u64) -> Vec<u8> {
        match self.secret(number) {
            Some(secret) => digest(secret),
            None => Sha256::digest(number.to_be_bytes()).to_vec(),
        }
    }

    /// The known values.
    pub fn values(&self) -> Vec<String> {
        self.secrets.iter().map(|secret| secret.expose().to_owned()).collect()
    }

    fn secret(&self, number: u64) -> Option<&Secret> {
        let at = usize::try_from(number / self.every).ok()?;
        self.secrets.get(at).filter(|_| number.is_multiple_of(self.every))
    }
}

/// So many new values.
pub fn secrets(count: u64) -> Result<Vec<Secret>> {
    let mut random = Random::system();
    (0..count)
        .map(|_| Secret::generate(SecretKind::Pat, &mut random).map_err(|error| anyhow::anyhow!("{error}")))
        .collect()
}

/// What is kept of a value.
pub fn digest(secret: &Secret) -> Vec<u8> {
    secret.digest().as_bytes().to_vec()
}

/// Opens a database in this process.
pub async fn open(settings: &Settings) -> Result<Instance> {
    Ok(Instance::open(settings, Opening::Complete, Clock::system(), Random::system()).await?)
}

/// Who shows this header.
pub async fn show(instance: &Instance, header: &str, origin: &Arc<Origin>) -> Result<Option<Authenticated>> {
    let presented = Presented { authorization: vec![header.as_bytes()], ..Presented::default() };
    authenticate(&instance.iam, &presented, origin.clone()).await.map_err(|error| anyhow::anyhow!("{error}"))
}

/// The database in a data folder.
pub fn file(data: &Path) -> PathBuf {
    data.join("tessera.sqlite3")
}

/// The id of the token with this number.
pub fn id(number: u64) -> String {
    // As far apart as the ids of different times.
    format!("{:08x}-0000-7000-8000-{number:012x}", number % 65_536)
}

/// A time as SQLite keeps it.
pub fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Writes tokens behind those that are there.
pub fn write(file: &Path, tokens: impl IntoIterator<Item = Token>) -> Result<()> {
    let mut connection = seed::open(file)?;
    let there: i64 = connection.query_row("SELECT count(*) FROM personal_access_tokens", [], |row| row.get(0))?;
    let tx = connection.transaction()?;
    {
        let mut insert = tx.prepare(
            "INSERT INTO personal_access_tokens (id, user_id, name, preview, digest, hash_alg, created_at, expires_at, \
             last_used_at, revoked_at, scopes) VALUES (?1, ?2, ?3, 'tsr_pat_…', ?4, 'sha256', ?5, ?6, ?7, ?8, ?9)",
        )?;
        for (number, token) in (there.unsigned_abs()..).zip(tokens) {
            let (created, expiry) = (text(token.created), text(token.expiry));
            let (used, revoked) = (token.used.map(text), token.revoked.map(text));
            insert.execute(rusqlite::params![
                id(number),
                token.owner,
                token.name,
                token.digest,
                created,
                expiry,
                used,
                revoked,
                token.scopes
            ])?;
        }
    }
    tx.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}
