//! One cell as a driver hands it over, and the only place that turns it into a Rust value or into JSON. A driver says
//! what is there; what that means as a [`Kind`] is the same for both.

use std::io::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::Kind;
use crate::stamp::{Stamp, is_date, is_stamp};

/// What a driver found. Borrows from the row.
#[derive(Clone, Copy)]
pub(crate) enum Cell<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Uuid(Uuid),
    Time(DateTime<Utc>),
    Date(NaiveDate),
    Json(&'a str),
}

// Each reading answers `None` when the cell holds something else; the row turns that into an error with the column.
impl<'a> Cell<'a> {
    /// For error messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a whole number",
            Self::Real(_) => "a number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Uuid(_) => "a UUID",
            Self::Time(_) => "a time",
            Self::Date(_) => "a date",
            Self::Json(_) => "JSON",
        }
    }

    /// The text itself, when the cell holds text.
    pub(crate) fn text_ref(self) -> Option<&'a str> {
        match self {
            Self::Text(text) | Self::Json(text) => Some(text),
            _ => None,
        }
    }

    /// The text form that SQLite would keep, so that both databases show the same.
    pub(crate) fn text(self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Json(text) => Some(text.to_owned()),
            Self::Uuid(id) => Some(id.to_string()),
            Self::Time(at) => Some(Stamp(at).to_string()),
            Self::Date(day) => Some(day.to_string()),
            Self::Int(number) => Some(number.to_string()),
            Self::Real(number) => Some(number.to_string()),
            Self::Bool(flag) => Some(flag.to_string()),
            Self::Null | Self::Bytes(_) => None,
        }
    }

    /// A whole number; a boolean counts as 0 or 1.
    pub(crate) fn int(self) -> Option<i64> {
        /// From here on a double no longer tells neighbouring whole numbers apart.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match self {
            Self::Int(number) => Some(number),
            Self::Bool(flag) => Some(flag.into()),
            #[expect(clippy::cast_possible_truncation, reason = "whole, and far inside the range")]
            Self::Real(number) if number.fract() == 0.0 && number.abs() < EXACT => Some(number as i64),
            _ => None,
        }
    }

    pub(crate) fn real(self) -> Option<f64> {
        match self {
            Self::Real(number) => Some(number),
            #[expect(clippy::cast_precision_loss, reason = "what the database does as well")]
            Self::Int(number) => Some(number as f64),
            _ => None,
        }
    }

    pub(crate) fn bool(self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(flag),
            Self::Int(number) => Some(number != 0),
            _ => None,
        }
    }

    pub(crate) fn uuid(self) -> Option<Uuid> {
        match self {
            Self::Uuid(id) => Some(id),
            Self::Text(text) => Uuid::try_parse(text).ok(),
            _ => None,
        }
    }

    pub(crate) fn time(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Time(at) => Some(at),
            Self::Text(text) => DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()),
            _ => None,
        }
    }

    pub(crate) fn date(self) -> Option<NaiveDate> {
        match self {
            Self::Date(day) => Some(day),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn bytes(self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Some(bytes.to_owned()),
            _ => None,
        }
    }

    pub(crate) fn json(self) -> Option<Json> {
        match self {
            Self::Json(text) | Self::Text(text) => serde_json::from_str(text).ok(),
            Self::Int(number) => Some(number.into()),
            Self::Real(number) => Some(number.into()),
            Self::Bool(flag) => Some(flag.into()),
            _ => None,
        }
    }

    /// Adds the cell as JSON. `None` when the cell does not hold that kind; the buffer is then as it was.
    pub(crate) fn write_json(self, kind: Kind, out: &mut Vec<u8>) -> Option<()> {
        if let Self::Null = self {
            out.extend_from_slice(b"null");
            return Some(());
        }
        match (kind, self) {
            (Kind::Text, Self::Text(text) | Self::Json(text)) | (Kind::Uuid, Self::Text(text)) => {
                string(text, out);
            }
            (Kind::Text, other) => string(&other.text()?, out),
            (Kind::Uuid, other) => {
                let id = other.uuid()?;
                plain(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()), out);
            }
            (Kind::Int, other) => int(other.int()?, out),
            (Kind::Real, other) => real(other.real()?, out),
            (Kind::Time, Self::Text(text)) if is_stamp(text) => plain(text, out),
            (Kind::Date, Self::Text(text)) if is_date(text) => plain(text, out),
            // Writing into a Vec does not fail.
            (Kind::Time, other) => drop(write!(out, "\"{}\"", Stamp(other.time()?))),
            (Kind::Date, other) => drop(write!(out, "\"{}\"", other.date()?)),
            (Kind::Json, Self::Text(text) | Self::Json(text)) => {
                out.extend_from_slice(text.as_bytes());
            }
            (Kind::Json, Self::Int(value)) => int(value, out),
            (Kind::Json, Self::Real(value)) => real(value, out),
            (Kind::Bool | Kind::Json, other) => {
                out.extend_from_slice(if other.bool()? { b"true" } else { b"false" });
            }
        }
        Some(())
    }
}

