//! Personal access tokens and the rules for them.

use super::{Written, answers, files, status};
use crate::api::openapi::schema::{
    body, filled, integer, list, map, maybe, object, pointer, text, time, truth, uuid, word,
};
use crate::api::routes::Method::{self, Delete, Get, Patch, Post};
use engine::describe;
use serde_json::{Value, json};

const STATES: [&str; 3] = ["active", "expired", "revoked"];

/// `auth-tokens/…`, `admin/auth-tokens/…` and `token-policy/…`.
pub(super) fn of(method: Method, rest: &str) -> Option<Written> {
    Some(match (method, rest) {
        (Get, "auth-tokens/") => answers(list(&object(&shown()))).asking("state", false, states()),
        (Post, "auth-tokens/") => answers(object(&made())).taking(creation()),
        (Get, "auth-tokens/{id}/" | "auth-tokens/self/") => answers(object(&with_permissions())),
        (Patch, "auth-tokens/{id}/") => answers(object(&with_permissions())).taking(body(&[("name", name())], &[])),
        (Delete, "auth-tokens/{id}/" | "auth-tokens/self/") => status(204, Value::Null),
        (Post, "auth-tokens/{id}/rotate/" | "auth-tokens/self/rotate/") => {
            let hours = json!({ "type": "integer", "minimum": 0, "maximum": 168 });
            answers(object(&made())).taking(body(&[], &[("expiry", days()), ("overlap_hours", hours)]))
        }
        (Post, "auth-tokens/revoke/") => {
            answers(object(&[("revoked", list(&uuid()))])).taking(body(&[("ids", ids())], &[]))
        }
        (Post, "auth-tokens/report-leak/") => {
            let tokens = json!({ "type": "array", "maxItems": 1000 });
            status(202, object(&[])).taking(body(&[("tokens", tokens)], &[("url", json!({}))]))
        }
        (Get, "admin/auth-tokens/") => of_everybody(),
        (Get, "admin/auth-tokens/export_csv/") => Written { query: of_everybody().query, ..files(&["text/csv"]) },
        (Post, "admin/auth-tokens/revoke/") => {
            let filter = json!({ "type": "object", "minProperties": 1 });
            let forms = [body(&[("ids", ids())], &[]), body(&[("filter", filter)], &[])];
            answers(object(&[("count", integer()), ("dry_run", truth()), ("ids", list(&uuid()))])).taking(json!({
                "type": "object", "properties": { "dry_run": truth() }, "anyOf": forms,
            }))
        }
        (Get, "token-policy/") => answers(object(&policy())),
        (Patch, "token-policy/") => answers(object(&policy())).taking(changes()),
        (Post, "token-policy/preview/") => answers(object(&[
            ("tokens", integer()),
            ("people", integer()),
            ("reasons", map(&integer())),
            (
                "first",
                list(&object(&[("id", uuid()), ("name", text()), ("reasons", list(&text())), ("user", pointer())])),
            ),
        ]))
        .taking(changes()),
        _ => return None,
    })
}

fn states() -> Value {
    word(&[&STATES[..], &["all"]].concat())
}

fn name() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 255 })
}

fn days() -> Value {
    json!({
        "type": ["integer", "string"], "minimum": 1, "pattern": "^0*[1-9][0-9]*$",
        "description": "Days until it ends. The organisation's rules say how many it may be, and how many when nothing is said.",
    })
}

fn ids() -> Value {
    json!({ "type": "array", "items": uuid(), "minItems": 1, "maxItems": 10_000 })
}

fn creation() -> Value {
    let some = |of: Value| json!({ "type": ["array", "null"], "items": of, "maxItems": 100 });
    body(
        &[("name", name())],
        &[
            ("expiry", days()),
            ("scopes", some(filled())),
            ("domains", some(uuid())),
            ("include_subdomains", maybe(truth())),
            ("allowed_ips", some(filled())),
            ("self_rotate", maybe(truth())),
        ],
    )
}

