//! Binds the values, steps through the rows. No threads and no transactions here.

use std::ops::ControlFlow;

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, Statement as Prepared};
use serde_json::Value as Json;
use uuid::Uuid;

use super::fault::sorted;
use crate::cell::Cell;
use crate::stamp::Stamp;
use crate::statement::fits;
use crate::tx::Visit;
use crate::{Error, Row, Statement, Value};

/// Answers how many rows were touched.
pub(super) fn execute(connection: &Connection, statement: &Statement) -> Result<u64, Error> {
    let touched = prepare(connection, statement)?.raw_execute().map_err(sorted)?;
    Ok(touched as u64)
}

/// Binds and runs one text for each row of values.
pub(super) fn execute_each(connection: &Connection, sql: &str, rows: &[Vec<Value>]) -> Result<(), Error> {
    let mut prepared = connection.prepare_cached(sql).map_err(sorted)?;
    for values in rows {
        bind_all(&mut prepared, values)?;
        prepared.raw_execute().map_err(sorted)?;
    }
    Ok(())
}

/// Lends each row to `visit` until it has enough.
pub(super) fn visit(connection: &Connection, statement: &Statement, visit: &mut Visit<'_>) -> Result<(), Error> {
    let mut prepared = prepare(connection, statement)?;
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next().map_err(sorted)? {
        if visit(&Row::sqlite(row))?.is_break() {
            break;
        }
    }
    Ok(())
}

/// The number in the first row.
pub(super) fn number(connection: &Connection, statement: &Statement) -> Result<i64, Error> {
    let mut found = None;
    visit(connection, statement, &mut |row| {
        found = row.int(0)?;
        Ok(ControlFlow::Break(()))
    })?;
    found.ok_or_else(|| Error::Invalid("a count has to find a number".into()))
}

/// `PRAGMA data_version`: another number whenever somebody else has committed to the file since this connection last asked.
pub(super) fn version(connection: &Connection) -> Result<i64, Error> {
    let mut version = connection.prepare_cached("PRAGMA data_version").map_err(sorted)?;
    version.query_row([], |row| row.get(0)).map_err(sorted)
}

/// A statement without values and rows: `BEGIN`, `COMMIT`, savepoints.
pub(super) fn control(connection: &Connection, sql: &str) -> Result<(), Error> {
    connection.prepare_cached(sql).and_then(|mut prepared| prepared.raw_execute()).map(drop).map_err(sorted)
}

/// What the driver has at this place of the row.
pub(crate) fn cell<'r>(row: &'r rusqlite::Row<'_>, i: usize) -> Result<Cell<'r>, Error> {
    Ok(match row.get_ref(i).map_err(|_| Error::no_column(i))? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text).map_err(Error::other)?),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes),
    })
}

fn prepare<'c>(connection: &'c Connection, statement: &Statement) -> Result<CachedStatement<'c>, Error> {
    let mut prepared = connection.prepare_cached(statement.sql()).map_err(sorted)?;
    bind_all(&mut prepared, statement.params())?;
    Ok(prepared)
}

/// Binds `$n` to the value of that number. SQLite counts parameters as they appear in the text; the number behind the $
/// is what was meant.
fn bind_all(prepared: &mut Prepared<'_>, values: &[Value]) -> Result<(), Error> {
    let wanted = prepared.parameter_count();
    fits(wanted, values)?;
    for place in 1..=wanted {
        let number = prepared.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.wrapping_sub(1)));
        let value = value.ok_or_else(|| Error::Invalid("placeholders must be $1, $2 … without gaps".into()))?;
        bind(prepared, place, value).map_err(sorted)?;
    }
    Ok(())
}

fn bind(prepared: &mut Prepared<'_>, place: usize, value: &Value) -> rusqlite::Result<()> {
    match value {
        Value::Null => prepared.raw_bind_parameter(place, rusqlite::types::Null),
        Value::Bool(flag) => prepared.raw_bind_parameter(place, flag),
        Value::Int(number) => prepared.raw_bind_parameter(place, number),
        Value::Real(number) => prepared.raw_bind_parameter(place, number),
        Value::Text(text) => prepared.raw_bind_parameter(place, text),
        Value::Bytes(bytes) => prepared.raw_bind_parameter(place, bytes),
        Value::Uuid(id) => {
            prepared.raw_bind_parameter(place, &*id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
        }
        Value::Time(at) => prepared.raw_bind_parameter(place, Stamp(*at).to_string()),
        Value::Date(day) => prepared.raw_bind_parameter(place, day.to_string()),
        Value::Json(document) => prepared.raw_bind_parameter(place, document.to_string()),
        // json_each takes a list apart again.
        Value::Uuids(ids) => {
            prepared.raw_bind_parameter(place, ids.iter().map(Uuid::to_string).collect::<Json>().to_string())
        }
        Value::Texts(texts) => prepared.raw_bind_parameter(place, Json::from(texts.as_slice()).to_string()),
        Value::Ints(numbers) => prepared.raw_bind_parameter(place, Json::from(numbers.as_slice()).to_string()),
    }
}
