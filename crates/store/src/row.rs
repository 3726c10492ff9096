//! One row, over either driver, lent to a closure while the rows stream by.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::cell::Cell;
use crate::{Error, Kind, postgres, sqlite};

/// A row that is being read. Columns are numbered from 0. Every reading answers `None` for SQL `NULL`, and
/// [`Error::Cell`] when the column does not exist or holds something else.
pub struct Row<'a>(Source<'a>);

enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> Row<'a> {
    pub(crate) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self(Source::Sqlite(row))
    }

    pub(crate) fn postgres(row: &'a tokio_postgres::Row) -> Self {
        Self(Source::Postgres(row))
    }

    /// Text; any other value but bytes in its text form.
    pub fn text(&self, i: usize) -> Result<Option<String>, Error> {
        self.reading(i, "text", Cell::text)
    }

    /// Text, lent by the driver: no copy. Only for columns that the database keeps as text or JSON.
    pub fn text_ref(&self, i: usize) -> Result<Option<&str>, Error> {
        self.reading(i, "text", Cell::text_ref)
    }

    /// A whole number of any width; also a sum or count that has no fraction.
    pub fn int(&self, i: usize) -> Result<Option<i64>, Error> {
        self.reading(i, "a whole number", Cell::int)
    }

    /// A number.
    pub fn real(&self, i: usize) -> Result<Option<f64>, Error> {
        self.reading(i, "a number", Cell::real)
    }

    /// A boolean; a whole number counts as true unless it is 0.
    pub fn bool(&self, i: usize) -> Result<Option<bool>, Error> {
        self.reading(i, "a boolean", Cell::bool)
    }

    /// A UUID, or text that is one.
    pub fn uuid(&self, i: usize) -> Result<Option<Uuid>, Error> {
        self.reading(i, "a UUID", Cell::uuid)
    }

    /// An instant, or RFC 3339 text.
    pub fn time(&self, i: usize) -> Result<Option<DateTime<Utc>>, Error> {
        self.reading(i, "a time", Cell::time)
    }

    /// A day, or text like `2026-11-24`.
    pub fn date(&self, i: usize) -> Result<Option<NaiveDate>, Error> {
        self.reading(i, "a date", Cell::date)
    }

    /// Raw bytes.
    pub fn bytes(&self, i: usize) -> Result<Option<Vec<u8>>, Error> {
        self.reading(i, "bytes", Cell::bytes)
    }

    /// A parsed document. Not for lists: [`write_json`](Self::write_json) copies it without parsing.
    pub fn json(&self, i: usize) -> Result<Option<serde_json::Value>, Error> {
        self.reading(i, "JSON", Cell::json)
    }

    /// Adds the cell to `out` as JSON: `null`, an escaped string, a number, `true`/`false`, a time with exactly six
    /// fractional digits and `Z`, a date, or a stored document as it is. On an error `out` is as it was.
    pub fn write_json(&self, i: usize, kind: Kind, out: &mut Vec<u8>) -> Result<(), Error> {
        let cell = self.cell(i)?;
        cell.write_json(kind, out).ok_or_else(|| {
            let wanted = match kind {
                Kind::Uuid => "a UUID",
                Kind::Text => "text",
                Kind::Int => "a whole number",
                Kind::Real => "a number",
                Kind::Bool => "a boolean",
                Kind::Time => "a time",
                Kind::Date => "a date",
                Kind::Json => "JSON",
            };
            Error::Cell { column: i, wanted, found: cell.name() }
        })
    }

    fn cell(&self, i: usize) -> Result<Cell<'_>, Error> {
        match self.0 {
            Source::Sqlite(row) => sqlite::cell(row, i),
            Source::Postgres(row) => postgres::cell(row, i),
        }
    }

    fn reading<'r, T>(
        &'r self,
        column: usize,
        wanted: &'static str,
        read: impl FnOnce(Cell<'r>) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let cell = self.cell(column)?;
        match cell {
            Cell::Null => Ok(None),
            _ => read(cell).map(Some).ok_or_else(|| Error::Cell { column, wanted, found: cell.name() }),
        }
    }
}
