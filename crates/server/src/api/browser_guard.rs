//! Cookie sessions in browsers: requests that change something must prove that they come from
//! our own pages.

use axum::http::HeaderMap;
use engine::ApiError;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Name of the session cookie on plain connections; on encrypted ones the `__Host-` form is
/// used, which browsers tie to this host.
pub(super) const COOKIE: &str = "tessera_session";

/// The session in the cookies, if there is one. On an encrypted connection only the name counts
/// that no other host can set.
pub(super) fn session_cookie(headers: &HeaderMap, secure: bool) -> Option<&str> {
    let name = if secure { format!("__Host-{COOKIE}") } else { COOKIE.to_owned() };
    cookie(headers, &name)
}

fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let lines = headers.get_all("cookie").iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// A sign-in under way; a cookie of its own holds its value.
#[derive(Clone, Copy, Debug)]
pub(super) enum UnderWay {
    /// The password was right, the second factor is awaited.
    SecondHalf,
    /// A passkey is awaited.
    Passkey,
}

impl UnderWay {
    fn cookie(self) -> &'static str {
        match self {
            Self::SecondHalf => "tessera_sign_in",
            Self::Passkey => "tessera_passkey",
        }
    }
}

/// The value of a sign-in under way, if there is one.
pub(super) fn under_way(headers: &HeaderMap, which: UnderWay) -> Option<&str> {
    cookie(headers, which.cookie())
}

/// A `Set-Cookie` value that stores or (with an empty value) removes such a sign-in.
pub(super) fn under_way_cookie(which: UnderWay, value: &str, secure: bool) -> String {
    let flag = if secure { "; Secure" } else { "" };
    let age = if value.is_empty() { 0 } else { 300 };
    let name = which.cookie();
    format!("{name}={value}; Path=/api/_allauth/; HttpOnly; SameSite=Strict{flag}; Max-Age={age}")
}

/// A `Set-Cookie` value that stores or (with an empty value) removes the session.
pub(super) fn set_cookie(value: &str, secure: bool) -> String {
    let (name, flag) = if secure { (format!("__Host-{COOKIE}"), "; Secure") } else { (COOKIE.to_owned(), "") };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{flag}{age}")
}

/// The anti-forgery value that belongs to a session: derived, so nothing has to be stored, and
/// of no use without the cookie.
pub(super) fn csrf_token(cookie: Option<&str>) -> String {
    let digest = Sha256::digest(format!("tessera csrf {}", cookie.unwrap_or_default()));
    engine::hex(&digest[..20])
}

/// Refuses a changing request of a cookie session that lacks the value or comes from elsewhere.
pub(super) fn check(headers: &HeaderMap, secure: bool, own_host: Option<&str>) -> Result<(), ApiError> {
    from_here(headers, own_host)?;
    let expected = csrf_token(session_cookie(headers, secure));
    if text(headers, "x-csrftoken") != Some(expected.as_str()) {
        return fail("CSRF Failed: CSRF token missing or incorrect.");
    }
    Ok(())
}

/// Refuses a request that a browser sends from another site. Enough for signing in, where there is
/// no session yet: nobody should find themselves in somebody else's.
pub(super) fn from_here(headers: &HeaderMap, own_host: Option<&str>) -> Result<(), ApiError> {
    let text = |name: &str| text(headers, name);
    if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return fail("CSRF Failed: the request comes from another site.");
    }
    if let (Some(origin), Some(host)) = (text("origin"), own_host) {
        let from = origin.split_once("://").map_or(origin, |(_, host)| host);
        if !from.eq_ignore_ascii_case(host) {
            return fail("CSRF Failed: the origin is not ours.");
        }
    }
    Ok(())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn fail(why: &str) -> Result<(), ApiError> {
    Err(ApiError::refused(403, json!({ "detail": why, "code": "csrf_failed" })))
}
