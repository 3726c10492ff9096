//! The one exit: outcomes become responses here and nowhere else.

use super::disposition::proposing;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use chrono::{DateTime, Utc};
use engine::ApiError;
use engine::declare::{Answer, Download};
use iam::rate::Rate;
use serde_json::{Value, json};

/// A response without the common headers.
pub(super) fn answer(answer: Answer, created: bool) -> Response<Body> {
    let ok = if created { StatusCode::CREATED } else { StatusCode::OK };
    match answer {
        Answer::Json(value) => json_response(ok, value.to_string().into_bytes()),
        Answer::Raw(bytes) => json_response(ok, bytes),
        Answer::Kept(kept) => json_response(ok, kept.bytes().clone()),
        Answer::Status(status, value) => {
            json_response(StatusCode::from_u16(status).unwrap_or(ok), value.to_string().into_bytes())
        }
        Answer::Nothing => bare(StatusCode::NO_CONTENT),
        Answer::Done => bare(ok),
        Answer::Download(download) => handed_on(download),
        Answer::File { name, mime, bytes } => {
            let mut response = Response::new(Body::from(bytes));
            set(&mut response, header::CONTENT_TYPE, mime);
            if !name.is_empty() {
                set(&mut response, header::CONTENT_DISPOSITION, &proposing("attachment", &name));
            }
            response
        }
    }
}

/// A file, piece by piece. Whatever is in it acts on nobody: it is kept, or shown in a box of its own that runs nothing.
fn handed_on(download: Download) -> Response<Body> {
    let mut response = Response::new(Body::from_stream(download.bytes));
    set(&mut response, header::CONTENT_TYPE, download.mime);
    if let Some(size) = download.size {
        set(&mut response, header::CONTENT_LENGTH, &size.to_string());
    }
    let kind = if download.inline { "inline" } else { "attachment" };
    set(&mut response, header::CONTENT_DISPOSITION, &proposing(kind, &download.name));
    // Browsers show PDF in a viewer of their own, which does not start inside a sandbox.
    let policy = if download.inline && download.mime == "application/pdf" {
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
    } else {
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
    };
    set(&mut response, header::CONTENT_SECURITY_POLICY, policy);
    set(&mut response, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    response
}

/// An error as a response. What is our fault is logged here, once, with the request id.
pub(super) fn error(error: &ApiError, request_id: &str, as_problem: bool) -> Response<Body> {
    if let ApiError::Internal(why) = error {
        tracing::error!(%request_id, %why, "request failed");
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut body = error.body();
    if let ApiError::Internal(_) = error {
        body["request_id"] = json!(request_id);
    }
    let mut response = if as_problem {
        let mut response = json_response(status, without_secrets(&problem(status, &body)));
        set(&mut response, header::CONTENT_TYPE, "application/problem+json");
        response
    } else {
        json_response(status, without_secrets(&body))
    };
    match error {
        ApiError::Unauthenticated { code, .. } => {
            set(&mut response, header::WWW_AUTHENTICATE, "Token");
            let reason =
                code.map_or(String::new(), |code| format!(", error=\"invalid_token\", error_description=\"{code}\""));
            let bearer = format!("Bearer realm=\"api\"{reason}");
            if let Ok(bearer) = HeaderValue::from_str(&bearer) {
                response.headers_mut().append(header::WWW_AUTHENTICATE, bearer);
            }
        }
        ApiError::Throttled(seconds) | ApiError::Slow { seconds, .. } => {
            set(&mut response, header::RETRY_AFTER, &seconds.to_string());
        }
        ApiError::Retry | ApiError::Unavailable(_) => set(&mut response, header::RETRY_AFTER, "1"),
        _ => {}
    }
    response
}

/// Refusals repeat what was sent; a secret in the wrong place is not repeated.
fn without_secrets(body: &Value) -> Vec<u8> {
    iam::redact::redact(&body.to_string()).into_owned().into_bytes()
}

/// RFC 9457, for clients that ask for it.
fn problem(status: StatusCode, body: &Value) -> Value {
    let detail = body["detail"].as_str().or(body["error"].as_str());
    json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
        "code": body.get("code"),
        "errors": if detail.is_none() { Some(body) } else { None },
    })
}

/// A response with no body.
pub(super) fn bare(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// A success with JSON text.
pub(super) fn json(bytes: Bytes) -> Response<Body> {
    json_response(StatusCode::OK, bytes)
}

fn json_response(status: StatusCode, bytes: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, "application/json");
    response
}

/// Sets a header; a value that HTTP cannot carry is left out.
pub(super) fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Tells the holder of a token when it ends.
pub(super) fn token_expires(response: &mut Response<Body>, at: DateTime<Utc>) {
    set(response, HeaderName::from_static("token-expiration"), &super::time(at));
    set(response, header::ACCESS_CONTROL_EXPOSE_HEADERS, "Token-Expiration, X-Request-Id, ETag");
}

/// Says what is left of the caller's requests, as draft-ietf-httpapi-ratelimit-headers-10 has it.
pub(super) fn rate(response: &mut Response<Body>, rate: Rate) {
    let policy = format!("\"default\";q={};w=60", rate.limit);
    set(response, HeaderName::from_static("ratelimit-policy"), &policy);
    let left = format!("\"default\";r={};t={}", rate.left.max(0), rate.reset);
    set(response, HeaderName::from_static("ratelimit"), &left);
}

/// Headers of every API response.
pub(super) fn common(response: &mut Response<Body>, language: &str, allow: &str, request_id: &str) {
    set(response, header::ALLOW, allow);
    let by_encoding = response.headers().get(header::VARY).is_some();
    let vary = "Accept-Language, Cookie, Authorization";
    set(response, header::VARY, &if by_encoding { format!("{vary}, Accept-Encoding") } else { vary.to_owned() });
    set(response, header::CONTENT_LANGUAGE, language);
    set(response, header::X_FRAME_OPTIONS, "DENY");
    set(response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(response, header::REFERRER_POLICY, "same-origin");
    set(response, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(response, HeaderName::from_static("x-request-id"), request_id);
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        set(response, header::CACHE_CONTROL, "no-store");
    }
}
