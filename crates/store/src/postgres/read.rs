//! Reads a cell by the type the server sends, whatever the caller hopes for: `count(*)`, an `int4` and a `sum` are all
//! whole numbers.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use tokio_postgres::types::{FromSql, Kind, Type};
use uuid::Uuid;

use super::fault::sorted;
use crate::Error;
use crate::cell::Cell;

type Failure = Box<dyn std::error::Error + Sync + Send>;

/// What the driver has at this place of the row.
pub(crate) fn cell(row: &tokio_postgres::Row, i: usize) -> Result<Cell<'_>, Error> {
    let column = row.columns().get(i).ok_or_else(|| Error::no_column(i))?;
    match row.try_get(i).map_err(sorted)? {
        Raw(None) => Ok(Cell::Null),
        Raw(Some(bytes)) => decode(column.type_(), bytes).map_err(Error::Other),
    }
}

/// The bytes as they came; `None` for `NULL`.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn decode<'a>(ty: &Type, raw: &'a [u8]) -> Result<Cell<'a>, Failure> {
    Ok(match *ty {
        Type::BOOL => Cell::Bool(bool::from_sql(ty, raw)?),
        Type::INT8 => Cell::Int(i64::from_sql(ty, raw)?),
        Type::INT4 => Cell::Int(i32::from_sql(ty, raw)?.into()),
        Type::INT2 => Cell::Int(i16::from_sql(ty, raw)?.into()),
        Type::OID => Cell::Int(u32::from_sql(ty, raw)?.into()),
        Type::FLOAT8 => Cell::Real(f64::from_sql(ty, raw)?),
        Type::FLOAT4 => Cell::Real(f32::from_sql(ty, raw)?.into()),
        Type::NUMERIC => numeric(raw)?,
        Type::UUID => Cell::Uuid(Uuid::from_sql(ty, raw)?),
        Type::TIMESTAMPTZ => Cell::Time(DateTime::<Utc>::from_sql(ty, raw)?),
        Type::TIMESTAMP => Cell::Time(NaiveDateTime::from_sql(ty, raw)?.and_utc()),
        Type::DATE => Cell::Date(NaiveDate::from_sql(ty, raw)?),
        Type::BYTEA => Cell::Bytes(raw),
        Type::JSON => Cell::Json(std::str::from_utf8(raw)?),
        Type::JSONB => match raw {
            // The first byte is the version of the format; there has only ever been this one.
            [1, text @ ..] => Cell::Json(std::str::from_utf8(text)?),
            _ => return Err("an unknown version of jsonb".into()),
        },
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => Cell::Text(std::str::from_utf8(raw)?),
        _ if matches!(ty.kind(), Kind::Enum(_)) || ty.name() == "citext" => Cell::Text(std::str::from_utf8(raw)?),
        _ => return Err(format!("cells of type {} cannot be read", ty.name()).into()),
    })
}

/// A `numeric`, which is what `sum(bigint)` and `avg` give: whole if it is and fits, otherwise the nearest double.
///
/// The format: four 16-bit words (count of digits, weight of the first one, sign, digits to show), then digits to the
/// base 10,000.
fn numeric(raw: &[u8]) -> Result<Cell<'static>, Failure> {
    let mut words = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let (Some(count), Some(weight), Some(sign), Some(_)) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err("a numeric that is too short".into());
    };
    let negative = match sign {
        0x0000 => false,
        0x4000 => true,
        0xD000 => return Ok(Cell::Real(f64::INFINITY)),
        0xF000 => return Ok(Cell::Real(f64::NEG_INFINITY)),
        _ => return Ok(Cell::Real(f64::NAN)),
    };
    let digits = words.fold(String::new(), |digits, word| digits + &format!("{word:04}"));
    // How many digits to the base 10,000 stand behind those that were sent; negative for a fraction.
    let behind = i32::from(weight.cast_signed()) + 1 - i32::from(count);
    let sign = if negative { "-" } else { "" };
    if let Ok(zeros @ 0..=4) = usize::try_from(behind)
        && let Ok(whole) = format!("{sign}0{digits}{}", "0000".repeat(zeros)).parse()
    {
        return Ok(Cell::Int(whole));
    }
    Ok(Cell::Real(format!("{sign}0{digits}e{}", behind * 4).parse()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[u16]) -> String {
        let raw: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        match numeric(&raw).expect("a numeric") {
            Cell::Int(number) => format!("int {number}"),
            Cell::Real(number) => format!("real {number}"),
            _ => unreachable!("a numeric is a number"),
        }
    }

    #[test]
    fn numerics_are_whole_when_they_are() {
        assert_eq!(read(&[0, 0, 0, 0]), "int 0");
        assert_eq!(read(&[1, 0, 0, 0, 42]), "int 42");
        assert_eq!(read(&[1, 1, 0x4000, 0, 3]), "int -30000");
        assert_eq!(read(&[2, 0, 0, 2, 1, 5000]), "real 1.5");
        assert_eq!(read(&[1, 0xFFFF, 0x4000, 4, 25]), "real -0.0025");
        assert_eq!(read(&[1, 9, 0, 0, 1]), "real 1000000000000000000000000000000000000");
        assert_eq!(read(&[0, 0, 0xC000, 0]), "real NaN");
    }
}
