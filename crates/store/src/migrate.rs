//! Brings a database to the schema this program knows.
//!
//! Each migration runs in its own transaction, together with the row that says it ran: it is there whole or not at all.
//! Several programs may start at once: each step takes the lock, looks again, does one migration.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use crate::{Dialect, Error, Statement, Store, Tx, schema};

const EMBEDDED: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// One step of the schema, in the words of both databases.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its place in the order.
    pub number: u32,
    /// What it does, like `start`.
    pub name: &'static str,
    /// The script for SQLite.
    pub sqlite: &'static str,
    /// The script for PostgreSQL.
    pub postgres: &'static str,
}

/// What a run of migrations did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrated {
    /// The numbers of those that were applied now; empty when the schema was up to date.
    pub applied: Vec<u32>,
    /// The copy of the database as it was before, if one was made.
    pub snapshot: Option<PathBuf>,
}

/// The migrations of this program, in order: the folder `migrations/` when it was built.
pub fn migrations() -> &'static [Migration] {
    EMBEDDED
}

/// Brings the database up to date, as of `now` (kept beside each migration). If a SQLite database that holds something
/// has to be changed, it is first copied into the folder `snapshots`, if given.
///
/// # Errors
/// [`Error::Migration`] names a migration that failed, or that was changed after it had been applied;
/// [`Error::SchemaNewer`] says that a newer program was here. The data is then as it was.
pub async fn migrate(store: &Store, snapshots: Option<&Path>, now: DateTime<Utc>) -> Result<Migrated, Error> {
    migrate_with(store, migrations(), snapshots, now).await
}

/// [`migrate`] with another list: for tests.
pub async fn migrate_with(
    store: &Store,
    list: &[Migration],
    snapshots: Option<&Path>,
    now: DateTime<Utc>,
) -> Result<Migrated, Error> {
    let mut list = list.to_vec();
    list.sort_by_key(|migration| migration.number);
    let mut done = Migrated::default();

    let mut look = store.read().await?;
    let holds_something = !schema::tables(&mut look).await?.is_empty();
    let pending = next(&mut look, &list).await?.is_some();
    look.commit().await?;
    if !pending {
        return Ok(done);
    }
    if let (Some(folder), Dialect::Sqlite, true) = (snapshots, store.dialect(), holds_something) {
        done.snapshot = Some(snapshot(store, folder, now).await?);
    }
    prepare(store).await?;
    loop {
        let mut tx = store.begin_schema().await?;
        if tx.dialect() == Dialect::Postgres {
            // Others that migrate wait here; the lock ends with the transaction.
            let turn = Statement::fixed("SELECT id FROM schema_lock WHERE id = 1 FOR UPDATE");
            tx.one(&turn, |row| row.int(0)).await?;
        }
        let Some(migration) = next(&mut tx, &list).await? else {
            return Ok(done);
        };
        migration.apply(tx, now).await.map_err(|cause| migration.failed(&cause.to_string()))?;
        tracing::info!(number = migration.number, name = migration.name, "migrated");
        done.applied.push(migration.number);
    }
}

impl Migration {
    fn script(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    /// SHA-256 of the script in hexadecimal, the same whether line ends came as LF or CRLF from the version control.
    fn checksum(&self, dialect: Dialect) -> String {
        let script = self.script(dialect).replace("\r\n", "\n");
        let digest = Sha256::digest(script.as_bytes());
        digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    async fn apply(&self, mut tx: Tx, now: DateTime<Utc>) -> Result<(), Error> {
        tx.script(self.script(tx.dialect())).await?;
        let note = Statement::fixed(
            "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        )
        .with(self.number)
        .with(self.name)
        .with(self.checksum(tx.dialect()))
        .with(now);
        tx.execute(&note).await?;
        tx.commit().await
    }

    fn failed(&self, cause: &str) -> Error {
        Error::Migration { number: self.number, name: self.name.into(), cause: cause.into() }
    }
}

/// The first migration that has not run, after making sure that those that have are the ones we know.
async fn next<'l>(tx: &mut Tx, list: &'l [Migration]) -> Result<Option<&'l Migration>, Error> {
    let applied = if schema::exists(tx, "schema_migrations").await? {
        let query = Statement::fixed("SELECT number, checksum FROM schema_migrations ORDER BY number");
        tx.all(&query, |row| Ok((row.int(0)?.unwrap_or_default(), row.text(1)?.unwrap_or_default()))).await?
    } else {
        Vec::new()
    };
    let known = list.last().map_or(0, |migration| migration.number);
    let found = applied.last().map_or(0, |(number, _)| u32::try_from(*number).unwrap_or(u32::MAX));
    if found > known {
        return Err(Error::SchemaNewer { found, known });
    }
    for migration in list {
        let before = applied.iter().find(|(number, _)| *number == i64::from(migration.number));
        match before {
            None => return Ok(Some(migration)),
            Some((_, checksum)) if *checksum != migration.checksum(tx.dialect()) => {
                return Err(migration.failed("it was changed after it had been applied; add a new one instead"));
            }
            Some(_) => {}
        }
    }
    Ok(None)
}

/// Makes the tables that the runner itself needs.
async fn prepare(store: &Store) -> Result<(), Error> {
    let script = match store.dialect() {
        Dialect::Sqlite => {
            "CREATE TABLE IF NOT EXISTS schema_migrations (
                number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)"
        }
        Dialect::Postgres => {
            "CREATE TABLE IF NOT EXISTS schema_migrations (
                number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL);
             CREATE TABLE IF NOT EXISTS schema_lock (id bigint PRIMARY KEY);
             INSERT INTO schema_lock (id) VALUES (1) ON CONFLICT DO NOTHING"
        }
    };
    let mut tries = 0;
    loop {
        let outcome = async {
            let mut tx = store.begin().await?;
            tx.script(script).await?;
            tx.commit().await
        };
        match outcome.await {
            // IF NOT EXISTS does not look at what somebody else creates at the same moment, and PostgreSQL reports that
            // in several ways. A lasting error is the same after the last try.
            Err(_) if tries < 5 => tries += 1,
            outcome => return outcome,
        }
    }
}

async fn snapshot(store: &Store, folder: &Path, now: DateTime<Utc>) -> Result<PathBuf, Error> {
    tokio::fs::create_dir_all(folder).await.map_err(Error::other)?;
    let file = folder.join(now.format("before-migration-%Y%m%dT%H%M%S%.6fZ.sqlite").to_string());
    store.snapshot_to(&file).await?;
    Ok(file)
}
