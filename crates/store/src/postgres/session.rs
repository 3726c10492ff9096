//! A transaction on a connection of the pool. Says `BEGIN` and `COMMIT` itself, so that it owns its connection and borrows
//! from nobody.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::TryStreamExt as _;
use tokio::runtime::Handle;
use tokio_postgres::{SimpleQueryMessage, Statement as Prepared};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::sorted;
use crate::statement::fits;
use crate::totals::Totals;
use crate::tx::Visit;
use crate::{Error, Row, Statement, Value};

/// The engine builds SQL from what people ask for, so there is no end to the texts. The server keeps a plan for each.
const PLANS: usize = 1_000;
/// How often a statement is cancelled before the connection is closed all the same.
const CANCELLATIONS: usize = 20;
/// Rows that are on their way to the server at the same time.
const AT_ONCE: usize = 500;
/// How long a cancelled statement has to end before it is cancelled again.
const CANCEL_AGAIN: Duration = Duration::from_millis(250);
/// Whether [`STATE`] means here what it means in PostgreSQL. Others that speak the protocol give snapshots other names.
const TELLS_STATES: &str = "SELECT version() LIKE 'PostgreSQL %' AND version() NOT LIKE '%-YB-%' \
     AND current_setting('server_version_num')::int >= 130000";
/// The transactions whose outcome is seen: what decides, row by row, what a snapshot shows. A standby does not list those
/// that are still running.
const STATE: &str = "SELECT CASE WHEN pg_is_in_recovery() THEN NULL \
     ELSE pg_current_snapshot()::text || '/' || pg_postmaster_start_time()::text END";

/// Counts, by the name of the state that they were made in.
pub(crate) type SharedTotals = Arc<Mutex<Totals<String>>>;

/// A connection on loan, in a transaction or not.
pub(crate) struct Session {
    /// Always there, until it is dropped.
    client: Option<Object>,
    /// For the line beside it on which a statement is cancelled.
    tls: MakeRustlsConnect,
    /// The name of the state that a snapshot shows, and the counts of all sessions.
    snapshot: Option<(String, SharedTotals)>,
    in_transaction: bool,
    /// The server may be working for us: something was sent and its answer not awaited.
    busy: bool,
}

impl Session {
    pub(super) fn new(client: Object, tls: MakeRustlsConnect) -> Self {
        Self { client: Some(client), tls, snapshot: None, in_transaction: false, busy: false }
    }

    pub(super) async fn open(mut self, begin: &str) -> Result<Self, Error> {
        self.in_transaction = true;
        self.script(begin).await?;
        Ok(self)
    }

    /// Opens a snapshot, asking on the same way for the name of the state that it shows.
    ///
    /// The name counts the connections `opened` so far as well: a server that recovered from a crash, or another one in
    /// its place, may give the same names to other data, but nobody gets there on a connection from before.
    pub(super) async fn open_snapshot(
        mut self,
        begin: &str,
        opened: u64,
        totals: &SharedTotals,
    ) -> Result<Self, Error> {
        self.in_transaction = true;
        self.busy = true;
        let answers = self.client()?.simple_query(&format!("{begin}; {STATE}")).await;
        let answers = self.rest(answers.map_err(sorted))?;
        let state = answers.iter().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        self.snapshot = state.map(|state| (format!("{opened}/{state}"), Arc::clone(totals)));
        Ok(self)
    }

    /// The name of the state that this snapshot shows, if it is one and the server tells.
    pub(super) fn state(&self) -> Option<&str> {
        self.snapshot.as_ref().map(|(state, _)| state.as_str())
    }

    /// Whether the server can name its states.
    pub(super) async fn tells_states(&mut self) -> bool {
        self.busy = true;
        let told = match self.client() {
            Ok(client) => client.query_one(TELLS_STATES, &[]).await.is_ok_and(|row| row.try_get(0).unwrap_or(false)),
            Err(_) => false,
        };
        self.busy = false;
        told
    }

    /// The number that the query selects: remembered from a session that saw the same state, or counted now.
    pub(crate) async fn total(&mut self, statement: &Statement) -> Result<i64, Error> {
        if let Some((name, totals)) = &self.snapshot
            && let Some(count) = locked(totals).known(name, statement)
        {
            return Ok(count);
        }
        let mut found = None;
        self.visit(statement, &mut |row| {
            found = row.int(0)?;
            Ok(ControlFlow::Break(()))
        })
        .await?;
        let count = found.ok_or_else(|| Error::Invalid("a count has to find a number".into()))?;
        if let Some((name, totals)) = &self.snapshot {
            locked(totals).learn(name.clone(), statement, count);
        }
        Ok(count)
    }

