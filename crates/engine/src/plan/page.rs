//! `?limit=&offset=`: the window, and the links to its neighbours.

use crate::context::Query;
use serde_json::{Value, json};

/// Rows of a page when the client does not say; also the most it can get.
const MOST: u64 = 5000;

/// A window over a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows at most.
    pub limit: u64,
    /// Rows before.
    pub offset: u64,
}

impl Page {
    /// Reads the window: whatever is no positive number falls back to the default.
    pub fn of(query: &Query) -> Self {
        let number = |name| query.last(name).and_then(|text| text.trim().parse::<u64>().ok());
        let limit = number("limit").filter(|limit| *limit > 0).unwrap_or(MOST).min(MOST);
        // Both databases count in 63 bits.
        let offset = number("offset").unwrap_or(0).min(i64::MAX.unsigned_abs() - MOST);
        Self { limit, offset }
    }

    /// ` LIMIT … OFFSET …`
    pub fn clause(&self) -> String {
        format!(" LIMIT {} OFFSET {}", self.limit, self.offset)
    }

    /// `next` and `previous` for a list of `count` rows, as relative paths or null.
    pub fn links(&self, path: &str, query: &Query, count: u64) -> (Value, Value) {
        let next = self.offset.saturating_add(self.limit);
        let next = if next < count { json!(self.link(path, query, Some(next))) } else { Value::Null };
        let previous = match self.offset {
            0 => Value::Null,
            offset if offset <= self.limit => json!(self.link(path, query, None)),
            offset => json!(self.link(path, query, Some(offset - self.limit))),
        };
        (next, previous)
    }

    /// The same query with another window; parameters sorted, as the contract records.
    fn link(&self, path: &str, query: &Query, offset: Option<u64>) -> String {
        let mut pairs: Vec<(String, String)> =
            query.pairs().iter().filter(|(key, _)| key != "limit" && key != "offset").cloned().collect();
        pairs.push(("limit".into(), self.limit.to_string()));
        pairs.extend(offset.map(|offset| ("offset".to_owned(), offset.to_string())));
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        let query: Vec<String> =
            pairs.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
        format!("{path}?{}", query.join("&"))
    }
}

/// Percent-encodes everything outside RFC 3986's unreserved characters.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{MOST, Page, Query};
    use serde_json::json;

    fn query(pairs: &[(&str, &str)]) -> Query {
        Query::new(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn anything_but_a_positive_limit_means_the_default() {
        for bad in ["0", "-1", "abc", "", "1.5", "99999999999999999999999"] {
            assert_eq!(Page::of(&query(&[("limit", bad), ("offset", bad)])), Page { limit: MOST, offset: 0 });
        }
        assert_eq!(Page::of(&query(&[("limit", "9000")])).limit, MOST);
    }

    #[test]
    fn links_follow_the_recorded_forms() {
        let asked = query(&[("limit", "2"), ("offset", "2"), ("search", "a b")]);
        let (next, previous) = Page::of(&asked).links("/api/assets/", &asked, 2000);
        assert_eq!(next, json!("/api/assets/?limit=2&offset=4&search=a+b"));
        assert_eq!(previous, json!("/api/assets/?limit=2&search=a+b"));

        let beyond = query(&[("limit", "2"), ("offset", "999999")]);
        let (next, previous) = Page::of(&beyond).links("/api/assets/", &beyond, 2000);
        assert_eq!((next, previous), (json!(null), json!("/api/assets/?limit=2&offset=999997")));
    }
}
