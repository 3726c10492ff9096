//! Service accounts, and the exchange of their credentials.

use super::{Written, answers, status};
use crate::api::openapi::schema::{body, filled, list, maybe, object, page, pointer, text, time, truth, uuid};
use crate::api::routes::Method::{self, Delete, Get, Patch, Post};
use serde_json::{Value, json};

/// `service-accounts/…`.
pub(super) fn of(method: Method, rest: &str) -> Option<Written> {
    let day = || maybe(json!({ "type": "string", "format": "date" }));
    let ids = || list(&uuid());
    let settable = [
        ("name", json!({ "type": "string", "minLength": 1, "maxLength": 100 })),
        ("description", maybe(text())),
        ("is_active", truth()),
        ("expiry_date", day()),
        ("role", maybe(uuid())),
        ("permissions", ids()),
        ("folders", ids()),
        ("is_recursive", truth()),
    ];
    Some(match (method, rest) {
        (Get, "service-accounts/") => answers(page(&object(&account()))),
        (Post, "service-accounts/") => status(201, object(&with_secret())).taking(body(&settable[..1], &settable[1..])),
        (Get, "service-accounts/roles/" | "service-accounts/permissions/") => answers(list(&pointer())),
        (Get, "service-accounts/{id}/") => answers(object(&account())),
        (Patch, "service-accounts/{id}/") => answers(object(&account())).taking(body(&[], &settable)),
        (Delete, "service-accounts/{id}/") => status(204, Value::Null),
        (Post, "service-accounts/{id}/rotate-secret/") => {
            let hours = json!({ "type": ["integer", "null"], "minimum": 0, "maximum": 744 });
            answers(object(&with_secret())).taking(body(&[], &[("grace_hours", hours)]))
        }
        _ => return None,
    })
}

/// The token endpoint.
pub(super) fn exchange() -> Written {
    let token = object(&[
        ("access_token", text()),
        ("token_type", text()),
        ("expires_in", json!({ "type": "integer", "minimum": 1 })),
    ]);
    let grant = json!({ "type": "string", "enum": ["client_credentials"] });
    answers(token).taking(body(&[("grant_type", grant)], &[("client_id", filled()), ("client_secret", filled())]))
}

fn account() -> Vec<(&'static str, Value)> {
    vec![
        ("id", uuid()),
        ("client_id", text()),
        ("name", text()),
        ("description", maybe(text())),
        ("is_active", truth()),
        ("expiry_date", maybe(json!({ "type": "string", "format": "date" }))),
        ("role", maybe(uuid())),
        ("is_role_linked", truth()),
        ("is_global_admin", truth()),
        ("role_name", maybe(text())),
        ("is_recursive", truth()),
        ("created_by", text()),
        ("secret_preview", text()),
        ("previous_secret_expires_at", maybe(time())),
        ("created_at", time()),
        ("updated_at", time()),
        ("folders", list(&pointer())),
        ("permissions", list(&pointer())),
    ]
}

fn with_secret() -> Vec<(&'static str, Value)> {
    let mut account = account();
    account.push(("client_secret", text()));
    account
}
