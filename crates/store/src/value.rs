//! What can be bound to a statement.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::Error;

/// A parameter of a [`Statement`](crate::Statement). PostgreSQL gets it as the type it asks for: a `Text` goes into a
/// `uuid` or `jsonb` column, an `Int` into `int2`, a `Null` into anything.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// SQL `NULL`.
    Null,
    /// `true` or `false`; on SQLite 1 or 0.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A double.
    Real(f64),
    /// Text without NUL.
    Text(String),
    /// Raw bytes. Never printed: they may be a hash or a key.
    Bytes(Vec<u8>),
    /// An id.
    Uuid(Uuid),
    /// An instant; finer digits than microseconds are cut. The year has four digits.
    Time(DateTime<Utc>),
    /// A day. The year has four digits.
    Date(NaiveDate),
    /// A document without NUL in its texts.
    Json(Json),
    /// A list for [`bind_in`](crate::Statement::bind_in).
    Uuids(Vec<Uuid>),
    /// A list for [`bind_in`](crate::Statement::bind_in).
    Texts(Vec<String>),
    /// A list for [`bind_in`](crate::Statement::bind_in).
    Ints(Vec<i64>),
}

impl Value {
    /// Refuses what one of the two databases could not keep, whichever is in use.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let fine = match self {
            Self::Text(text) => !has_nul(text),
            Self::Texts(texts) => !texts.iter().any(|text| has_nul(text)),
            Self::Json(document) => !document_has_nul(document),
            Self::Time(at) => return four_digits(at.year()),
            Self::Date(day) => return four_digits(day.year()),
            _ => true,
        };
        if fine { Ok(()) } else { Err(Error::Invalid("text contains a NUL character".into())) }
    }
}

fn has_nul(text: &str) -> bool {
    text.as_bytes().contains(&0)
}

fn document_has_nul(document: &Json) -> bool {
    match document {
        Json::String(text) => has_nul(text),
        Json::Array(items) => items.iter().any(document_has_nul),
        Json::Object(fields) => fields.iter().any(|(name, item)| has_nul(name) || document_has_nul(item)),
        _ => false,
    }
}

/// RFC 3339 has four digits for the year, and with a fifth the text would no longer sort.
fn four_digits(year: i32) -> Result<(), Error> {
    if (1..=9999).contains(&year) { Ok(()) } else { Err(Error::Invalid(format!("the year {year} is out of range"))) }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Bool(value) => write!(f, "Bool({value})"),
            Self::Int(value) => write!(f, "Int({value})"),
            Self::Real(value) => write!(f, "Real({value})"),
            Self::Text(value) => write!(f, "Text({value:?})"),
            Self::Bytes(value) => write!(f, "Bytes({} bytes)", value.len()),
            Self::Uuid(value) => write!(f, "Uuid({value})"),
            Self::Time(value) => write!(f, "Time({value})"),
            Self::Date(value) => write!(f, "Date({value})"),
            Self::Json(value) => write!(f, "Json({value})"),
            Self::Uuids(values) => f.debug_tuple("Uuids").field(values).finish(),
            Self::Texts(values) => f.debug_tuple("Texts").field(values).finish(),
            Self::Ints(values) => f.debug_tuple("Ints").field(values).finish(),
        }
    }
}

macro_rules! from {
    ($($source:ty => $case:ident),+ $(,)?) => {
        $(impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::$case(value.into())
            }
        })+
    };
}

from! {
    bool => Bool,
    i32 => Int,
    u32 => Int,
    i64 => Int,
    f64 => Real,
    &str => Text,
    String => Text,
    &String => Text,
    std::borrow::Cow<'_, str> => Text,
    Vec<u8> => Bytes,
    &[u8] => Bytes,
    Uuid => Uuid,
    DateTime<Utc> => Time,
    NaiveDate => Date,
    Json => Json,
    Vec<Uuid> => Uuids,
    &[Uuid] => Uuids,
    Vec<String> => Texts,
    &[String] => Texts,
    Vec<i64> => Ints,
    &[i64] => Ints,
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_never_printed() {
        assert_eq!(format!("{:?}", Value::from(vec![7_u8; 32])), "Bytes(32 bytes)");
    }

    #[test]
    fn nul_is_refused_wherever_text_hides() {
        let hidden = serde_json::json!({"a": [{"b": "x\0"}]});
        let in_name = serde_json::json!({"a\0": 1});
        for value in [Value::from("a\0b"), vec!["\0".to_owned()].into(), hidden.into(), in_name.into()] {
            assert!(matches!(value.check(), Err(Error::Invalid(_))), "{value:?}");
        }
        assert!(Value::from(vec![0_u8]).check().is_ok(), "bytes may hold anything");
    }

    #[test]
    fn years_have_four_digits() {
        assert!(Value::from(NaiveDate::MAX).check().is_err());
        assert!(Value::from(DateTime::<Utc>::MIN_UTC).check().is_err());
        assert!(Value::from(DateTime::UNIX_EPOCH).check().is_ok());
    }
}
