//! Counts that a reading connection remembers.
//!
//! `PRAGMA data_version` is another number whenever anybody else, in this process or another one, has committed to the
//! file since the connection last began to read. It opens the snapshot like any query, so inside a transaction it speaks
//! of exactly the data that the transaction sees: a count that was made under the same number is right.

use rusqlite::Connection;

use super::run;
use crate::totals::Totals;
use crate::{Error, Statement};

/// The number that the query selects: remembered, or counted now. `connection` is the one that the totals belong to, and
/// reads in a transaction.
pub(super) fn total(totals: &mut Totals<i64>, connection: &Connection, statement: &Statement) -> Result<i64, Error> {
    let version = run::version(connection)?;
    if let Some(count) = totals.known(&version, statement) {
        return Ok(count);
    }
    let count = run::number(connection, statement)?;
    totals.learn(version, statement, count);
    Ok(count)
}
