//! The one text form of an instant: RFC 3339, UTC, exactly six fractional digits and `Z`, so that it sorts as text.

use std::fmt;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};

/// The shape of a stamp: `0` stands for any digit.
const SHAPE: &[u8] = b"0000-00-00T00:00:00.000000Z";

/// Shows an instant in the stored form. Finer digits than a microsecond are cut, as PostgreSQL does.
pub(crate) struct Stamp(pub(crate) DateTime<Utc>);

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.0.date_naive(), self.0.time());
        // chrono writes a leap second as more than a million microseconds; there is no seventh digit to show it.
        let micros = (time.nanosecond() / 1_000).min(999_999);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{micros:06}Z",
            date.year(),
            date.month(),
            date.day(),
            time.hour(),
            time.minute(),
            time.second(),
        )
    }
}

/// Whether the text already has the stored form and can be shown as it is.
pub(crate) fn is_stamp(text: &str) -> bool {
    has_shape(text, SHAPE)
}

/// Whether the text has the form `2026-11-24`.
pub(crate) fn is_date(text: &str) -> bool {
    has_shape(text, &SHAPE[..10])
}

fn has_shape(text: &str, shape: &[u8]) -> bool {
    let fits = |(byte, want): (u8, &u8)| {
        if *want == b'0' { byte.is_ascii_digit() } else { byte == *want }
    };
    text.len() == shape.len() && text.bytes().zip(shape).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_has_six_digits_and_z() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        assert_eq!(Stamp(at("2026-11-24T06:00:00Z")).to_string(), "2026-11-24T06:00:00.000000Z");
        assert_eq!(Stamp(at("2026-11-24T06:00:00.1234567+02:00")).to_string(), "2026-11-24T04:00:00.123456Z");
        assert_eq!(Stamp(at("0007-01-01T00:00:00Z")).to_string(), "0007-01-01T00:00:00.000000Z");
    }

    #[test]
    fn only_the_exact_shape_is_shown_as_it_is() {
        assert!(is_stamp("2026-11-24T06:00:00.000000Z"));
        for other in ["2026-11-24T06:00:00Z", "2026-11-24 06:00:00.000000Z", "2026-11-24T06:00:00.000000\"", ""] {
            assert!(!is_stamp(other), "{other}");
        }
        assert!(is_date("2026-11-24"));
        assert!(!is_date("2026-11-2x"));
    }
}
