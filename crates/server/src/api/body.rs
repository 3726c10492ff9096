//! Bodies: JSON, forms and multipart, all as one object. Whatever is wrong with one is a 4xx.

use super::disposition::file_name;
pub(super) use super::disposition::plain_name;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart};
use axum::http::{HeaderMap, Request, header};
use engine::declare::{Field, Resource};
use engine::{ApiError, Body, Upload};
use serde_json::{Value, json};

/// Largest body that is no file.
pub(super) const MOST: usize = 10 * 1024 * 1024;

const MULTIPART: &str = "multipart/form-data";

/// Reads a body by its content type. `resource` is what it is written to: a form cannot tell one
/// value from a list of one, but the declaration can.
pub(super) async fn read(headers: &HeaderMap, bytes: Bytes, resource: Option<&Resource>) -> Result<Body, ApiError> {
    match kind(headers).as_deref() {
        _ if bytes.is_empty() => Ok(Body::new()),
        None | Some("application/json") => json(&bytes),
        Some("application/x-www-form-urlencoded") => Ok(form(&bytes, resource)),
        Some(MULTIPART) => multipart(headers, bytes, resource).await,
        Some(_) => {
            let written = content_type(headers).unwrap_or_default();
            let detail = format!("Unsupported media type \"{written}\" in request.");
            Err(ApiError::refused(415, json!({ "detail": detail })))
        }
    }
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or("?"))
}

/// The content type alone, in lower case; none where nothing is said.
fn kind(headers: &HeaderMap) -> Option<String> {
    Some(content_type(headers)?.split(';').next()?.trim().to_ascii_lowercase())
}

/// Whether a body has parts.
pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    kind(headers).as_deref() == Some(MULTIPART)
}

fn json(bytes: &[u8]) -> Result<Body, ApiError> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| ApiError::BadRequest(format!("JSON parse error - {error}")))?;
    match value {
        Value::Object(body) => Ok(body),
        other => {
            let kind = match other {
                Value::Array(_) => "list",
                Value::String(_) => "str",
                Value::Bool(_) => "bool",
                Value::Null => "NoneType",
                _ => "int",
            };
            let sentence = format!("Invalid data. Expected a dictionary, but got {kind}.");
            Err(ApiError::field("non_field_errors", sentence))
        }
    }
}

/// Pairs of a form; a key that repeats becomes a list.
fn form(bytes: &[u8], resource: Option<&Resource>) -> Body {
    collect(pairs(&String::from_utf8_lossy(bytes)), resource)
}

/// Decodes `a=b&c=d`, as in forms and query strings.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// A file: raw, with its name in `Content-Disposition`, or the first file of a multipart form.
pub(super) async fn upload(headers: &HeaderMap, bytes: Bytes) -> Result<Upload, ApiError> {
    if is_multipart(headers) {
        let mut parts = parts(headers, bytes.into()).await?;
        while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
            if let Some(name) = part.file_name().map(plain_name) {
                let bytes = part.bytes().await.map_err(|error| broken(&error))?.to_vec();
                return Ok(Upload { name, bytes });
            }
        }
        return Err(ApiError::error(400, "noFileProvided"));
    }
    Ok(Upload { name: name_of_whole(headers)?, bytes: bytes.to_vec() })
}

/// The name of a file that is the whole body.
pub(super) fn name_of_whole(headers: &HeaderMap) -> Result<String, ApiError> {
    headers.get(header::CONTENT_DISPOSITION).and_then(file_name).ok_or_else(no_name)
}

pub(super) fn no_name() -> ApiError {
    ApiError::BadRequest(
        "Missing filename. Request should include a Content-Disposition header with a filename parameter.".into(),
    )
}

pub(super) fn broken(error: &impl std::fmt::Display) -> ApiError {
    ApiError::BadRequest(format!("Multipart form parse error - {error}"))
}

/// The parts of a body that the caller has bounded.
pub(super) async fn parts(headers: &HeaderMap, body: HttpBody) -> Result<Multipart, ApiError> {
    let mut request = Request::new(body);
    *request.headers_mut() = headers.clone();
    DefaultBodyLimit::disable().apply(&mut request);
    Multipart::from_request(request, &()).await.map_err(|error| broken(&error))
}

async fn multipart(headers: &HeaderMap, bytes: Bytes, resource: Option<&Resource>) -> Result<Body, ApiError> {
    let mut parts = parts(headers, bytes.into()).await?;
    let mut pairs = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        // Resources that take files go another way; here a file part is an unknown field, which is ignored.
        let is_file = part.file_name().is_some();
        let text = part.bytes().await.map_err(|error| broken(&error))?;
        if !is_file {
            pairs.push((name, String::from_utf8_lossy(&text).into_owned()));
        }
    }
    Ok(collect(pairs, resource))
}

pub(super) fn collect(pairs: Vec<(String, String)>, resource: Option<&Resource>) -> Body {
    let field = |name: &str| resource.and_then(|resource| resource.stored(name));
    let mut body = Body::new();
    for (key, value) in pairs {
        match body.get_mut(&key) {
            None if field(&key).is_some_and(Field::is_list) => {
                body.insert(key, json!([value]));
            }
            None => {
                body.insert(key, Value::String(value));
            }
            Some(Value::Array(list)) => list.push(Value::String(value)),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::{form, json, pairs};

    #[test]
    fn forms_are_objects_and_repeated_keys_are_lists() {
        let body = form(b"name=a+b&x=%C3%A9&x=2&flag", None);
        assert_eq!(serde_json::Value::Object(body), json!({"name": "a b", "x": ["é", "2"], "flag": ""}));
        assert_eq!(pairs("a=100%25&b=%zz%4%+f"), [("a".into(), "100%".into()), ("b".into(), "%zz%4% f".into())]);
    }

    #[test]
    fn anything_but_an_object_is_refused() {
        for bad in ["[]", "\"x\"", "1", "null", "{", "{\"a\":1}x", "", "\u{0}"] {
            assert!(json(bad.as_bytes()).is_err(), "{bad:?}");
        }
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(500), "]".repeat(500));
        assert!(json(deep.as_bytes()).is_err());
    }
}
