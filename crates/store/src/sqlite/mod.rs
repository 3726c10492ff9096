//! SQLite: one connection that writes, several that read, all on one file in WAL mode.
//!
//! * `writer.rs`: write transactions and the commit they share
//! * `readers.rs`: the pool of reading connections
//! * `totals.rs`: which counts a reading connection may remember
//! * `watch.rs`: numbers for the states of the file
//! * `run.rs`: binding values and stepping through rows
//! * `fault.rs`: which error is which

mod fault;
mod readers;
mod run;
mod totals;
mod watch;
mod writer;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tokio::runtime::{Handle, RuntimeFlavor};

pub(crate) use readers::Reading;
pub(crate) use run::cell;
pub(crate) use writer::Writing;

use crate::{Error, PoolStatus};
use fault::sorted;
use readers::Readers;
use watch::Watch;
use writer::Writer;

/// How long a statement waits for another process that holds the file.
const BUSY: Duration = Duration::from_secs(5);
/// How long [`Database::close`] waits for readers.
const FAREWELL: Duration = Duration::from_secs(5);
/// Connections kept for `peek`: it never waits while holding one, so as many as there are usually cores to run on.
const PEEKERS: usize = 4;

/// An open file.
pub(crate) struct Database {
    file: PathBuf,
    writer: Writer,
    readers: Arc<Readers>,
    peekers: Arc<Readers>,
    watch: Watch,
    closed: AtomicBool,
}

impl Database {
    pub(crate) async fn open(file: &Path, readers: usize) -> Result<Self, Error> {
        let path = file.to_owned();
        let connection = tokio::task::spawn_blocking(move || connect(&path)).await.map_err(Error::other)??;
        Ok(Self {
            file: file.to_owned(),
            writer: Writer::new(connection),
            readers: Readers::new(file, readers.max(1)),
            peekers: Readers::new(file, PEEKERS),
            watch: Watch::new(file),
            closed: AtomicBool::new(false),
        })
    }

    pub(crate) async fn begin(&self) -> Result<Writing, Error> {
        self.writer.begin(&self.closed).await
    }

    pub(crate) async fn begin_schema(&self) -> Result<Writing, Error> {
        self.writer.begin_schema(&self.closed).await
    }

    pub(crate) async fn read(&self) -> Result<Reading, Error> {
        self.refuse_if_closed()?;
        self.readers.take().await?.snapshot()
    }

    /// The same with the number of the state that it shows; none when somebody committed in this very moment.
    pub(crate) async fn read_marked(&self) -> Result<(Reading, Option<i64>), Error> {
        let reading = self.read().await?;
        let before = self.watch.state()?;
        // Nothing was read yet: this is what opens the snapshot.
        reading.version()?;
        let after = self.watch.state()?;
        Ok((reading, (before == after).then_some(before)))
    }

    pub(crate) async fn peek(&self) -> Result<Reading, Error> {
        self.refuse_if_closed()?;
        self.peekers.take().await
    }

    pub(crate) fn status(&self) -> PoolStatus {
        let readers = self.readers.status();
        PoolStatus { waiting: readers.waiting + self.writer.waiting(), ..readers }
    }

    pub(crate) async fn close(&self) {
        if self.closed.swap(true, Ordering::AcqRel) {
            return;
        }
        let everybody = async {
            self.readers.close().await;
            self.peekers.close().await;
            self.watch.close();
        };
        if tokio::time::timeout(FAREWELL, everybody).await.is_err() {
            tracing::warn!("closing the database while it is still being read");
        }
        self.writer.close().await;
    }

    pub(crate) async fn snapshot_to(&self, file: &Path) -> Result<(), Error> {
        self.refuse_if_closed()?;
        let (from, to) = (self.file.clone(), file.to_owned());
        tokio::task::spawn_blocking(move || copy(&from, &to)).await.map_err(Error::other)?
    }

    fn refuse_if_closed(&self) -> Result<(), Error> {
        if self.closed.load(Ordering::Acquire) { Err(Error::Closed) } else { Ok(()) }
    }
}

/// Opens one connection with the settings that all of them share.
fn connect(file: &Path) -> Result<Connection, Error> {
    let unreachable = |cause: rusqlite::Error| Error::Unreachable(format!("{}: {cause}", file.display()));
    let connection = Connection::open(file).map_err(unreachable)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.busy_timeout(BUSY).map_err(sorted)?;
    // "a misspelt column" would silently be a text otherwise; PostgreSQL says no, and so shall we.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false).map_err(sorted)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false).map_err(sorted)?;
    // Otherwise SQLite plans a prepared statement anew whenever another value is bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(sorted)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA mmap_size = 268435456;",
        )
        .map_err(unreachable)?;
    Ok(connection)
}

/// Copies the database beside its final name first, so that a half-written copy never looks like a whole one.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    if to.exists() {
        return Err(Error::other(io::Error::new(io::ErrorKind::AlreadyExists, to.display().to_string())));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let name = part.to_str().ok_or_else(|| Error::Invalid("a file name that is not Unicode".into()))?;

    let outcome = connect(from)
        .and_then(|connection| connection.execute("VACUUM INTO ?1", [name]).map_err(sorted))
        // VACUUM INTO leaves the syncing to us.
        .and_then(|_| File::open(&part).and_then(|file| file.sync_all()).map_err(Error::other))
        .and_then(|()| std::fs::rename(&part, to).map_err(Error::other));
    if outcome.is_err() {
        // Nothing to add to the first error if there is no part to remove.
        let _ = std::fs::remove_file(&part);
    }
    outcome
}

/// Carries out work that asks several things, in one stay off the runtime: each question would leave it alone.
pub(crate) async fn in_one_stay<F: Future>(work: F) -> F::Output {
    match Handle::try_current() {
        Ok(runtime) if runtime.runtime_flavor() == RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(|| runtime.block_on(work))
        }
        _ => work.await,
    }
}

/// Does work that may wait for the disk or walk many rows, while the other tasks of this thread move elsewhere. On a
/// single-threaded runtime, or without one, there is no elsewhere.
fn off_the_runtime<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    /// Planning takes longer than most of what is planned.
    #[test]
    fn other_values_need_no_other_plan() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let connection = connect(&folder.path().join("test.sqlite")).expect("it opens");
        connection
            .execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER); INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2); CREATE INDEX t_size ON t (size); ANALYZE")
            .expect("a table");
        let mut find = connection.prepare("SELECT id FROM t WHERE name = ?1 OR size > ?2").expect("prepares");
        for value in ["a", "b", "c"] {
            find.query_map((value, 1), |row| row.get::<_, i64>(0)).expect("runs").for_each(drop);
        }
        assert_eq!(find.get_status(StatementStatus::RePrepare), 0);
    }
}
