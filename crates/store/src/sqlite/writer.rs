//! Write transactions, and the commit they share.
//!
//! A commit that survives a power cut waits for the disk, and the disk takes as long for a hundred transactions as for
//! one. So each transaction is a savepoint inside a shared outer one, the group. Who commits while others queue releases
//! its savepoint, hands the writer over and waits; who finds nobody behind it commits the outer transaction for all and
//! tells them. Nobody is told "committed" before the disk has it.
//!
//! ```text
//! A: BEGIN, SAVEPOINT … RELEASE ─ waits ───────────────────────────────┐
//! B:                             SAVEPOINT … RELEASE ─ waits ──────────┤
//! C:                                          SAVEPOINT … RELEASE, COMMIT ─▶ A, B and C answer
//! ```
//!
//! What could leave somebody waiting, and why it does not:
//! * Those behind it give up, so nobody comes to commit. The first who hands over also queues a task of its own, the
//!   closer, which commits the group if nobody else has by the time it gets its turn.
//! * It gives up itself: its work stays in the group (its caller left without an answer), the closer takes care.
//! * A transaction is dropped: it rolls back to its own savepoint; the group goes on.
//! * SQLite rolls the outer transaction back on its own (disk full, I/O error): found out by whoever comes next, who tells
//!   all in the group.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::fault::sorted;
use super::readers::Waiting;
use super::{off_the_runtime, run};
use crate::tx::Visit;
use crate::{Error, Statement, Value};

/// No more transactions than this share one commit.
const LARGEST: usize = 64;
/// A group this old is committed at the next opportunity: the first in it shall not pay for the last.
const OLDEST: Duration = Duration::from_millis(2);

/// Who gets the writing connection next. First come, first served.
pub(super) struct Writer {
    seat: Arc<Mutex<Seat>>,
    waiting: Arc<AtomicUsize>,
}

impl Writer {
    pub(super) fn new(connection: Connection) -> Self {
        let seat = Seat { connection: Some(connection), group: None, groups: 0 };
        Self { seat: Arc::new(Mutex::new(seat)), waiting: Arc::default() }
    }

    /// How many queue to write.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(super) async fn begin(&self, closed: &AtomicBool) -> Result<Writing, Error> {
        let mut seat = self.turn(closed).await?;
        seat.join()?;
        Ok(self.writing(seat, false))
    }

    /// A transaction for migrations: alone in its group, and free to drop and rebuild a table that others refer to, which
    /// SQLite allows only while it does not watch references. They are checked before the commit instead.
    pub(super) async fn begin_schema(&self, closed: &AtomicBool) -> Result<Writing, Error> {
        let mut seat = self.turn(closed).await?;
        // The group has been told how it went; to us it only matters that it is gone.
        let _ = seat.finish();
        watch_references(seat.connection()?, false)?;
        let joined = seat.join();
        let writing = self.writing(seat, true);
        joined.map(|()| writing)
    }

    /// Waits for everybody who is before, commits what is open, folds the log into the file and closes it.
    pub(super) async fn close(&self) {
        let mut seat = Arc::clone(&self.seat).lock_owned().await;
        off_the_runtime(|| {
            let _ = seat.finish();
            let Some(connection) = seat.connection.take() else {
                return;
            };
            // A query, not a statement: it answers a row.
            let folded = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
            if folded != Ok(0) {
                tracing::warn!(?folded, "the write-ahead log stays beside the database; nothing is lost");
            }
            if let Err((_, cause)) = connection.close() {
                tracing::warn!(%cause, "the database did not close cleanly");
            }
        });
    }

    async fn turn(&self, closed: &AtomicBool) -> Result<OwnedMutexGuard<Seat>, Error> {
        let waiting = Waiting::new(&self.waiting);
        let seat = Arc::clone(&self.seat).lock_owned().await;
        drop(waiting);
        if closed.load(Ordering::Acquire) { Err(Error::Closed) } else { Ok(seat) }
    }

    fn writing(&self, seat: OwnedMutexGuard<Seat>, schema: bool) -> Writing {
        Writing { seat, open: true, schema, queue: Arc::clone(&self.seat), waiting: Arc::clone(&self.waiting) }
    }
}

/// The writing connection and the transaction that is open on it.
struct Seat {
    /// Gone once the database is closed.
    connection: Option<Connection>,
    group: Option<Group>,
    /// How many groups there were; numbers them.
    groups: u64,
}

/// The outer transaction.
struct Group {
    number: u64,
    since: Instant,
    /// Those who released their savepoint and wait for the disk.
    members: Vec<oneshot::Sender<Result<(), Error>>>,
}

impl Seat {
    fn connection(&self) -> Result<&Connection, Error> {
        self.connection.as_ref().ok_or(Error::Closed)
    }

    /// Whether the outer transaction is still there. SQLite may have rolled it back on its own.
    fn is_open(&self) -> bool {
        self.group.is_some() && self.connection.as_ref().is_some_and(|connection| !connection.is_autocommit())
    }

    /// Opens a savepoint, in the open group or a new one.
    fn join(&mut self) -> Result<(), Error> {
        let old = self.group.as_ref().is_some_and(|group| group.since.elapsed() >= OLDEST);
        let lost = self.group.is_some() && !self.is_open();
        if old || lost {
            // Its members are told how it went; whoever comes now has no part in it.
            let _ = off_the_runtime(|| self.finish());
        }
        if self.group.is_none() {
            run::control(self.connection()?, "BEGIN IMMEDIATE")?;
            self.groups += 1;
            self.group = Some(Group { number: self.groups, since: Instant::now(), members: Vec::new() });
        }
        run::control(self.connection()?, "SAVEPOINT tx").inspect_err(|_| self.abandon())
    }