/// A JSON string, escaped.
fn string(text: &str, out: &mut Vec<u8>) {
    // Neither a &str nor a Vec gives serde_json a reason to fail.
    let _ = serde_json::to_writer(out, text);
}

/// A JSON number; `null` for an infinity or NaN.
fn real(value: f64, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, &value);
}

/// A JSON number.
fn int(value: i64, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, &value);
}

/// A JSON string that is known to need no escape.
fn plain(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind, cell: Cell<'_>) -> Option<String> {
        let mut out = Vec::new();
        cell.write_json(kind, &mut out)?;
        Some(String::from_utf8(out).expect("JSON is UTF-8"))
    }

    #[test]
    fn text_is_escaped() {
        let text = "a\"b\\c\n\u{1}\u{1f}é\u{2028}😀";
        let json = shown(Kind::Text, Cell::Text(text)).expect("text");
        assert_eq!(json, "\"a\\\"b\\\\c\\n\\u0001\\u001fé\u{2028}😀\"");
        assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
    }

    #[test]
    fn every_kind_is_null_when_null() {
        for kind in [Kind::Uuid, Kind::Text, Kind::Int, Kind::Real, Kind::Bool, Kind::Time, Kind::Date, Kind::Json] {
            assert_eq!(shown(kind, Cell::Null).as_deref(), Some("null"));
        }
    }

    #[test]
    fn both_drivers_show_the_same() {
        let same = [
            (Kind::Time, Cell::Text("2026-11-24T06:00:00Z"), Cell::Time("2026-11-24T06:00:00Z".parse().expect("time"))),
            (Kind::Date, Cell::Text("2026-11-24"), Cell::Date("2026-11-24".parse().expect("date"))),
            (Kind::Bool, Cell::Int(1), Cell::Bool(true)),
            (Kind::Real, Cell::Int(5), Cell::Real(5.0)),
            (Kind::Uuid, Cell::Text("00000000-0000-0000-0000-000000000000"), Cell::Uuid(Uuid::nil())),
            (Kind::Json, Cell::Text("{\"a\":[1]}"), Cell::Json("{\"a\":[1]}")),
        ];
        for (kind, sqlite, postgres) in same {
            assert_eq!(shown(kind, sqlite), shown(kind, postgres), "{kind:?}");
        }
        assert_eq!(shown(Kind::Time, same[0].1).as_deref(), Some("\"2026-11-24T06:00:00.000000Z\""));
        assert_eq!(shown(Kind::Real, same[3].1).as_deref(), Some("5.0"));
    }

    #[test]
    fn a_cell_of_another_kind_is_refused_and_writes_nothing() {
        let mut out = b"[".to_vec();
        for kind in [Kind::Int, Kind::Real, Kind::Bool, Kind::Time, Kind::Date] {
            assert!(Cell::Text("no\"pe").write_json(kind, &mut out).is_none(), "{kind:?}");
        }
        assert!(Cell::Bytes(b"x").write_json(Kind::Text, &mut out).is_none());
        assert_eq!(out, b"[");
        assert_eq!(shown(Kind::Real, Cell::Real(f64::NAN)).as_deref(), Some("null"));
    }
}
