//! `Content-Disposition`: names of files, in and out.

use axum::http::HeaderValue;
use percent_encoding::percent_decode_str;
use std::fmt::Write as _;

/// The name that a header gives: `filename*=UTF-8''…` before `filename="…"`, which may be unquoted and percent-encoded.
/// None when there is none, or nothing is left of it.
pub(super) fn file_name(header: &HeaderValue) -> Option<String> {
    let text = String::from_utf8_lossy(header.as_bytes());
    let parameters = parameters(&text);
    let value = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let encoded = value("filename*").and_then(|value| {
        let mut parts = value.splitn(3, '\'');
        let (charset, _, name) = (parts.next()?, parts.next()?, parts.next()?);
        charset.eq_ignore_ascii_case("utf-8").then(|| percent_decoded(name))
    });
    let name = plain_name(&encoded.or_else(|| value("filename").map(percent_decoded))?);
    (!name.is_empty()).then_some(name)
}

/// Names and values after the first `;`. Values may be quoted, with `\` before a quote inside.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim().trim_start_matches(';').trim().to_ascii_lowercase();
        let after = after.trim_start();
        let (value, left) = match after.strip_prefix('"') {
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
            Some(quoted) => {
                let (mut value, mut end, mut escaped) = (String::new(), quoted.len(), false);
                for (at, c) in quoted.char_indices() {
                    match c {
                        // A backslash before anything else is that of a path on Windows.
                        '\\' if !escaped && quoted[at + 1..].starts_with(['"', '\\']) => escaped = true,
                        '"' if !escaped => {
                            end = at + 1;
                            break;
                        }
                        _ => {
                            escaped = false;
                            value.push(c);
                        }
                    }
                }
                (value, &quoted[end..])
            }
        };
        found.push((name, value));
        rest = left.trim_start().strip_prefix(';').unwrap_or(left);
    }
    found
}

fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The last part of a path, whatever tricks stand before it, without what cannot be seen.
pub(super) fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // Marks that turn the direction of writing make `exe.pdf` of `fdp.exe`.
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = name.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let plain = plain.trim().trim_matches('.').trim();
    // The end of a long name says what it is.
    let cut = plain.chars().count().saturating_sub(255);
    plain.chars().skip(cut).collect()
}

/// The header that proposes a name. Names beyond ASCII are given twice: readable to old clients, and whole.
pub(super) fn proposing(kind: &str, name: &str) -> String {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    if name.bytes().all(token) {
        return format!("{kind}; filename={name}");
    }
    let readable: String = name
        .chars()
        .map(|c| if c == ' ' || (c.is_ascii_graphic() && !"\"\\%".contains(c)) { c } else { '_' })
        .collect();
    let mut header = format!("{kind}; filename=\"{readable}\"");
    if readable != name {
        header.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            let _ = if token(byte) { write!(header, "{}", char::from(byte)) } else { write!(header, "%{byte:02X}") };
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::{file_name, proposing};
    use axum::http::HeaderValue;

    #[test]
    fn names_lose_their_paths_and_tricks() {
        for (header, name) in [
            ("attachment; filename=\"a b.json\"", Some("a b.json")),
            ("attachment;filename=x.yaml", Some("x.yaml")),
            ("attachment; filename=caf%C3%A9.txt", Some("café.txt")),
            ("attachment; filename=\"../../etc/passwd\"", Some("passwd")),
            ("attachment; filename=\"..\\\\..\\\\boot.ini\"", Some("boot.ini")),
            ("attachment; filename=\"C:\\dir\\a.txt\"", Some("a.txt")),
            ("attachment; filename=\"a;b.txt\"", Some("a;b.txt")),
            ("attachment; filename=\"say \\\"hi\\\".txt\"", Some("say \"hi\".txt")),
            ("attachment; filename=old.txt; filename*=UTF-8''%E2%82%AC.txt", Some("€.txt")),
            ("attachment; filename*=UTF-8''a%2Fb.txt", Some("b.txt")),
            ("attachment; filename=report%E2%80%AEfdp.exe", Some("reportfdp.exe")),
            ("attachment; filename=\"a%00b.txt\"", Some("ab.txt")),
            ("attachment; FILENAME=\"A.TXT\"", Some("A.TXT")),
            ("attachment; filename=\"...\"", None),
            ("attachment; filename=\"a/\"", None),
            ("attachment", None),
            ("attachment; filename=\"\"", None),
            ("attachment; filename=\"", None),
            ("", None),
        ] {
            let value = HeaderValue::from_bytes(header.as_bytes()).expect("a header");
            assert_eq!(file_name(&value).as_deref(), name, "{header}");
        }
        let long = format!("attachment; filename={}.txt", "x".repeat(400));
        let name = file_name(&HeaderValue::from_str(&long).expect("a header")).expect("a name");
        assert_eq!((name.len(), name.ends_with("x.txt")), (255, true));
    }

    #[test]
    fn names_are_proposed_as_http_can_carry_them() {
        assert_eq!(proposing("attachment", "a.txt"), "attachment; filename=a.txt");
        assert_eq!(proposing("inline", "a b.txt"), "inline; filename=\"a b.txt\"");
        let name = "attachment; filename=\"_\u{20}_.txt\"; filename*=UTF-8''%E2%82%AC%20%22.txt";
        assert_eq!(proposing("attachment", "€ \".txt"), name);
        assert_eq!(proposing("attachment", "a;b.txt"), "attachment; filename=\"a;b.txt\"");
    }
}
