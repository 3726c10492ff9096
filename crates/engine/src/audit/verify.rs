//! Proof that the log is what it was.

use super::chain::{Checkpoint, link};
use super::entry::Row;
use crate::access::Access;
use crate::engine::Engine;
use crate::error::ApiError;
use crate::hex::hex;
use crate::rows::required;
use std::collections::VecDeque;

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
    /// Entries are missing.
    Removed {
        /// The first number that is missing.
        from: i64,
        /// The last one.
        to: i64,
    },
    /// The entry does not follow from any entry before it: it was inserted, moved or rewritten,
    /// or what stood before it is gone.
    Displaced {
        /// Its number.
        number: i64,
        /// Its id.
        id: String,
    },
    /// The log does not end where its head says it ends.
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
            Self::Removed { from, to } if from == to => write!(f, "entry {from} was removed"),
            Self::Removed { from, to } => write!(f, "entries {from} to {to} were removed"),
            Self::Displaced { number, id } => {
                write!(
                    f,
                    "entry {number} ({id}) does not follow from the one before it: something was inserted, moved, rewritten or removed here"
                )
            }
            Self::WrongEnd { expected, found } if expected == found => {
                write!(f, "the head of the log does not fit its last entry, {found}")
            }
            Self::WrongEnd { expected, found } => {
                write!(f, "the log should end with entry {expected} and ends with entry {found}")
            }
            Self::NotTheSameLog { number } => {
                write!(f, "the log does not agree with the checkpoint at entry {number}: it was rewritten or cut")
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
    let mut walk = Walk::default();
    let mut met_checkpoint = checkpoint.is_none_or(|checkpoint| checkpoint.count == 0);
    let all = rows.sql(
        "SELECT id, at, actor_id, actor_name, credential, token_id, address, agent, request_id, action, resource, object_id, \
         object_name, folder_id, changes, digest, seq, link FROM audit_entries WHERE seq IS NOT NULL ORDER BY seq",
    );
    rows.each(&access, &all, |row| {
        let entry = read(row)?;
        let (digest, number, stored) =
            (required(row.bytes(15)?)?, required(row.int(16)?)?, row.bytes(17)?.unwrap_or_default());
        report.entries += 1;
        if let Some(checkpoint) = checkpoint.filter(|checkpoint| checkpoint.count == number) {
            met_checkpoint = hex(&stored) == checkpoint.hash;
        }
        walk.step(&entry, number, &digest, stored, &mut report.findings);
        Ok(())
    })
    .await?;
    let (count, hash) = head.unwrap_or((0, vec![0; 32]));
    if count != walk.number || (report.findings.is_empty() && hash != walk.before) {
        report.findings.push(Finding::WrongEnd { expected: count, found: walk.number });
    }
    if let Some(checkpoint) = checkpoint.filter(|_| !met_checkpoint) {
        report.findings.push(Finding::NotTheSameLog { number: checkpoint.count });
    }
    Ok(report)
}

/// Links that entries which stood out left behind: what comes after them may follow from any.
const LOOSE: usize = 16;

/// Where the reading is. What follows a finding is measured against what the finding may have
/// left behind, so that one act of tampering is told where it happened and not at every later entry.
struct Walk {
    /// The number of the last entry.
    number: i64,
    /// The link from which the next entry should follow.
    before: Vec<u8>,
    /// Other links from which it may follow.
    loose: VecDeque<Vec<u8>>,
    /// By how much numbers are off, after something was inserted or taken out and the rest renumbered.
    shift: i64,
}

impl Default for Walk {
    fn default() -> Self {
        Self { number: 0, before: vec![0; 32], loose: VecDeque::new(), shift: 0 }
    }
}

impl Walk {
    fn step(&mut self, entry: &Row, number: i64, digest: &[u8], stored: Vec<u8>, findings: &mut Vec<Finding>) {
        let gap = number > self.number + 1;
        if gap {
            findings.push(Finding::Removed { from: self.number + 1, to: number - 1 });
        }
        let computed = entry.digest();
        let changed = computed.as_slice() != digest;
        if changed {
            findings.push(Finding::Changed { number, id: entry.id.to_string() });
        }
        let follows = self.follows(number, digest, &stored) || (changed && self.follows(number, &computed, &stored));
        if !follows {
            // Behind a gap nothing fits, and a changed entry was told already.
            if !gap && !changed {
                findings.push(Finding::Displaced { number, id: entry.id.to_string() });
            }
            let mended = link(&self.before, number - self.shift, digest).to_vec();
            for left_behind in [std::mem::take(&mut self.before), mended] {
                self.loose.push_front(left_behind);
            }
        } else if !self.loose.is_empty() {
            self.loose.push_front(std::mem::take(&mut self.before));
        }
        self.loose.truncate(LOOSE);
        self.before = stored;
        self.number = number.max(0);
    }

    /// Whether the entry follows from what stands before it. The first guess is right unless
    /// something was found.
    fn follows(&mut self, number: i64, digest: &[u8], stored: &[u8]) -> bool {
        if link(&self.before, number - self.shift, digest) == stored {
            return true;
        }
        for shift in [self.shift, self.shift + 1, self.shift - 1] {
            let known = self.loose.iter().chain([&self.before]);
            if self.loose.is_empty() && shift != self.shift {
                break;
            }
            if known.into_iter().any(|before| link(before, number - shift, digest) == stored) {
                self.shift = shift;
                return true;
            }
        }
        false
    }
}

fn read(row: &store::Row<'_>) -> Result<Row, store::Error> {
    Ok(Row {
        id: required(row.uuid(0)?)?,
        at: required(row.time(1)?)?,
        actor: row.uuid(2)?,
        actor_name: row.text(3)?.unwrap_or_default(),
        credential: row.text(4)?.unwrap_or_default(),
        token: row.uuid(5)?,
        address: row.text(6)?,
        agent: row.text(7)?,
        request: row.text(8)?,
        action: row.text(9)?.unwrap_or_default(),
        resource: row.text(10)?.unwrap_or_default(),
        object: row.uuid(11)?,
        name: row.text(12)?.unwrap_or_default(),
        folder: row.uuid(13)?,
        changes: row.text(14)?.unwrap_or_default(),
    })
}
