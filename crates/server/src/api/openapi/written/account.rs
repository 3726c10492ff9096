//! Signing in, and what people do with their account.

use super::{
    Method, Written, answers, anything, body, factors, filled, integer, list, machines, map, maybe, number, object,
    open, status, text, time, tokens, truth, uuid,
};
use serde_json::{Value, json};

/// Answers of sign-in, in the contract's shape.
pub(super) fn signing_in(method: Method, rest: &str) -> Option<Written> {
    let (client, rest) = rest.split_once("/v1/")?;
    let out = object(&[
        ("status", integer()),
        ("data", object(&[("flows", list(&object(&[("id", text())])))])),
        ("meta", object(&[("is_authenticated", truth())])),
    ]);
    let user = object(&[("id", uuid()), ("display", text()), ("email", text()), ("has_usable_password", truth())]);
    let method_used = object(&[("method", text()), ("at", maybe(number())), ("email", text())]);
    let signed_in = |meta: &[(&str, Value)]| {
        object(&[
            ("status", integer()),
            ("data", object(&[("user", user.clone()), ("methods", list(&method_used))])),
            ("meta", object(meta)),
        ])
    };
    let plain = [("is_authenticated", truth())];
    let with_session = [("is_authenticated", truth()), ("session_token", text()), ("access_token", text())];
    Some(match (method, rest) {
        (Method::Post, "auth/login") => {
            let meta: &[(&str, Value)] = if client == "app" { &with_session } else { &plain };
            answers(signed_in(meta)).taking(body(&[("email", filled()), ("password", filled())], &[]))
        }
        (Method::Post, "auth/2fa/authenticate") => {
            let meta: &[(&str, Value)] = if client == "app" { &with_session } else { &plain };
            answers(signed_in(meta)).taking(body(&[("code", filled())], &[]))
        }
        (Method::Post, "auth/webauthn/login" | "auth/webauthn/authenticate") => {
            let meta: &[(&str, Value)] = if client == "app" { &with_session } else { &plain };
            answers(signed_in(meta)).taking(factors::credential())
        }
        (Method::Get, "auth/webauthn/login") if client == "app" => factors::options(&with_session[..2]),
        (Method::Get, "auth/webauthn/login" | "auth/webauthn/authenticate" | "auth/webauthn/reauthenticate") => {
            factors::options(&[])
        }
        (Method::Post, "auth/webauthn/reauthenticate") => answers(signed_in(&plain)).taking(factors::credential()),
        (Method::Post, "auth/reauthenticate") => {
            answers(signed_in(&plain)).taking(body(&[("password", filled())], &[("code", text())]))
        }
        (Method::Get, "auth/session") => answers(signed_in(&plain)).or(401, out),
        (Method::Delete, "auth/session") => status(401, out),
        (Method::Get, "account/authenticators") => {
            answers(object(&[("status", integer()), ("data", list(&anything()))]))
        }
        _ => return factors::of(method, rest.strip_prefix("account/authenticators")?),
    })
}

/// Sessions, passwords, profile, tokens and service accounts.
pub(super) fn of(method: Method, rest: &str) -> Option<Written> {
    use Method::{Delete, Get, Patch, Post};
    if rest.contains("auth-tokens/") || rest.starts_with("token-policy/") {
        return tokens::of(method, rest);
    }
    if rest.starts_with("service-accounts/") {
        return machines::of(method, rest);
    }
    let nothing = || object(&[]);
    let passwords = [("new_password", filled()), ("confirm_new_password", filled())];
    let with = |first: &[(&'static str, Value)]| body(&[first, &passwords].concat(), &[]);
    Some(match (method, rest) {
        (Delete, "sessions/{id}/") | (Post, "logout/" | "logoutall/") => status(204, Value::Null),
        (Get, "current-user/") => answers(current_user()),
        (Patch, "profile/") => {
            let name = json!({ "type": "string", "maxLength": 150 });
            answers(current_user()).taking(body(&[], &[("first_name", name.clone()), ("last_name", name)]))
        }
        (Post, "change-password/") => answers(nothing()).taking(with(&[("old_password", filled())])),
        (Post, "disable-mfa/") => answers(nothing()).taking(body(&[("user", uuid())], &[])),
        (Post, "set-password/") => answers(nothing()).taking(with(&[("user", uuid())])),
        (Post, "password-reset/") => status(202, nothing()).taking(body(&[("email", filled())], &[])),
        (Post, "password-reset/confirm/") => answers(nothing()).taking(with(&[("token", filled())])),
        (Post, "revoke-sessions/") => answers(object(&[("revoked_sessions", integer())])),
        (Post, "session-token/") => answers(object(&[("token", text())])),
        (Get, "sessions/") => answers(list(&object(&[
            ("id", uuid()),
            ("created", time()),
            ("last_used", time()),
            ("expires", time()),
            ("ip", maybe(text())),
            ("user_agent", maybe(text())),
            ("current", truth()),
        ]))),
        _ => return None,
    })
}

fn current_user() -> Value {
    object(&[
        ("id", uuid()),
        ("email", text()),
        ("first_name", text()),
        ("last_name", text()),
        ("is_active", truth()),
        ("date_joined", maybe(time())),
        ("is_third_party", truth()),
        ("is_local", truth()),
        ("has_mfa_enabled", truth()),
        ("is_superuser", truth()),
        ("actor_id", maybe(uuid())),
        ("all_actor_ids", list(&uuid())),
        ("user_groups", list(&json!({ "type": "array", "minItems": 2, "maxItems": 2 }))),
        ("roles", list(&text())),
        ("is_auditee", truth()),
        ("is_admin", truth()),
        ("is_sso", truth()),
        ("accessible_domains", list(&uuid())),
        ("domain_permissions", map(&list(&text()))),
        ("root_folder_id", uuid()),
        ("preferences", open(&[("lang", text())])),
    ])
}
