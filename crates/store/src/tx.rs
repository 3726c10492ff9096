//! A transaction: the only thing statements run on.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Dialect, Error, Mark, Row, Statement, Value, postgres, sqlite};

/// What is done with a row, and whether the next one is wanted.
pub(crate) type Visit<'f> = dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, Error> + Send + 'f;

/// A transaction, or the single look of [`Store::peek`](crate::Store::peek). Dropping it without [`commit`](Self::commit)
/// rolls it back.
///
/// After an error, whether of the database or of a closure, only [`undo`](Self::undo) to an enclosing
/// [`nested`](Self::nested) helps; everything else answers [`Error::Aborted`].
pub struct Tx {
    driver: Driver,
    statements: Arc<AtomicU64>,
    /// How many `nested` are open.
    depth: usize,
    failed: bool,
    mark: Option<Mark>,
}

enum Driver {
    Reading(sqlite::Reading),
    Writing(sqlite::Writing),
    Postgres(postgres::Session),
}

impl Tx {
    pub(crate) fn sqlite_reader(reading: sqlite::Reading, statements: &Arc<AtomicU64>) -> Self {
        Self::over(Driver::Reading(reading), statements)
    }

    pub(crate) fn sqlite_writer(writing: sqlite::Writing, statements: &Arc<AtomicU64>) -> Self {
        Self::over(Driver::Writing(writing), statements)
    }

    pub(crate) fn postgres(session: postgres::Session, statements: &Arc<AtomicU64>) -> Self {
        Self::over(Driver::Postgres(session), statements)
    }

    fn over(driver: Driver, statements: &Arc<AtomicU64>) -> Self {
        Self { driver, statements: Arc::clone(statements), depth: 0, failed: false, mark: None }
    }

    pub(crate) fn marked(self, mark: Option<Mark>) -> Self {
        Self { mark, ..self }
    }

    /// The state of the data that this snapshot shows. Known of those of [`Store::read_marked`](crate::Store::read_marked),
    /// and not always.
    pub fn mark(&self) -> Option<&Mark> {
        self.mark.as_ref()
    }

