//! Connections that only read. Opened when first needed, kept ever after, the last used first: its cache is warm.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::fault::sorted;
use super::totals;
use super::{connect, off_the_runtime, run};
use crate::totals::Totals;
use crate::tx::Visit;
use crate::{Error, PoolStatus, Statement};

/// A pool of at most `size` reading connections.
pub(super) struct Readers {
    file: PathBuf,
    size: usize,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    idle: Mutex<Vec<Reader>>,
}

/// A connection, and what it has counted.
struct Reader {
    connection: Connection,
    totals: Totals<i64>,
}

impl Readers {
    pub(super) fn new(file: &Path, size: usize) -> Arc<Self> {
        Arc::new(Self {
            file: file.to_owned(),
            size,
            permits: Arc::new(Semaphore::new(size)),
            waiting: AtomicUsize::new(0),
            idle: Mutex::default(),
        })
    }

    /// A connection for single looks, waiting until one is free.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Reading, Error> {
        let permit = if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            permit
        } else {
            let _waiting = Waiting::new(&self.waiting);
            let turn = Arc::clone(&self.permits).acquire_owned().await;
            turn.map_err(|_| Error::Closed)?
        };
        let idle = self.idle().pop();
        let reader = match idle {
            Some(reader) => reader,
            None => off_the_runtime(|| self.open())?,
        };
        Ok(Reading { reader: Some(reader), snapshot: false, pool: Arc::clone(self), _permit: permit })
    }

    pub(super) fn status(&self) -> PoolStatus {
        PoolStatus {
            size: self.size,
            available: self.permits.available_permits(),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// Waits for everybody who reads, then closes the connections.
    pub(super) async fn close(&self) {
        let all = u32::try_from(self.size).unwrap_or(u32::MAX);
        // An error means that it was closed before.
        let _everybody = self.permits.acquire_many(all).await;
        self.permits.close();
        self.idle().clear();
    }

    fn open(&self) -> Result<Reader, Error> {
        let connection = connect(&self.file)?;
        connection.pragma_update(None, "query_only", true).map_err(sorted)?;
        Ok(Reader { connection, totals: Totals::default() })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Reader>> {
        // A push or a pop leaves nothing half-done, so a poisoned lock is as good as another.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. Goes back when dropped.
pub(crate) struct Reading {
    /// Always there, until it is dropped.
    reader: Option<Reader>,
    snapshot: bool,
    pool: Arc<Readers>,
    /// Dropped after the connection is back.
    _permit: OwnedSemaphorePermit,
}

impl Reading {
    /// From here on all statements see the same data.
    pub(super) fn snapshot(mut self) -> Result<Self, Error> {
        self.control("BEGIN DEFERRED")?;
        self.snapshot = true;
        Ok(self)
    }

    pub(crate) fn execute(&mut self, statement: &Statement) -> Result<u64, Error> {
        run::execute(self.connection()?, statement)
    }

    pub(crate) fn visit(&mut self, statement: &Statement, visit: &mut Visit<'_>) -> Result<(), Error> {
        let connection = self.connection()?;
        if self.snapshot {
            off_the_runtime(|| run::visit(connection, statement, visit))
        } else {
            // A single look is over before another thread would have woken up.
            run::visit(connection, statement, visit)
        }
    }

    /// The number that a count finds, which may be remembered from an earlier transaction.
    pub(crate) fn total(&mut self, statement: &Statement) -> Result<i64, Error> {
        let Reader { connection, totals } = self.reader.as_mut().ok_or(Error::Closed)?;
        if self.snapshot {
            off_the_runtime(|| totals::total(totals, connection, statement))
        } else {
            run::number(connection, statement)
        }
    }

    /// The connection's own number for what it sees. Opens the snapshot, like any question.
    pub(super) fn version(&self) -> Result<i64, Error> {
        run::version(self.connection()?)
    }

    pub(crate) fn control(&mut self, sql: &str) -> Result<(), Error> {
        run::control(self.connection()?, sql)
    }

    fn connection(&self) -> Result<&Connection, Error> {
        self.reader.as_ref().map(|reader| &reader.connection).ok_or(Error::Closed)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(reader) = self.reader.take() else {
            return;
        };
        if !reader.connection.is_autocommit() {
            // Whether it worked is asked below.
            let _ = run::control(&reader.connection, "ROLLBACK");
        }
        // One that cannot end its transaction is closed; another is opened when needed.
        if reader.connection.is_autocommit() {
            self.pool.idle().push(reader);
        }
    }
}

/// Counts one who waits, as long as it lives: also when the waiting is given up.
pub(super) struct Waiting<'c>(&'c AtomicUsize);

impl<'c> Waiting<'c> {
    pub(super) fn new(count: &'c AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
