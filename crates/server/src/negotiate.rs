//! What a client says of the answer that it wants: how it may be packed, and which one it has already.

use axum::http::HeaderMap;
use axum::http::header::HeaderName;

/// All lines of a header as one.
pub(crate) fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(",")
}

/// Whether `If-None-Match` names this tag; both count as weak ones.
pub(crate) fn has_already(if_none_match: &str, tag: &str) -> bool {
    let strong = tag.trim_start_matches("W/");
    if_none_match.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == strong)
}

/// Whether gzip is offered and not ruled out by `q=0`.
pub(crate) fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|offer| {
        let (coding, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
        matches!(coding.trim(), "gzip" | "*") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_offered_codings() {
        for header in ["gzip", "br, gzip;q=0.5", "*", "deflate,gzip"] {
            assert!(accepts_gzip(header), "{header}");
        }
        for header in ["", "br", "gzip;q=0", "gzip; q=0.0", "identity"] {
            assert!(!accepts_gzip(header), "{header}");
        }
    }
}
