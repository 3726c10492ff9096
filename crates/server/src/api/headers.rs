//! What the headers of a request say of where it comes from and of the answer that is wanted.

use crate::App;
use axum::http::{HeaderMap, HeaderValue, header};
use engine::access::Origin;
use engine::{ApiError, Query};
use iam::client_address::Scheme;
use serde_json::json;
use std::net::IpAddr;
use std::sync::Arc;

/// Where a request comes from, and whether it came encrypted.
pub(super) fn origin(
    app: &App,
    headers: &HeaderMap,
    (peer, connection): (IpAddr, Scheme),
    request_id: &str,
) -> (Arc<Origin>, bool) {
    let lines = |name: &'static str| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let trusted = app.settings.trusted_proxies();
    let address = trusted.client_address(peer, lines("x-forwarded-for").collect::<Vec<_>>());
    let scheme = trusted.scheme(peer, connection, lines("x-forwarded-proto").collect::<Vec<_>>());
    let agent = headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let agent = agent.map(|agent| iam::redact::redact(&agent).chars().filter(|c| !c.is_control()).take(200).collect());
    let origin = Origin { address: Some(address), agent, request: Some(request_id.to_owned()) };
    (Arc::new(origin), scheme == Scheme::Https)
}

/// Clients that insist on something else than JSON are told so.
pub(super) fn acceptable(headers: &HeaderMap, query: &Query) -> Result<(), ApiError> {
    match query.last("format") {
        None | Some("json" | "openapi-json" | "yaml" | "") => {}
        Some(_) => return Err(ApiError::NotFound),
    }
    let Some(accept) = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()) else { return Ok(()) };
    let known = ["*/*", "application/*", "application/json", "application/problem+json", "text/csv", "application/vnd"];
    let fits = accept.split(',').any(|one| known.iter().any(|known| one.trim().starts_with(known)));
    let page = query.pairs().is_empty() && accept.contains("text/html");
    if fits || accept.trim().is_empty() || (page && accept.contains("*/*")) {
        return Ok(());
    }
    Err(ApiError::refused(406, json!({ "detail": "Could not satisfy the request Accept header." })))
}

/// Whether a kind of answer is named among those that are wanted.
pub(super) fn accepts(headers: &HeaderMap, kind: &str) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains(kind))
}

/// The host under which browsers know us.
pub(super) fn host<'a>(app: &'a App, headers: &'a HeaderMap) -> Option<&'a str> {
    app.settings.public_host().or_else(|| headers.get(header::HOST).and_then(|value| value.to_str().ok()))
}

/// What a request is called: by its sender, if that is a plain name.
pub(super) fn request_id(app: &App, headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|value| value.to_str().ok());
    let plain =
        |id: &&str| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match given.filter(plain) {
        Some(id) => id.to_owned(),
        None => app.engine.new_id().map(|id| id.simple().to_string()).unwrap_or_default(),
    }
}

/// The first language asked for that we speak; the first one given when none is.
pub(super) fn language(headers: &HeaderMap) -> String {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("en");
    let mut wanted: Vec<(f32, &str)> = header
        .split(',')
        .filter_map(|one| {
            let mut parts = one.trim().split(';');
            let tag = parts.next()?.trim();
            let quality = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            let primary = tag.split('-').next()?;
            let plain = primary.len() == 2 && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
            plain.then_some((quality, primary))
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    wanted.first().map_or_else(|| "en".to_owned(), |(_, tag)| tag.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::language;
    use axum::http::{HeaderMap, HeaderValue};

    #[test]
    fn languages_follow_quality() {
        let of = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("accept-language", HeaderValue::from_static(text));
            language(&headers)
        };
        assert_eq!(of("fr-FR,fr;q=0.9,en;q=0.8"), "fr");
        assert_eq!(of("en;q=0.1, de;q=0.5"), "de");
        assert_eq!(of("*"), "en");
        assert_eq!(of(""), "en");
    }
}
