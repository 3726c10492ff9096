//! The second factor.

use super::{Written, answers};
use crate::api::openapi::schema::{body, filled, integer, list, maybe, object, text, truth};
use crate::api::routes::Method::{self, Delete, Get, Post};
use serde_json::Value;

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
        (Get, "/recovery-codes") => answers(object(&[stat(), ("data", codes())])).or(404, bare()),
        (Post, "/recovery-codes") => answers(object(&[stat(), ("data", codes())])),
        _ => return None,
    })
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