    /// Ends the group on the disk and tells its members. Does nothing when there is no group.
    fn finish(&mut self) -> Result<(), Error> {
        let lost = !self.is_open();
        let Some(group) = self.group.take() else {
            return Ok(());
        };
        let outcome = if lost { Err(lost_group()) } else { run::control(self.connection()?, "COMMIT") };
        if outcome.is_err() {
            self.roll_back();
        }
        for member in group.members {
            // A member that gave up does not listen.
            let _ = member.send(outcome.as_ref().map(|&()| ()).map_err(again));
        }
        outcome
    }

    /// Undoes the savepoint of a transaction that is given up, and nothing else.
    fn abandon(&mut self) {
        let alone = self.group.as_ref().is_none_or(|group| group.members.is_empty());
        if alone {
            self.group = None;
            return self.roll_back();
        }
        let undone = self.is_open()
            && self.connection().is_ok_and(|connection| {
                run::control(connection, "ROLLBACK TO tx").and_then(|()| run::control(connection, "RELEASE tx")).is_ok()
            });
        if !undone {
            // The others cannot be told apart from what is broken any more.
            self.roll_back();
            let _ = self.finish();
        }
    }

    /// Rolls the outer transaction back, if one is open.
    fn roll_back(&self) {
        let Some(connection) = &self.connection else {
            return;
        };
        if !connection.is_autocommit()
            && let Err(cause) = run::control(connection, "ROLLBACK")
        {
            tracing::error!(%cause, "a write transaction could not be rolled back");
        }
    }
}

/// Not through the statement cache: this pragma acts when it is compiled, a cached one would do nothing.
fn watch_references(connection: &Connection, watch: bool) -> Result<(), Error> {
    connection
        .execute_batch(if watch { "PRAGMA foreign_keys = ON" } else { "PRAGMA foreign_keys = OFF" })
        .map_err(sorted)
}

fn lost_group() -> Error {
    Error::other("SQLite rolled the transaction back")
}

/// The error of a shared commit, for one more of those who share it.
fn again(error: &Error) -> Error {
    match error {
        Error::Retry => Error::Retry,
        Error::ForeignKey => Error::ForeignKey,
        other => Error::other(format!("the shared commit failed: {other}")),
    }
}

/// A write transaction: the turn to write, and a savepoint. Dropping it undoes the savepoint and passes the turn on.
pub(crate) struct Writing {
    seat: OwnedMutexGuard<Seat>,
    /// The savepoint is neither released nor undone.
    open: bool,
    schema: bool,
    queue: Arc<Mutex<Seat>>,
    waiting: Arc<AtomicUsize>,
}

impl Writing {
    pub(crate) fn execute(&mut self, statement: &Statement) -> Result<u64, Error> {
        run::execute(self.connection()?, statement)
    }

    pub(crate) fn execute_each(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<(), Error> {
        let connection = self.connection()?;
        off_the_runtime(|| run::execute_each(connection, sql, rows))
    }

    pub(crate) fn visit(&mut self, statement: &Statement, visit: &mut Visit<'_>) -> Result<(), Error> {
        run::visit(self.connection()?, statement, visit)
    }

    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.connection()?.execute_batch(sql).map_err(sorted)
    }

    pub(crate) fn control(&mut self, sql: &str) -> Result<(), Error> {
        run::control(self.connection()?, sql)
    }

    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        if self.schema {
            self.check_references()?;
        }
        self.control("RELEASE tx")?;
        self.open = false;
        let waiting = self.waiting.load(Ordering::Acquire);
        let seat = &mut *self.seat;
        let group = seat.group.as_mut().ok_or_else(lost_group)?;
        let ripe = group.members.len() + 1 >= LARGEST || group.since.elapsed() >= OLDEST;
        if ripe || waiting == 0 || self.schema {
            return off_the_runtime(|| seat.finish());
        }

        let (tell, told) = oneshot::channel();
        group.members.push(tell);
        if group.members.len() == 1 {
            tokio::spawn(close_group(Arc::clone(&self.queue), group.number));
        }
        drop(self);
        // Unanswered only when the store itself is gone, and the transaction with it.
        told.await.unwrap_or(Err(Error::Closed))
    }

    /// The connection, unless the transaction on it is gone: what follows would then be kept statement by statement.
    fn connection(&self) -> Result<&Connection, Error> {
        if self.seat.is_open() { self.seat.connection() } else { Err(lost_group()) }
    }

    fn check_references(&self) -> Result<(), Error> {
        let mut check = self.connection()?.prepare("PRAGMA foreign_key_check").map_err(sorted)?;
        let mut broken = check.query([]).map_err(sorted)?;
        match broken.next().map_err(sorted)? {
            None => Ok(()),
            Some(row) => {
                let (from, to): (String, String) = (row.get(0).map_err(sorted)?, row.get(2).map_err(sorted)?);
                Err(Error::other(format!("a row of {from} refers to a row of {to} that does not exist")))
            }
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if self.open {
            self.seat.abandon();
        }
        if self.schema
            && let Err(cause) = self.seat.connection().and_then(|connection| watch_references(connection, true))
        {
            tracing::error!(%cause, "references are not watched any more");
        }
    }
}

/// Commits the group when its turn comes and nobody else has: the promise behind every hand-over.
async fn close_group(queue: Arc<Mutex<Seat>>, number: u64) {
    let mut seat = queue.lock_owned().await;
    if seat.group.as_ref().is_some_and(|group| group.number == number) {
        // The members are told; there is nobody else to tell.
        let _ = off_the_runtime(|| seat.finish());
    }
}
