//! Counts that a connection remembers as long as nobody writes.
//!
//! `PRAGMA data_version` is another number whenever anybody else, in this process or another one, has committed to the
//! file since the connection last began to read. It opens the snapshot like any query, so inside a transaction it speaks
//! of exactly the data that the transaction sees: a count that was made under the same number is right.

use std::collections::VecDeque;

use rusqlite::Connection;

use super::fault::sorted;
use super::run;
use crate::{Error, Statement, Value};

/// Counts that are remembered, the last used ones.
const MOST: usize = 64;

/// What one connection counted since the data last changed.
#[derive(Default)]
pub(super) struct Totals {
    version: i64,
    known: VecDeque<Total>,
}

struct Total {
    sql: String,
    params: Vec<Value>,
    count: i64,
}

impl Totals {
    /// The number that the query selects: remembered, or counted now. `connection` is the one that this belongs to, and
    /// reads in a transaction.
    pub(super) fn of(&mut self, connection: &Connection, statement: &Statement) -> Result<i64, Error> {
        let mut version = connection.prepare_cached("PRAGMA data_version").map_err(sorted)?;
        let version = version.query_row([], |row| row.get(0)).map_err(sorted)?;
        if version != self.version {
            self.known.clear();
            self.version = version;
        }
        let is_it = |total: &Total| total.sql == statement.sql() && total.params == statement.params();
        let total = match self.known.iter().position(is_it).and_then(|at| self.known.remove(at)) {
            Some(total) => total,
            None => Total {
                sql: statement.sql().to_owned(),
                params: statement.params().to_vec(),
                count: run::number(connection, statement)?,
            },
        };
        let count = total.count;
        self.known.truncate(MOST - 1);
        self.known.push_front(total);
        Ok(count)
    }
}
