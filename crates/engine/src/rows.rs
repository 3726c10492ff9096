//! The only door to the database above `store`: every statement is shown an [`Access`].

use crate::access::Access;
use crate::engine::Engine;
use crate::error::ApiError;
use crate::files::Doomed;
use sha2::{Digest, Sha256};
use store::{Dialect, Row, Statement, Tx, Value};
use uuid::Uuid;

/// A transaction whose statements all carry a proof of access.
pub struct Rows {
    tx: Tx,
    /// Audit entries were written: whoever seals them is told once they are there for good.
    recorded: Option<Engine>,
    /// Files that nothing refers to any more once this is committed.
    doomed: Doomed,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rows")
    }
}

impl Rows {
    pub(crate) fn new(tx: Tx) -> Self {
        Self { tx, recorded: None, doomed: Doomed::default() }
    }

    /// Notes that this transaction holds audit entries.
    pub(crate) fn recorded(&mut self, engine: &Engine) {
        self.recorded.get_or_insert_with(|| engine.clone());
    }

    /// Removes a file when, and only if, this transaction is committed.
    pub(crate) fn doom(&mut self, engine: &Engine, file: Uuid) {
        self.doomed.add(engine, file);
    }

    /// Which database speaks.
    pub fn dialect(&self) -> Dialect {
        self.tx.dialect()
    }

    /// The state of the data that this snapshot shows, where that is known.
    pub(crate) fn mark(&self) -> Option<&store::Mark> {
        self.tx.mark()
    }

    /// An empty statement in this database's dialect.
    pub fn statement(&self) -> Statement {
        Statement::new(self.tx.dialect())
    }

    /// A statement that starts with some SQL.
    pub fn sql(&self, sql: &str) -> Statement {
        let mut statement = self.statement();
        statement.push(sql);
        statement
    }

    /// Runs a statement; returns the number of rows it touched.
    pub async fn execute(&mut self, _access: &Access, statement: &Statement) -> Result<u64, ApiError> {
        Ok(self.tx.execute(statement).await?)
    }

    /// Runs one insert or update for each row of values, `$1` first.
    pub async fn execute_each(&mut self, _access: &Access, sql: &str, rows: &[Vec<Value>]) -> Result<(), ApiError> {
        Ok(self.tx.execute_each(sql, rows).await?)
    }

    /// The first row, if any.
    pub async fn one<T: Send>(
        &mut self,
        _access: &Access,
        statement: &Statement,
        read: impl FnMut(&Row<'_>) -> Result<T, store::Error> + Send,
    ) -> Result<Option<T>, ApiError> {
        Ok(self.tx.one(statement, read).await?)
    }

    /// All rows.
    pub async fn all<T: Send>(
        &mut self,
        _access: &Access,
        statement: &Statement,
        read: impl FnMut(&Row<'_>) -> Result<T, store::Error> + Send,
    ) -> Result<Vec<T>, ApiError> {
        Ok(self.tx.all(statement, read).await?)
    }

    /// Each row as it arrives.
    pub async fn each(
        &mut self,
        _access: &Access,
        statement: &Statement,
        read: impl FnMut(&Row<'_>) -> Result<(), store::Error> + Send,
    ) -> Result<(), ApiError> {
        Ok(self.tx.each(statement, read).await?)
    }

    /// Rows of one column of ids.
    pub async fn ids(&mut self, access: &Access, statement: &Statement) -> Result<Vec<Uuid>, ApiError> {
        self.all(access, statement, |row| required(row.uuid(0)?)).await
    }

    /// Waits until no other transaction is in the middle of `what`; until this one ends, others
    /// wait for it. For rules over several rows that no index can watch.
    ///
    /// On PostgreSQL a key that somebody inserted makes others wait for the end of that transaction,
    /// also when it has deleted the key again, so the table stays empty. SQLite has one writer:
    /// everybody has waited already.
    pub async fn take_turn(&mut self, access: &Access, what: &str) -> Result<(), ApiError> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        let key = Value::Bytes(Sha256::digest(what).to_vec());
        let mut take = self.sql("INSERT INTO turns (digest) VALUES (");
        take.bind(key.clone()).push(") ON CONFLICT (digest) DO NOTHING");
        self.execute(access, &take).await?;
        let mut give_back = self.sql("DELETE FROM turns WHERE digest = ");
        give_back.bind(key);
        self.execute(access, &give_back).await.map(drop)
    }

    /// The number that a `SELECT count(*)` finds; the store may know it without counting.
    pub(crate) async fn total(&mut self, _access: &Access, statement: &Statement) -> Result<u64, ApiError> {
        Ok(self.tx.total(statement).await?.unsigned_abs())
    }

    /// Columns of a table as the database knows them; none when there is no such table.
    pub(crate) async fn columns(&mut self, _access: &Access, table: &str) -> Result<Vec<store::Column>, ApiError> {
        Ok(store::columns(&mut self.tx, table).await?)
    }

    /// Starts a part that can be undone alone.
    pub async fn nested(&mut self) -> Result<(), ApiError> {
        self.doomed.nested();
        Ok(self.tx.nested().await?)
    }

    /// Keeps the nested part.
    pub async fn keep(&mut self) -> Result<(), ApiError> {
        self.doomed.keep();
        Ok(self.tx.keep().await?)
    }

    /// Undoes the nested part.
    pub async fn undo(&mut self) -> Result<(), ApiError> {
        self.doomed.undo();
        Ok(self.tx.undo().await?)
    }

    /// Makes everything durable.
    pub async fn commit(self) -> Result<(), ApiError> {
        self.tx.commit().await?;
        if let Some(engine) = self.recorded {
            engine.unsealed().notify_one();
        }
        self.doomed.remove();
        Ok(())
    }
}

/// A cell that the schema says is never null.
pub fn required<T>(cell: Option<T>) -> Result<T, store::Error> {
    cell.ok_or_else(|| store::Error::Invalid("a required cell is null".into()))
}
