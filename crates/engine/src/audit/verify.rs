//! Proof that the log is what it was.

use super::chain::{Checkpoint, hex, link};
use super::entry::Row;
use crate::access::Access;
use crate::engine::Engine;
use crate::error::ApiError;
use crate::rows::required;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The entry does not say what it said when it was written.
    Changed {
        /// Its number.
        number: i64,
        /// Its id.
        id: String,
    },
    /// One or more entries are missing before this number.
    Removed {
        /// The first number that is missing.
        number: i64,
    },
    /// The entry does not belong where it stands: it was inserted or moved.
    Displaced {
        /// Its number.
        number: i64,
        /// Its id.
        id: String,
    },
    /// The log ends before (or beyond) where its head says it ends.
    WrongEnd {
        /// Entries that the head counts.
        expected: i64,
        /// Entries that are there.
        found: i64,
    },
    /// The log does not lead through a checkpoint that was taken earlier.
    NotTheSameLog {
        /// The checkpoint's number of entries.
        number: i64,
    },
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed { number, id } => write!(f, "entry {number} ({id}) was changed after it was written"),
            Self::Removed { number } => write!(f, "entry {number} was removed"),
            Self::Displaced { number, id } => write!(f, "entry {number} ({id}) was inserted or moved"),
            Self::WrongEnd { expected, found } => {
                write!(f, "the log should end with entry {expected} and ends with entry {found}")
            }
            Self::NotTheSameLog { number } => {
                write!(f, "the log does not agree with the checkpoint at entry {number}: it was rewritten")
            }
        }
    }
}

/// The outcome of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Sealed entries that were read.
    pub entries: i64,
    /// Entries that were not sealed yet.
    pub pending: i64,
    /// What is wrong; empty when nothing is.
    pub findings: Vec<Finding>,
}

/// Reads the whole log in its order and recomputes every digest and link.
pub async fn verify(engine: &Engine, checkpoint: Option<&Checkpoint>) -> Result<Report, ApiError> {
    let access = Access::system("verifying the audit log");
    let mut rows = engine.read().await?;
    let head = rows.sql("SELECT count, hash FROM audit_head");
    let head = rows.one(&access, &head, |row| Ok((required(row.int(0)?)?, required(row.bytes(1)?)?))).await?;
    let pending = rows.sql("SELECT count(*) FROM audit_entries WHERE seq IS NULL");
    let pending = rows.one(&access, &pending, |row| required(row.int(0)?)).await?.unwrap_or(0);

    let mut report = Report { pending, ..Report::default() };
    let mut before = vec![0_u8; 32];
    let mut expected = 0;
    let mut met_checkpoint = checkpoint.is_none_or(|checkpoint| checkpoint.count == 0);
    let all = rows.sql(
        "SELECT id, at, actor_id, actor_name, token_id, address, agent, request_id, action, resource, object_id, \
         object_name, folder_id, changes, digest, seq, link FROM audit_entries WHERE seq IS NOT NULL ORDER BY seq",
    );
    rows.each(&access, &all, |row| {
        let entry = read(row)?;
        let (digest, number, stored) = (required(row.bytes(14)?)?, required(row.int(15)?)?, required(row.bytes(16)?)?);
        report.entries += 1;
        expected += 1;
        let id = entry.id.to_string();
        if number != expected {
            report.findings.push(Finding::Removed { number: expected });
            expected = number;
        }
        let computed = entry.digest();
        if computed.as_slice() != digest {
            report.findings.push(Finding::Changed { number, id: id.clone() });
        }
        let linked = link(&before, number, &computed);
        // After a finding the stored link is followed, so that one mended entry is one finding.
        if linked.as_slice() != stored && computed.as_slice() == digest && !after_gap(&report, number) {
            report.findings.push(Finding::Displaced { number, id });
        }
        if let Some(checkpoint) = checkpoint.filter(|checkpoint| checkpoint.count == number) {
            met_checkpoint = hex(&stored) == checkpoint.hash;
        }
        before = stored;
        Ok(())
    })
    .await?;
    let (count, hash) = head.unwrap_or((0, vec![0; 32]));
    if count != expected || (report.findings.is_empty() && hash != before) {
        report.findings.push(Finding::WrongEnd { expected: count, found: expected });
    }
    if let Some(checkpoint) = checkpoint.filter(|_| !met_checkpoint) {
        report.findings.push(Finding::NotTheSameLog { number: checkpoint.count });
    }
    Ok(report)
}

/// The link after a gap cannot fit; the gap itself was reported.
fn after_gap(report: &Report, number: i64) -> bool {
    matches!(report.findings.last(), Some(Finding::Removed { number: gap }) if *gap < number)
}

fn read(row: &store::Row<'_>) -> Result<Row, store::Error> {
    Ok(Row {
        id: required(row.uuid(0)?)?,
        at: required(row.time(1)?)?,
        actor: row.uuid(2)?,
        actor_name: row.text(3)?.unwrap_or_default(),
        token: row.uuid(4)?,
        address: row.text(5)?,
        agent: row.text(6)?,
        request: row.text(7)?,
        action: row.text(8)?.unwrap_or_default(),
        resource: row.text(9)?.unwrap_or_default(),
        object: row.uuid(10)?,
        name: row.text(11)?.unwrap_or_default(),
        folder: row.uuid(12)?,
        changes: row.text(13)?.unwrap_or_default(),
    })
}