fn limits() -> [(&'static str, Value); 3] {
    [
        ("scopes", maybe(list(&text()))),
        ("domains", maybe(list(&object(&[("id", uuid()), ("recursive", truth())])))),
        ("allowed_ips", maybe(list(&text()))),
    ]
}

/// The answer that holds the value.
fn made() -> Vec<(&'static str, Value)> {
    let mut members = vec![
        ("name", text()),
        ("expiry", time()),
        ("token", text()),
        ("id", uuid()),
        ("created", time()),
        ("preview", text()),
        ("self_rotate", truth()),
    ];
    members.extend(limits());
    members
}

/// A token as a line of a list.
fn line() -> Vec<(&'static str, Value)> {
    let mut members = vec![
        ("name", text()),
        ("created", time()),
        ("expiry", time()),
        ("digest", uuid()),
        ("id", uuid()),
        ("preview", text()),
        ("last_used_at", maybe(time())),
        ("last_used_ip", maybe(text())),
        ("last_used_agent", maybe(text())),
        ("state", word(&STATES)),
    ];
    members.extend(limits());
    members
}

fn shown() -> Vec<(&'static str, Value)> {
    let mut members = line();
    members.extend([("expires_in_days", integer()), ("self_rotate", truth()), ("rotated_at", maybe(time()))]);
    members
}

fn with_permissions() -> Vec<(&'static str, Value)> {
    let mut members = shown();
    members.push(("permissions", map(&list(&text()))));
    members
}

fn of_everybody() -> Written {
    let mut members = line();
    members.extend([
        ("rotated_at", maybe(time())),
        ("revoked_at", maybe(time())),
        ("revoked_reason", maybe(text())),
        ("user", maybe(pointer())),
    ]);
    let links = [("next", maybe(text())), ("previous", maybe(text()))];
    let counted = [("count", integer()), ("count_is_exact", truth()), ("results", list(&object(&members)))];
    let mut written = answers(object(&[&counted[..], &links].concat()));
    let empty = |schema: Value| json!({ "anyOf": [schema, { "const": "" }] });
    let number = json!({ "type": "integer", "minimum": 0, "maximum": 36_500 });
    let filters = [
        ("user", describe::optional_id()),
        ("state", empty(states())),
        ("unused_days", empty(number)),
        ("expires_before", describe::moment()),
        ("created_before", describe::moment()),
        ("scope", text()),
        ("ip", text()),
        ("search", text()),
    ];
    for (name, schema) in filters.into_iter().chain(describe::window()) {
        written = written.asking(name, false, schema);
    }
    written
}

fn policy() -> Vec<(&'static str, Value)> {
    let within = |least: i64, most: i64| json!({ "type": "integer", "minimum": least, "maximum": most });
    vec![
        ("max_days", within(1, 3650)),
        ("default_days", within(1, 3650)),
        ("per_person", within(0, 1000)),
        ("administrators_only", truth()),
        ("scopes_required", truth()),
        ("addresses_required", truth()),
        ("recent_sign_in_minutes", within(-1, 10_080)),
        ("idle_days", within(0, 3650)),
        ("requests_per_minute", within(0, 1_000_000)),
        ("disabled", json!({ "type": ["string", "null"], "minLength": 1, "maxLength": 500 })),
    ]
}

/// Some of the rules; one that is not known is an error.
fn changes() -> Value {
    let mut schema = body(&[], &policy());
    schema["additionalProperties"] = json!(false);
    schema
}

/// What GitHub's secret scanning sends, and what it wants to hear.
pub(super) fn found_by_github() -> Written {
    let finding = body(&[("token", text()), ("type", text())], &[("url", maybe(text())), ("source", maybe(text()))]);
    let label = word(&["true_positive", "false_positive"]);
    let verdict = object(&[("token_raw", text()), ("token_type", text()), ("label", label)]);
    answers(list(&verdict)).taking(json!({ "type": "array", "items": finding, "maxItems": 1000 }))
}
