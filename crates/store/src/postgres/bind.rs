//! Sends a [`Value`] as the type the server inferred for its placeholder.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::Value as Json;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::stamp::Stamp;
use crate::{Error, Value};

type Outcome = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Outcome {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(flag) => match *ty {
                Type::BOOL => flag.to_sql(ty, out),
                _ => self.misfit(ty),
            },
            Self::Int(number) => int(*number, ty, out).unwrap_or_else(|| self.misfit(ty)),
            Self::Real(number) => match *ty {
                Type::FLOAT8 => number.to_sql(ty, out),
                #[expect(clippy::cast_possible_truncation, reason = "the column has single precision")]
                Type::FLOAT4 => (*number as f32).to_sql(ty, out),
                _ => self.misfit(ty),
            },
            Self::Text(value) => text(value, ty, out).unwrap_or_else(|| self.misfit(ty)),
            Self::Bytes(bytes) => match *ty {
                Type::BYTEA => bytes.to_sql(ty, out),
                _ => self.misfit(ty),
            },
            Self::Uuid(id) => match *ty {
                Type::UUID => id.to_sql(ty, out),
                _ if is_text(ty) => id.to_string().to_sql(ty, out),
                _ => self.misfit(ty),
            },
            Self::Time(at) => match *ty {
                Type::TIMESTAMPTZ => at.to_sql(ty, out),
                Type::TIMESTAMP => at.naive_utc().to_sql(ty, out),
                Type::DATE => at.date_naive().to_sql(ty, out),
                _ if is_text(ty) => Stamp(*at).to_string().to_sql(ty, out),
                _ => self.misfit(ty),
            },
            Self::Date(day) => match *ty {
                Type::DATE => day.to_sql(ty, out),
                Type::TIMESTAMPTZ => day.and_time(NaiveTime::MIN).and_utc().to_sql(ty, out),
                _ if is_text(ty) => day.to_string().to_sql(ty, out),
                _ => self.misfit(ty),
            },
            Self::Json(document) => match *ty {
                Type::JSON | Type::JSONB => document.to_sql(ty, out),
                _ if is_text(ty) => document.to_string().to_sql(ty, out),
                _ => self.misfit(ty),
            },
            Self::Uuids(ids) => match element(ty) {
                Some(&Type::UUID) => ids.to_sql(ty, out),
                Some(inner) if is_text(inner) => ids.iter().map(Uuid::to_string).collect::<Vec<_>>().to_sql(ty, out),
                _ => self.misfit(ty),
            },
            Self::Texts(texts) => match element(ty) {
                Some(&Type::UUID) => {
                    texts.iter().map(|id| parse_uuid(id)).collect::<Result<Vec<_>, _>>()?.to_sql(ty, out)
                }
                Some(inner) if is_text(inner) => texts.to_sql(ty, out),
                _ => self.misfit(ty),
            },
            Self::Ints(numbers) => match element(ty) {
                Some(&Type::INT8) => numbers.to_sql(ty, out),
                Some(&Type::INT4) => narrow::<i32>(numbers)?.to_sql(ty, out),
                Some(&Type::INT2) => narrow::<i16>(numbers)?.to_sql(ty, out),
                _ => self.misfit(ty),
            },
        }
    }

    /// Anything may meet anything; what does not fit is refused with both names, above.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Value {
    fn misfit(&self, ty: &Type) -> Outcome {
        let given = match self {
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
            Self::Uuids(_) => "a list of UUIDs",
            Self::Texts(_) => "a list of texts",
            Self::Ints(_) => "a list of whole numbers",
        };
        refuse(format!("{given} where the database expects {}", ty.name()))
    }
}

fn refuse<T>(why: String) -> Result<T, Box<dyn std::error::Error + Sync + Send>> {
    Err(Box::new(Error::Invalid(why)))
}

/// `None`: the server expects something a whole number is not.
fn int(number: i64, ty: &Type, out: &mut BytesMut) -> Option<Outcome> {
    let too_large = |_| Box::from(Error::Invalid(format!("{number} is out of range for {}", ty.name())));
    Some(match *ty {
        Type::INT8 => number.to_sql(ty, out),
        Type::INT4 => i32::try_from(number).map_err(too_large).and_then(|number| number.to_sql(ty, out)),
        Type::INT2 => i16::try_from(number).map_err(too_large).and_then(|number| number.to_sql(ty, out)),
        #[expect(clippy::cast_precision_loss, reason = "what the database does as well")]
        Type::FLOAT8 => (number as f64).to_sql(ty, out),
        #[expect(clippy::cast_precision_loss, reason = "what the database does as well")]
        Type::FLOAT4 => (number as f32).to_sql(ty, out),
        _ if is_text(ty) => number.to_string().to_sql(ty, out),
        _ => return None,
    })
}

/// `None`: the server expects something that has no text form here.
fn text(value: &str, ty: &Type, out: &mut BytesMut) -> Option<Outcome> {
    let bad = |what: &str| format!("{value:?} is not {what}");
    Some(match *ty {
        Type::UUID => parse_uuid(value).and_then(|id| id.to_sql(ty, out)),
        Type::JSON | Type::JSONB => match serde_json::from_str::<Json>(value) {
            Ok(document) => document.to_sql(ty, out),
            Err(_) => refuse(bad("JSON")),
        },
        Type::TIMESTAMPTZ => match DateTime::parse_from_rfc3339(value) {
            Ok(at) => at.with_timezone(&Utc).to_sql(ty, out),
            Err(_) => refuse(bad("a time")),
        },
        Type::DATE => match value.parse::<NaiveDate>() {
            Ok(day) => day.to_sql(ty, out),
            Err(_) => refuse(bad("a date")),
        },
        _ if is_text(ty) => value.to_sql(&Type::TEXT, out),
        _ => return None,
    })
}

fn parse_uuid(text: &str) -> Result<Uuid, Box<dyn std::error::Error + Sync + Send>> {
    Uuid::try_parse(text).or_else(|_| refuse(format!("{text:?} is not a UUID")))
}

fn narrow<T: TryFrom<i64>>(numbers: &[i64]) -> Result<Vec<T>, Box<dyn std::error::Error + Sync + Send>> {
    let narrow = |number: &i64| T::try_from(*number).or_else(|_| refuse(format!("{number} is out of range")));
    numbers.iter().map(narrow).collect()
}

fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN)
        || matches!(ty.kind(), Kind::Enum(_))
        || ty.name() == "citext"
}

fn element(ty: &Type) -> Option<&Type> {
    match ty.kind() {
        Kind::Array(inner) => Some(inner),
        _ => None,
    }
}
