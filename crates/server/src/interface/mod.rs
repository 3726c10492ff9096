//! The web interface inside the program: files of `ui/dist`, as they were when the program was built.
//!
//! Everything here is public and the same for everybody; the interface gets its data from the API like any client.

mod assets;

use crate::negotiate::{accepts_gzip, has_already, joined};
use assets::Assets;
use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName,
    HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Method, Request, Response, StatusCode};

/// Shown when the program was built without the interface.
const NOT_BUILT: &str = include_str!("not_built.html");

/// On every answer of this module.
const PROTECTION: [(HeaderName, &str); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; \
         base-uri 'none'; form-action 'self'",
    ),
    (X_FRAME_OPTIONS, "DENY"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// For whatever no route takes: `router.fallback(interface::fallback)`.
pub async fn fallback(request: Request<Body>) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = response(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "Only GET and HEAD.");
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let header = |name| joined(request.headers(), &name);
    serve(request.uri().path(), &header(ACCEPT_ENCODING), &header(IF_NONE_MATCH))
}

/// The file at `path`, or the page of the interface when `path` is one of its own addresses.
pub fn serve(path: &str, accept_encoding: &str, if_none_match: &str) -> Response<Body> {
    let name = path.trim_start_matches('/');
    let is_file = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let is_address = !is_file && name != "api" && !name.starts_with("api/");
    let name = if is_address { "index.html" } else { name };
    let Some(file) = Assets::find(name, accepts_gzip(accept_encoding)) else {
        return if is_address {
            response(StatusCode::OK, "text/html; charset=utf-8", NOT_BUILT)
        } else {
            response(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "There is no such page.")
        };
    };
    let mut answer = if has_already(if_none_match, &file.tag) {
        response(StatusCode::NOT_MODIFIED, file.kind, Bytes::new())
    } else {
        response(StatusCode::OK, file.kind, file.bytes)
    };
    // Names under assets/ change with their content; all others are asked for again.
    let lasting = name.starts_with("assets/");
    let cache = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&file.tag) {
        headers.insert(ETAG, tag);
    }
    if file.gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer
}

fn response(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    for (name, value) in PROTECTION {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header<'a>(answer: &'a Response<Body>, name: &HeaderName) -> &'a str {
        answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn addresses_of_the_interface_are_its_page() {
        for path in ["/", "/assets", "/assets/0199/edit", "/a.b/c"] {
            let answer = serve(path, "", "");
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(header(&answer, &CONTENT_TYPE), "text/html; charset=utf-8");
            assert_eq!(header(&answer, &CACHE_CONTROL), "no-cache");
            assert_eq!(header(&answer, &X_FRAME_OPTIONS), "DENY");
            assert!(header(&answer, &CONTENT_SECURITY_POLICY).starts_with("default-src 'self';"));
        }
    }

    #[test]
    fn nothing_outside_the_interface_is_served() {
        for path in
            ["/api", "/api/", "/missing.js", "/../Cargo.toml", "/..%2fCargo.toml", "//etc/hosts.conf", "/index.html.gz"]
        {
            assert_eq!(serve(path, "gzip", "").status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn built_files_have_their_headers() {
        let plain = serve("/", "", "");
        let tag = header(&plain, &ETAG).to_owned();
        if tag.is_empty() {
            return; // built without the interface
        }
        let same = serve("/", "", &format!("\"other\", W/{tag}"));
        assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
        let packed = serve("/", "gzip", &tag);
        assert_eq!(header(&packed, &CONTENT_ENCODING), "gzip");
        assert_eq!(packed.status(), StatusCode::OK, "another encoding is another tag");
        let asset = Assets::names().find(|name| name.starts_with("assets/") && name.ends_with(".js")).unwrap();
        let answer = serve(&format!("/{asset}"), "", "");
        assert_eq!(header(&answer, &CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert!(header(&answer, &CACHE_CONTROL).ends_with("immutable"));
    }
}
