//! Ways to put a value where it does not belong.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// Puts a value into a request.
pub type Place = fn(RequestBuilder, &str) -> RequestBuilder;

/// Ways to put a value where it does not belong. What people may name as they like (an asset,
/// a search) is not among them: that is their text and stays theirs.
pub fn misplaced(value: &str) -> Vec<(&'static str, Place)> {
    assert!(value.starts_with("tsr_pat_"));
    vec![
        ("as the credential", |request, value| request.header("authorization", format!("Token {value}"))),
        ("as a Bearer", |request, value| request.header("authorization", format!("Bearer {value}"))),
        ("with Basic", |request, value| request.header("authorization", format!("Basic {value}"))),
        ("with a blank after it", |request, value| request.header("authorization", format!("Token {value} {value}"))),
        ("cut by one", |request, value| {
            request.header("authorization", format!("Token {}", &value[..value.len() - 1]))
        }),
        ("twice", |request, value| {
            request.header("authorization", format!("Token {value}")).header("authorization", format!("Token {value}"))
        }),
        ("as a session", |request, value| request.header("x-session-token", value)),
        ("as a cookie", |request, value| request.header("cookie", format!("tessera_session={value}"))),
        ("in the query", |request, value| request.query(&[("token", value)])),
        ("as a name in the query", |request, value| request.query(&[(value, "1")])),
        ("as its own request id", |request, value| {
            request.header("authorization", format!("Token {value}")).header("x-request-id", value)
        }),
        ("in other headers", |request, value| {
            let mut request = request.header("authorization", format!("Token {value}"));
            for name in
                ["user-agent", "referer", "origin", "if-match", "accept-language", "x-csrftoken", "prefer", "from"]
            {
                request = request.header(name, value);
            }
            request
        }),
        ("as an idempotency key", |request, value| {
            request.header("authorization", format!("Token {value}")).header("idempotency-key", value)
        }),
        ("as a content type", |request, value| {
            request.header("authorization", format!("Token {value}")).header("content-type", value).body("{}")
        }),
        ("as an address", |request, value| request.header("x-forwarded-for", value)),
        ("as what is accepted", |request, value| {
            request.header("authorization", format!("Token {value}")).header("accept", value)
        }),
        ("as a problem", |request, value| {
            let request = request.header("authorization", format!("Token {value}"));
            request.header("accept", "application/problem+json").header("idempotency-key", value)
        }),
    ]
}

/// A body in which every field that is not free text holds the value.
pub fn body(value: &str) -> Value {
    json!({
        "folder": value, "type": value, "asset_class": value, "owner": [value], "parent_assets": value, "user": value,
        "users": [value], "role": value, "perimeter_folders": [value], "is_recursive": value, "permissions": [value],
        "ids": [value], "action": value, "field": value, "field_path": value, "expiry": value, "lc_status": value,
        "parent_folder": value, "security_objectives": value, "expiry_date": value, "reference_link": value,
        "default_assignee": [value], "leader": value, "members": [value], "parent": value, "code": value, "is_active": value,
        "old_password": value, "filtering_labels": [value], "translations": value, "security_objective_scale": value,
    })
}