    pub(crate) async fn execute(&mut self, statement: &Statement) -> Result<u64, Error> {
        self.busy = true;
        let client = self.client()?;
        let prepared = prepare(client, statement).await;
        let outcome = match prepared {
            Ok(prepared) => client.execute_raw(&prepared, statement.params()).await.map_err(sorted),
            Err(error) => Err(error),
        };
        self.rest(outcome)
    }

    /// One text for each row of values; the answers are awaited together.
    pub(crate) async fn execute_each(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<(), Error> {
        self.busy = true;
        let outcome = each(self.client()?, sql, rows).await;
        self.rest(outcome)
    }

    pub(crate) async fn visit(&mut self, statement: &Statement, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.busy = true;
        let outcome = rows(self.client()?, statement, visit).await;
        self.rest(outcome)
    }

    /// Several statements without values.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.busy = true;
        let outcome = self.client()?.batch_execute(sql).await.map_err(sorted);
        self.rest(outcome)
    }

    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        if self.in_transaction {
            self.script("COMMIT").await?;
            self.in_transaction = false;
        }
        Ok(())
    }

    fn rest<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        self.busy = false;
        if let (Err(Error::Retry), Some(client)) = (&outcome, &self.client) {
            // Among the reasons to try again is a plan that the schema has left behind.
            client.statement_cache.clear();
        }
        outcome
    }

    fn client(&self) -> Result<&Object, Error> {
        self.client.as_ref().ok_or(Error::Closed)
    }
}

/// A panic elsewhere leaves counts behind that are still right.
fn locked(totals: &SharedTotals) -> MutexGuard<'_, Totals<String>> {
    totals.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn each(client: &Object, sql: &str, rows: &[Vec<Value>]) -> Result<(), Error> {
    let prepared = planned(client, sql).await?;
    rows.iter().try_for_each(|values| fits(prepared.params().len(), values))?;
    for batch in rows.chunks(AT_ONCE) {
        let sent = batch.iter().map(|values| client.execute_raw(&prepared, values));
        futures_util::future::try_join_all(sent).await.map_err(sorted)?;
    }
    Ok(())
}

async fn rows(client: &Object, statement: &Statement, visit: &mut Visit<'_>) -> Result<(), Error> {
    let prepared = prepare(client, statement).await?;
    let stream = client.query_raw(&prepared, statement.params()).await.map_err(sorted)?;
    let mut stream = std::pin::pin!(stream);
    let mut wanted = true;
    // The server sends everything anyway; reading to the end is how an error in a later row is noticed.
    while let Some(row) = stream.try_next().await.map_err(sorted)? {
        if wanted {
            wanted = visit(&Row::postgres(&row))?.is_continue();
        }
    }
    Ok(())
}

async fn prepare(client: &Object, statement: &Statement) -> Result<Prepared, Error> {
    let prepared = planned(client, statement.sql()).await?;
    fits(prepared.params().len(), statement.params())?;
    Ok(prepared)
}

async fn planned(client: &Object, sql: &str) -> Result<Prepared, Error> {
    if client.statement_cache.size() >= PLANS {
        client.statement_cache.clear();
    }
    client.prepare_cached(sql).await.map_err(sorted)
}

impl Drop for Session {
    /// A connection with an open transaction must not reach the next borrower.
    fn drop(&mut self) {
        let Some(client) = self.client.take() else {
            return;
        };
        if !self.in_transaction && !self.busy {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            // Nobody to talk to the server: closing the connection rolls back as well.
            drop(Object::take(client));
            return;
        };
        let (busy, tls) = (self.busy, self.tls.clone());
        runtime.spawn(async move {
            if busy {
                stop(&client, &tls).await;
                drop(Object::take(client));
            } else if client.batch_execute("ROLLBACK").await.is_err() {
                drop(Object::take(client));
            }
        });
    }
}

/// Stops what the server does for somebody who left. Cancelling once is not enough: the cancellation may overtake the
/// statement it is meant for. For the same reason the connection is not used again: it may also arrive late, and hit what
/// the next borrower does.
async fn stop(client: &Object, tls: &MakeRustlsConnect) {
    let mut ended = std::pin::pin!(client.batch_execute("ROLLBACK"));
    for _ in 0..CANCELLATIONS {
        if let Err(cause) = client.cancel_token().cancel_query(tls.clone()).await {
            tracing::debug!(%cause, "a statement whose caller left could not be cancelled");
        }
        if tokio::time::timeout(CANCEL_AGAIN, ended.as_mut()).await.is_ok() {
            return;
        }
    }
}
