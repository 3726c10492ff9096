//! Closing the chain: entries get their number and their link a moment after they were written.

use crate::access::Access;
use crate::engine::Engine;
use crate::error::ApiError;
use crate::hex::hex;
use crate::rows::required;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use store::{Dialect, Value};
use uuid::Uuid;

/// Entries that are sealed in one transaction.
const BATCH: u64 = 500;

/// The end of the chain at some moment: enough to prove later, offline, that nothing before
/// it was touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Number of sealed entries.
    pub count: i64,
    /// The last link, in hexadecimal.
    pub hash: String,
    /// When it was taken, RFC 3339.
    pub at: String,
}

/// The next link: SHA-256 over the one before, the entry's number and its digest.
pub(super) fn link(before: &[u8], number: i64, digest: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(number.to_be_bytes());
    hash.update(digest);
    hash.finalize().into()
}

/// Numbers and links all entries that wait; returns how many.
pub async fn seal(engine: &Engine) -> Result<u64, ApiError> {
    let access = Access::system("sealing the audit log");
    let mut sealed = 0;
    loop {
        let mut rows = engine.write().await?;
        let lock = if rows.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" };
        let head = rows.sql(&format!("SELECT count, hash FROM audit_head{lock}"));
        let head = rows
            .one(&access, &head, |row| Ok((required(row.int(0)?)?, required(row.bytes(1)?)?)))
            .await?
            .ok_or_else(|| ApiError::Internal("the audit log has no head".into()))?;
        let waiting =
            rows.sql(&format!("SELECT id, digest FROM audit_entries WHERE seq IS NULL ORDER BY at, id LIMIT {BATCH}"));
        let waiting: Vec<(Uuid, Vec<u8>)> =
            rows.all(&access, &waiting, |row| Ok((required(row.uuid(0)?)?, required(row.bytes(1)?)?))).await?;
        if waiting.is_empty() {
            return Ok(sealed);
        }
        let (mut count, mut hash) = head;
        for (id, digest) in &waiting {
            count += 1;
            hash = link(&hash, count, digest).to_vec();
            let mut statement = rows.sql("UPDATE audit_entries SET seq = ");
            statement.bind(count).push(", link = ").bind(Value::Bytes(hash.clone())).push(" WHERE id = ").bind(*id);
            rows.execute(&access, &statement).await?;
        }
        let mut statement = rows.sql("UPDATE audit_head SET count = ");
        statement.bind(count).push(", hash = ").bind(Value::Bytes(hash));
        rows.execute(&access, &statement).await?;
        rows.commit().await?;
        sealed += waiting.len() as u64;
        if (waiting.len() as u64) < BATCH {
            return Ok(sealed);
        }
    }
}

/// Seals whenever entries wait, at most every `pause`; never returns.
pub async fn keep_sealing(engine: Engine, pause: Duration) {
    loop {
        if let Err(error) = seal(&engine).await {
            tracing::error!(%error, "the audit log could not be sealed; trying again");
            // What waits goes on waiting, whether or not anything more comes.
            engine.unsealed().notify_one();
        }
        tokio::time::sleep(pause).await;
        engine.unsealed().notified().await;
    }
}

/// The end of the chain now.
pub async fn checkpoint(engine: &Engine) -> Result<Checkpoint, ApiError> {
    seal(engine).await?;
    let access = Access::system("a checkpoint tells nothing but a number and a hash");
    let mut rows = engine.peek().await?;
    let head = rows.sql("SELECT count, hash FROM audit_head");
    let head = rows.one(&access, &head, |row| Ok((required(row.int(0)?)?, required(row.bytes(1)?)?))).await?;
    let (count, hash) = head.ok_or_else(|| ApiError::Internal("the audit log has no head".into()))?;
    let at = engine.clock().now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    Ok(Checkpoint { count, hash: hex(&hash), at })
}
