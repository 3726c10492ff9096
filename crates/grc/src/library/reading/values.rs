//! Single values.
//!
//! **Text keeps the text of the file.** `PyYAML` reads a bare `no` as false and `1.10` as 1.1, and a
//! reader behind it would show `False` and `1.1` where the author wrote `no` and `1.10`. Ours shows
//! what was written, and `check` advises quotes wherever the two differ. (Quoted or not, every text
//! of the shared libraries reads the same both ways: `tests/pyyaml.rs`.) Only null stays null.

use super::Reading;
use crate::library::problem::Kind;
use crate::library::yaml::{NodeId, Scalar, Shape, Value};

/// Longest urn that the wire carries.
const LONGEST_URN: usize = 255;

impl<'d, 't> Reading<'d, 't> {
    /// A text, as it stands in the file. Null is no text.
    pub(in crate::library) fn text(&mut self, node: NodeId) -> Option<String> {
        let scalar = self.scalar(node, "text")?;
        let elsewhere = match scalar.value() {
            Value::Null => return None,
            Value::Text(text) => return Some(text.to_owned()),
            Value::Flag(flag) => if flag { "True" } else { "False" }.to_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => format!("{number:?}"),
        };
        if scalar.text != elsewhere {
            let text = &scalar.text;
            let message = format!("other readers take this for {elsewhere}. Write {text:?} with its quotes");
            self.note(node, None, "unquoted", message);
        }
        Some(scalar.text.clone().into_owned())
    }

    /// A urn in lower case.
    pub(in crate::library) fn urn(&mut self, node: NodeId) -> Option<String> {
        let urn = self.text(node)?.trim().to_lowercase();
        if urn.is_empty() {
            return None;
        }
        if urn.len() > LONGEST_URN {
            self.problem(node, None, Kind::BadValue, format!("a urn has at most {LONGEST_URN} bytes. Shorten it"));
            return None;
        }
        Some(urn)
    }

    /// A whole number; one in quotes counts as well.
    pub(in crate::library) fn integer(&mut self, node: NodeId) -> Option<i64> {
        let value = self.scalar(node, "a whole number")?.value();
        let number = match value {
            Value::Integer(number) => Some(number),
            #[expect(clippy::cast_possible_truncation, reason = "whole, and within what a float holds exactly")]
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => Some(number as i64),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        self.or_bad(number, node, "a whole number")
    }

    /// A number; one in quotes counts as well.
    pub(in crate::library) fn number(&mut self, node: NodeId) -> Option<f64> {
        let value = self.scalar(node, "a number")?.value();
        let number = match value {
            #[expect(clippy::cast_precision_loss, reason = "targets and thresholds are small")]
            Value::Integer(number) => Some(number as f64),
            Value::Float(number) => Some(number),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        self.or_bad(number.filter(|number| number.is_finite()), node, "a number")
    }

    /// True or false; `yes` and `no` count, and so do words in quotes.
    pub(in crate::library) fn flag(&mut self, node: NodeId) -> Option<bool> {
        let value = self.scalar(node, "true or false")?.value();
        let flag = match value {
            Value::Flag(flag) => Some(flag),
            Value::Integer(number @ (0 | 1)) => Some(number == 1),
            Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        self.or_bad(flag, node, "true or false")
    }

    fn scalar(&mut self, node: NodeId, wanted: &str) -> Option<&'d Scalar<'t>> {
        if let Shape::Scalar(scalar) = &self.document.node(node).shape {
            return Some(scalar);
        }
        let found = self.named(node);
        self.problem(node, None, Kind::BadValue, format!("{wanted} belongs here, not {found}"));
        None
    }

    fn or_bad<T>(&mut self, value: Option<T>, node: NodeId, wanted: &str) -> Option<T> {
        if value.is_none() {
            let text = match &self.document.node(node).shape {
                Shape::Scalar(scalar) => scalar.text.chars().take(40).collect(),
                _ => String::new(),
            };
            self.problem(node, None, Kind::BadValue, format!("{wanted} belongs here, not {text:?}"));
        }
        value
    }
}
