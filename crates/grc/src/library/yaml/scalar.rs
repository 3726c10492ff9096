//! One scalar, and what `PyYAML` would make of it.

use super::number::{float, integer};
use std::borrow::Cow;

/// Who decides what a scalar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::library) enum Form {
    /// Nobody: it is bare, and its looks decide.
    Bare,
    /// Quotes, a block, or a tag: it is text.
    Text,
}

/// One scalar of a file.
#[derive(Debug)]
pub(in crate::library) struct Scalar<'t> {
    pub(in crate::library) text: Cow<'t, str>,
    pub(in crate::library) form: Form,
}

/// What a scalar means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::library) enum Value<'a> {
    /// Nothing.
    Null,
    /// `true`, but also `yes` and `On`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a point.
    Float(f64),
    /// Text. Dates are text as well: their ISO form is the text of the file.
    Text(&'a str),
}

impl Scalar<'_> {
    /// What it means by the rules of YAML 1.1 as `PyYAML` has them.
    pub(in crate::library) fn value(&self) -> Value<'_> {
        match self.form {
            Form::Text => Value::Text(&self.text),
            Form::Bare => bare(&self.text),
        }
    }

    /// Whether it is the merge key `<<`.
    pub(super) fn is_merge(&self) -> bool {
        self.form == Form::Bare && self.text == "<<"
    }
}

/// A bare scalar by its looks.
fn bare(text: &str) -> Value<'_> {
    match text.as_bytes().first() {
        None => Value::Null,
        Some(b'-' | b'+' | b'.' | b'0'..=b'9') => number(text),
        Some(b'~' | b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => word(text),
        Some(_) => Value::Text(text),
    }
}

fn number(text: &str) -> Value<'_> {
    // A text that is neither is text; so is a whole number that does not fit.
    integer(text).map(Value::Integer).or_else(|| float(text).map(Value::Float)).unwrap_or(Value::Text(text))
}

fn word(text: &str) -> Value<'_> {
    match text {
        "~" | "null" | "Null" | "NULL" => Value::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Flag(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Flag(false),
        _ => Value::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, bare};

    #[test]
    fn words_are_those_of_pyyaml() {
        assert_eq!(bare("N"), Value::Text("N"));
        assert_eq!(bare("y"), Value::Text("y"));
        assert_eq!(bare("no"), Value::Flag(false));
        assert_eq!(bare("On"), Value::Flag(true));
        assert_eq!(bare("tRue"), Value::Text("tRue"));
        assert_eq!(bare(""), Value::Null);
        assert_eq!(bare("~"), Value::Null);
    }

    #[test]
    fn numbers_are_those_of_pyyaml() {
        assert_eq!(bare("08"), Value::Text("08"));
        assert_eq!(bare("010"), Value::Integer(8));
        assert_eq!(bare("1:30"), Value::Integer(90));
        assert_eq!(bare("1.10"), Value::Float(1.1));
        assert_eq!(bare("1e3"), Value::Text("1e3"));
        assert_eq!(bare("1.0e+3"), Value::Float(1000.0));
        assert_eq!(bare("2024-05-08"), Value::Text("2024-05-08"));
        assert_eq!(bare("-"), Value::Text("-"));
        assert_eq!(bare("99999999999999999999"), Value::Text("99999999999999999999"));
    }
}
