//! Bytes of a file as text: size, encoding, byte-order marks.

use super::limits::Limits;
use super::problem::Kind;
use super::yaml::{Fault, Position};
use std::borrow::Cow;

/// The text of a file: UTF-8, or UTF-16 when a byte-order mark says so (as `PyYAML` takes it).
pub(super) fn text<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Cow<'b, str>, Fault> {
    if bytes.is_empty() {
        return Err(fault(0, Kind::Empty, "the file is empty"));
    }
    if bytes.len() > limits.bytes {
        let (size, most) = (bytes.len(), limits.bytes);
        return Err(fault(0, Kind::TooLarge, format!("the file has {size} bytes; {most} are allowed. Split it")));
    }
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes).map(Cow::Owned),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest).map(Cow::Borrowed),
        _ => utf8(bytes).map(Cow::Borrowed),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    let text = str::from_utf8(bytes).map_err(|error| not_text(&bytes[..error.valid_up_to()], "is not UTF-8"))?;
    match text.find('\0') {
        Some(offset) => Err(not_text(&bytes[..offset], "holds a NUL character")),
        None => Ok(text),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Fault> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    match text {
        Ok(text) if rest.is_empty() && !text.contains('\0') => Ok(text),
        _ => Err(not_text(&[], "begins like UTF-16 but is not")),
    }
}

fn not_text(before: &[u8], what: &str) -> Fault {
    let line = before.split(|byte| *byte == b'\n').count();
    fault(line, Kind::NotText, format!("the file {what}. Save it as UTF-8 text"))
}

fn fault(line: usize, kind: Kind, message: impl Into<String>) -> Fault {
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    Fault { at: Position { line, column: line.min(1) }, kind, message: message.into() }
}
