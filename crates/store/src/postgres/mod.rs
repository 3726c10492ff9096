//! PostgreSQL, and what speaks its protocol. Only the portable part: no advisory locks, no `LISTEN`.
//!
//! * `session.rs`: a transaction on a pooled connection
//! * `bind.rs`: a value in the type the server asks for
//! * `read.rs`: a cell by the type the server sends
//! * `fault.rs`: which error is which
//! * `tls.rs`: how the line is protected

mod bind;
mod fault;
mod read;
mod session;
mod tls;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use tokio_postgres_rustls::MakeRustlsConnect;

pub(crate) use read::cell;
pub(crate) use session::Session;

use crate::{Error, PoolStatus};
use fault::sorted;
use session::SharedTotals;

/// How long to wait for the server to take a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How a reading transaction begins.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// How long to wait for a connection of the pool before the request is given up.
const QUEUE: Duration = Duration::from_secs(30);

/// A pool of connections.
#[derive(Clone)]
pub(crate) struct Database {
    pool: Pool,
    tls: MakeRustlsConnect,
    /// Connections that were opened so far.
    opened: Arc<AtomicU64>,
    /// Whether the server tells states of its data apart. If not, everything is counted each time.
    tells_states: bool,
    totals: SharedTotals,
}

impl Database {
    pub(crate) async fn open(url: &str, authorities: Option<&Path>, connections: usize) -> Result<Self, Error> {
        let (mut config, tls) = tls::address(url, authorities)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("tessera");
        }
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, tls.clone(), recycling);
        let pool = Pool::builder(manager)
            .max_size(connections.max(1))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(QUEUE))
            .build()
            .map_err(Error::other)?;
        let (opened, totals) = (Arc::default(), SharedTotals::default());
        let mut database = Self { pool, tls, opened, tells_states: false, totals };
        database.tells_states = database.peek().await?.tells_states().await;
        Ok(database)
    }

    pub(crate) async fn begin(&self) -> Result<Session, Error> {
        self.peek().await?.open("BEGIN").await
    }

    pub(crate) async fn read(&self) -> Result<Session, Error> {
        let session = self.peek().await?;
        if !self.tells_states {
            return session.open(SNAPSHOT).await;
        }
        let opened = self.opened.load(Ordering::Acquire);
        session.open_snapshot(SNAPSHOT, opened, &self.totals).await
    }

    /// The same with the name of the state that it shows, if it has one.
    pub(crate) async fn read_marked(&self) -> Result<(Session, Option<String>), Error> {
        let session = self.read().await?;
        let state = session.state().map(str::to_owned);
        Ok((session, state))
    }

    /// A connection without a transaction.
    pub(crate) async fn peek(&self) -> Result<Session, Error> {
        match self.pool.get().await {
            Ok(client) => {
                if Object::metrics(&client).recycle_count == 0 {
                    self.opened.fetch_add(1, Ordering::AcqRel);
                }
                Ok(Session::new(client, self.tls.clone()))
            }
            Err(PoolError::Closed) => Err(Error::Closed),
            Err(PoolError::Backend(cause)) => Err(Error::Unreachable(fault::reason(&cause))),
            Err(PoolError::Timeout(_)) => Err(Error::Unreachable("all connections are busy".into())),
            Err(other) => Err(Error::other(other)),
        }
    }

    pub(crate) fn status(&self) -> PoolStatus {
        let status = self.pool.status();
        // Connections that are not open yet can be had as well.
        let unopened = status.max_size.saturating_sub(status.size);
        PoolStatus { size: status.max_size, available: status.available + unopened, waiting: status.waiting }
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}
