//! Hiding secrets in text that leaves the process: logs, traces, panics, error bodies.
//!
//! Wider than the published format on purpose: a secret with a typo, or cut off while copying, still gives away
//! most of its random characters. What belongs elsewhere: finding *well-formed* secrets (`crate::secret::find_in`)
//! and the sinks that call this.

use crate::secret::{MARK, SecretKind};
use std::borrow::Cow;

/// What stands in a secret's place, behind its prefix.
const HIDDEN: &str = "[redacted]";
/// So many characters behind a prefix are hidden; a preview, which has four, stays readable.
const MIN_LENGTH: usize = 16;
/// Percent-encoding is undone so many times in search of a secret.
const MAX_DECODINGS: usize = 3;
/// Query parameters whose name contains one of these never show their value.
const SENSITIVE_PARTS: [&str; 4] = ["token", "password", "passwd", "secret"];
/// Query parameters with just this name never show their value: keys of reset links, codes of sign-in.
const SENSITIVE_NAMES: [&str; 6] = ["key", "api_key", "api-key", "apikey", "code", "authorization"];

/// Replaces everything that looks like a secret by its prefix and `[redacted]`: `tsr_pat_[redacted]`.
///
/// Unlike in the published rule no boundary of a word is needed, and the checksum may be wrong. Allocates nothing
/// unless there is something to hide.
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut output = String::new();
    let mut copied = 0;
    for (start, _) in text.match_indices(MARK) {
        let Some(kind) = SecretKind::of_prefix(&text[start..]) else {
            continue;
        };
        let body = start + kind.prefix().len();
        let length = text.as_bytes()[body..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if length >= MIN_LENGTH {
            output.push_str(&text[copied..body]);
            output.push_str(HIDDEN);
            copied = body + length;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    output.push_str(&text[copied..]);
    Cow::Owned(output)
}

/// [`redact`] for a path with its query, or a whole address: also hides secrets that are percent-encoded, and the
/// values of parameters such as `token` or `password`, whatever they hold.
pub fn redact_url_query(url: &str) -> Cow<'_, str> {
    let (path, query) = url.split_at(url.find('?').map_or(url.len(), |mark| mark + 1));
    let mut output = String::with_capacity(url.len());
    for segment in path.split_inclusive('/') {
        output.push_str(&hide_encoded(segment));
    }
    for parameter in query.split_inclusive('&') {
        let (parameter, separator) = match parameter.strip_suffix('&') {
            Some(parameter) => (parameter, "&"),
            None => (parameter, ""),
        };
        match parameter.split_once('=') {
            Some((name, value)) if !value.is_empty() && is_sensitive(name) => {
                output.push_str(&hide_encoded(name));
                output.push('=');
                output.push_str(HIDDEN);
            }
            _ => output.push_str(&hide_encoded(parameter)),
        }
        output.push_str(separator);
    }
    if output == url { Cow::Borrowed(url) } else { Cow::Owned(output) }
}

/// Hides a secret in a piece of an address; if it shows only after decoding, the whole piece goes, but for a
/// parameter's name.
fn hide_encoded(piece: &str) -> Cow<'_, str> {
    let plain = redact(piece);
    let mut decoded = plain.clone();
    for _ in 0..MAX_DECODINGS {
        if !decoded.contains('%') {
            break;
        }
        decoded = Cow::Owned(percent_decode(&decoded));
        if matches!(redact(&decoded), Cow::Owned(_)) {
            return match piece.split_once('=') {
                Some((name, _)) if !name.contains('%') => Cow::Owned(format!("{}={HIDDEN}", redact(name))),
                _ => Cow::Borrowed(HIDDEN),
            };
        }
    }
    plain
}

fn is_sensitive(name: &str) -> bool {
    let name = percent_decode(name).to_ascii_lowercase();
    SENSITIVE_NAMES.contains(&name.as_str()) || SENSITIVE_PARTS.iter().any(|part| name.contains(part))
}

/// Undoes `%41`; what is no escape stays as it is, what is no UTF-8 becomes a replacement character.
fn percent_decode(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(hex_value(*high) << 4 | hex_value(*low));
                rest = after;
            }
            _ => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The value of a hexadecimal digit, which the caller has checked to be one.
fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests;
