//! The way in: open a database, start a transaction, close.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Mark, Tx, postgres, sqlite};

/// Which database is behind a store. SQL that must differ asks this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// A file, inside the program.
    Sqlite,
    /// A server.
    Postgres,
}

impl Dialect {
    /// SQL that reads a text out of a document that lies in a column; `NULL` where there is none. The names are part of
    /// the SQL, so only plain words are looked for.
    pub fn json_text(self, column: &str, path: &[&str]) -> String {
        let plain = |name: &&str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        };
        if !path.iter().all(plain) {
            return "NULL".into();
        }
        match self {
            Self::Sqlite => format!("json_extract({column}, '$.\"{}\"')", path.join("\".\"")),
            Self::Postgres => format!("({column} #>> '{{{}}}')", path.join(",")),
        }
    }
}

/// How busy the connections are, for metrics. On SQLite these are the readers; the one writer is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolStatus {
    /// How many connections there may be.
    pub size: usize,
    /// How many more could be handed out right now.
    pub available: usize,
    /// How many callers wait for one; on SQLite those that wait to write count as well.
    pub waiting: usize,
}

/// A database. Cheap to clone; all clones are the same database.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    statements: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Backend {
    Sqlite(Arc<sqlite::Database>),
    Postgres(postgres::Database),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the file, creating it if there is none, with up to `readers` (at least 1) connections that read at the same
    /// time beside the one that writes.
    pub async fn open_sqlite(file: &Path, readers: usize) -> Result<Self, Error> {
        let database = sqlite::Database::open(file, readers).await?;
        Ok(Self::over(Backend::Sqlite(Arc::new(database))))
    }

    /// Opens a pool of up to `connections` (at least 1) to the server at `url`
    /// (`postgres://user:password@host/name?sslmode=…`), whose certificate must go back to those in the PEM file
    /// `authorities`, if given. Connects once, so that a wrong address is [`Error::Unreachable`] now and not at the first
    /// request.
    pub async fn open_postgres(url: &str, authorities: Option<&Path>, connections: usize) -> Result<Self, Error> {
        let database = postgres::Database::open(url, authorities, connections).await?;
        Ok(Self::over(Backend::Postgres(database)))
    }

    fn over(backend: Backend) -> Self {
        Self { backend, statements: Arc::default() }
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A write transaction. On SQLite one writes at a time, in the order they asked, and those that wait share one
    /// commit to the disk: keep it short, everybody behind it waits. Never hold one across network calls, and never
    /// leave a future of `begin` unpolled while committing in the same task: it may have been given the turn.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(match &self.backend {
            Backend::Sqlite(database) => Tx::sqlite_writer(database.begin().await?, &self.statements),
            Backend::Postgres(database) => Tx::postgres(database.begin().await?, &self.statements),
        })
    }

    /// A read-only snapshot: all its statements see the same data. Writing in it is an error.
    pub async fn read(&self) -> Result<Tx, Error> {
        Ok(match &self.backend {
            Backend::Sqlite(database) => Tx::sqlite_reader(database.read().await?, &self.statements),
            Backend::Postgres(database) => Tx::postgres(database.read().await?, &self.statements),
        })
    }

    /// The same, knowing which state of the data it shows, if that can be told: see [`Tx::mark`].
    pub async fn read_marked(&self) -> Result<Tx, Error> {
        Ok(match &self.backend {
            Backend::Sqlite(database) => {
                let (reading, state) = database.read_marked().await?;
                let mark = state.map(|state| Mark::named(state.to_string()));
                Tx::sqlite_reader(reading, &self.statements).marked(mark)
            }
            Backend::Postgres(database) => {
                let (session, state) = database.read_marked().await?;
                Tx::postgres(session, &self.statements).marked(state.map(Mark::named))
            }
        })
    }

    /// One quick point read, without a transaction and without leaving the thread: for what every request needs and an
    /// index answers. Has its own connections on SQLite, so it does not queue behind long lists.
    pub async fn peek(&self) -> Result<Tx, Error> {
        Ok(match &self.backend {
            Backend::Sqlite(database) => Tx::sqlite_reader(database.peek().await?, &self.statements),
            Backend::Postgres(database) => Tx::postgres(database.peek().await?, &self.statements),
        })
    }

    /// A write transaction that may rebuild tables: see [`migrate`](mod@crate::migrate).
    pub(crate) async fn begin_schema(&self) -> Result<Tx, Error> {
        match &self.backend {
            Backend::Sqlite(database) => Ok(Tx::sqlite_writer(database.begin_schema().await?, &self.statements)),
            Backend::Postgres(_) => self.begin().await,
        }
    }

    /// How many statements were run since the start. Beginning, committing and savepoints are not counted.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How busy the connections are.
    pub fn pool(&self) -> PoolStatus {
        match &self.backend {
            Backend::Sqlite(database) => database.status(),
            Backend::Postgres(database) => database.status(),
        }
    }

    /// Carries out work that asks this database several things and waits for nothing else, least of all for its turn: a
    /// transaction that exists already. On SQLite it then leaves the runtime's threads once, not for each question.
    pub async fn in_one_stay<F: Future>(&self, work: F) -> F::Output {
        match &self.backend {
            Backend::Sqlite(_) => sqlite::in_one_stay(work).await,
            Backend::Postgres(_) => work.await,
        }
    }

    /// Closes cleanly: new work is refused with [`Error::Closed`], running transactions may end (readers get five
    /// seconds), and on SQLite the write-ahead log is folded into the file. Calling it again does nothing.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite(database) => database.close().await,
            Backend::Postgres(database) => database.close(),
        }
    }

    /// Writes a consistent, compact and synced copy of the database to `file`, which must not exist, while others read
    /// and write. [`Error::Unsupported`] on PostgreSQL, which has its own tools for that.
    pub async fn snapshot_to(&self, file: &Path) -> Result<(), Error> {
        match &self.backend {
            Backend::Sqlite(database) => database.snapshot_to(file).await,
            Backend::Postgres(_) => Err(Error::Unsupported),
        }
    }
}