    /// Which database this runs on.
    pub fn dialect(&self) -> Dialect {
        match self.driver {
            Driver::Reading(_) | Driver::Writing(_) => Dialect::Sqlite,
            Driver::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs an `INSERT`, `UPDATE`, `DELETE` without `RETURNING`, and answers how many rows it touched.
    pub async fn execute(&mut self, statement: &Statement) -> Result<u64, Error> {
        self.start(Some(statement))?;
        self.count();
        let outcome = match &mut self.driver {
            Driver::Reading(reading) => reading.execute(statement),
            Driver::Writing(writing) => writing.execute(statement),
            Driver::Postgres(session) => session.execute(statement).await,
        };
        self.end(outcome)
    }

    /// Runs one `INSERT`, `UPDATE` or `DELETE` for each row of values, `$1` first. The text is prepared once; a server
    /// gets the rows without waiting for each answer. Counts as one statement.
    pub async fn execute_each(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<(), Error> {
        self.start(None)?;
        self.count();
        let sound = rows.iter().flatten().try_for_each(Value::check);
        let outcome = match (sound, &mut self.driver) {
            (Err(error), _) => Err(error),
            (_, Driver::Reading(_)) => Err(Error::Unsupported),
            (_, Driver::Writing(writing)) => writing.execute_each(sql, rows),
            (_, Driver::Postgres(session)) => session.execute_each(sql, rows).await,
        };
        self.end(outcome)
    }

    /// Runs a script of several statements without parameters: schema and fixtures. Counts as one statement.
    pub async fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.start(None)?;
        self.count();
        let outcome = match &mut self.driver {
            Driver::Reading(_) => Err(Error::Unsupported),
            Driver::Writing(writing) => writing.script(sql),
            Driver::Postgres(session) => session.script(sql).await,
        };
        self.end(outcome)
    }

    /// Runs a query and lends each row to `f` as it comes; nothing is gathered.
    pub async fn each<F>(&mut self, statement: &Statement, mut f: F) -> Result<(), Error>
    where
        F: FnMut(&Row<'_>) -> Result<(), Error> + Send,
    {
        self.visit(statement, &mut |row| f(row).map(ControlFlow::Continue)).await
    }

    /// Runs a query and gathers what `f` makes of each row.
    pub async fn all<T: Send, F>(&mut self, statement: &Statement, mut f: F) -> Result<Vec<T>, Error>
    where
        F: FnMut(&Row<'_>) -> Result<T, Error> + Send,
    {
        let mut found = Vec::new();
        self.visit(statement, &mut |row| {
            found.push(f(row)?);
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        Ok(found)
    }

    /// Runs a query and answers what `f` makes of the first row, `None` when there is none. Rows after it are thrown
    /// away: say `LIMIT 1` where there may be many.
    pub async fn one<T: Send, F>(&mut self, statement: &Statement, mut f: F) -> Result<Option<T>, Error>
    where
        F: FnMut(&Row<'_>) -> Result<T, Error> + Send,
    {
        let mut found = None;
        self.visit(statement, &mut |row| {
            found = Some(f(row)?);
            Ok(ControlFlow::Break(()))
        })
        .await?;
        Ok(found)
    }

    /// The number that a `SELECT count(*)` finds in this transaction. A snapshot of [`Store::read`](crate::Store::read)
    /// may know it from an earlier one; it never is another number than counting would find now.
    pub async fn total(&mut self, statement: &Statement) -> Result<i64, Error> {
        if let Driver::Writing(_) = self.driver {
            let found = self.one(statement, |row| row.int(0)).await?;
            return found.flatten().ok_or_else(|| Error::Invalid("a count has to find a number".into()));
        }
        self.start(Some(statement))?;
        self.count();
        let outcome = match &mut self.driver {
            Driver::Reading(reading) => reading.total(statement),
            Driver::Writing(_) => Err(Error::Unsupported),
            Driver::Postgres(session) => session.total(statement).await,
        };
        self.end(outcome)
    }

    /// Opens a part that can fail on its own: end it with [`keep`](Self::keep) or [`undo`](Self::undo). May be nested.
    pub async fn nested(&mut self) -> Result<(), Error> {
        self.start(None)?;
        let outcome = self.control(&format!("SAVEPOINT n{}", self.depth + 1)).await;
        self.end(outcome)?;
        self.depth += 1;
        Ok(())
    }

    /// Ends the innermost part and keeps what it did, as far as the transaction itself is committed.
    pub async fn keep(&mut self) -> Result<(), Error> {
        let name = self.innermost()?;
        self.start(None)?;
        let outcome = self.control(&format!("RELEASE n{name}")).await;
        self.end(outcome)?;
        self.depth -= 1;
        Ok(())
    }

    /// Ends the innermost part as if it had never been, whatever failed in it. The transaction goes on.
    pub async fn undo(&mut self) -> Result<(), Error> {
        let name = self.innermost()?;
        self.failed = true;
        self.control(&format!("ROLLBACK TO n{name}")).await?;
        self.control(&format!("RELEASE n{name}")).await?;
        self.failed = false;
        self.depth -= 1;
        Ok(())
    }

    /// Makes everything durable: when this answers, it survives a power cut. When it answers an error, nothing was kept
    /// (unless the connection to a server broke in that very moment: then nobody knows).
    pub async fn commit(self) -> Result<(), Error> {
        self.refuse_if_failed()?;
        match self.driver {
            Driver::Reading(reading) => {
                drop(reading);
                Ok(())
            }
            Driver::Writing(writing) => writing.commit().await,
            Driver::Postgres(session) => session.commit().await,
        }
    }

    async fn visit(&mut self, statement: &Statement, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.start(Some(statement))?;
        self.count();
        let outcome = match &mut self.driver {
            Driver::Reading(reading) => reading.visit(statement, visit),
            Driver::Writing(writing) => writing.visit(statement, visit),
            Driver::Postgres(session) => session.visit(statement, visit).await,
        };
        self.end(outcome)
    }

    async fn control(&mut self, sql: &str) -> Result<(), Error> {
        match &mut self.driver {
            Driver::Reading(reading) => reading.control(sql),
            Driver::Writing(writing) => writing.control(sql),
            Driver::Postgres(session) => session.script(sql).await,
        }
    }

    fn innermost(&self) -> Result<usize, Error> {
        if self.depth == 0 { Err(Error::other("no nested part is open")) } else { Ok(self.depth) }
    }

    fn refuse_if_failed(&self) -> Result<(), Error> {
        if self.failed { Err(Error::Aborted) } else { Ok(()) }
    }

    fn start(&mut self, statement: Option<&Statement>) -> Result<(), Error> {
        self.refuse_if_failed()?;
        // Failed until it has succeeded: a future dropped half-way leaves a transaction that must not be committed.
        self.failed = true;
        statement.map_or(Ok(()), Statement::check)
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    fn end<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        self.failed = outcome.is_err();
        outcome
    }
}
