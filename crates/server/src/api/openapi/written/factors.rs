//! The second factor.

use super::{Written, answers};
use crate::api::openapi::schema::{anything, body, filled, integer, list, maybe, object, text, truth, uuid};
use crate::api::routes::Method::{self, Delete, Get, Post, Put};
use serde_json::{Value, json};

/// Options for the browser, in the JSON of WebAuthn, which describes them.
pub(super) fn options(meta: &[(&str, Value)]) -> Written {
    let public_key = || object(&[("publicKey", anything())]);
    let mut members = vec![("status", integer()), ("data", object(&[("request_options", public_key())]))];
    if !meta.is_empty() {
        members.push(("meta", object(meta)));
    }
    answers(object(&members))
}

/// What the browser made of them.
pub(super) fn credential() -> Value {
    body(&[("credential", json!({ "type": "object" }))], &[])
}

/// `account/authenticators/…`.
pub(super) fn of(method: Method, rest: &str) -> Option<Written> {
    let stat = || ("status", integer());
    let bare = || object(&[stat()]);
    let totp = || object(&[("type", text()), ("created_at", integer()), ("last_used_at", maybe(integer()))]);
    Some(match (method, rest) {
        (Get, "/totp") => {
            let offer = object(&[("secret", text()), ("totp_url", text())]);
            answers(object(&[stat(), ("data", totp())])).or(404, object(&[stat(), ("meta", offer)]))
        }
        (Post, "/totp") => {
            let codes = [("recovery_codes_generated", truth()), ("recovery_codes", list(&text()))];
            let active = object(&[stat(), ("data", totp()), ("meta", object(&codes))]);
            answers(active).taking(body(&[("code", filled())], &[]))
        }
        (Delete, "/totp") => answers(bare()),
        (Get, "/webauthn") => {
            let options = object(&[("creation_options", object(&[("publicKey", anything())]))]);
            answers(object(&[stat(), ("data", options)]))
        }
        (Post, "/webauthn") => {
            let codes = [("recovery_codes_generated", truth()), ("recovery_codes", list(&text()))];
            let added = object(&[stat(), ("data", passkey()), ("meta", object(&codes))]);
            answers(added).taking(body(&[("credential", json!({ "type": "object" }))], &[("name", filled())]))
        }
        (Put, "/webauthn") => {
            answers(object(&[stat(), ("data", passkey())])).taking(body(&[("id", uuid()), ("name", filled())], &[]))
        }
        (Delete, "/webauthn") => answers(bare()).taking(body(&[("authenticators", list(&uuid()))], &[])),
        (Get, "/recovery-codes") => answers(object(&[stat(), ("data", codes())])).or(404, bare()),
        (Post, "/recovery-codes") => answers(object(&[stat(), ("data", codes())])),
        _ => return None,
    })
}

fn passkey() -> Value {
    object(&[
        ("type", text()),
        ("id", uuid()),
        ("name", text()),
        ("created_at", integer()),
        ("last_used_at", maybe(integer())),
        ("is_passwordless", truth()),
    ])
}

fn codes() -> Value {
    object(&[
        ("type", text()),
        ("total_code_count", integer()),
        ("unused_code_count", integer()),
        ("unused_codes", list(&text())),
        ("created_at", maybe(integer())),
        ("last_used_at", maybe(integer())),
    ])
}
