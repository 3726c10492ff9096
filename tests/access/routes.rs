//! The routes that are open to everybody, and those that want a person and no token. Both are
//! lists by hand: whoever adds a route to one of them says so here.

use server::api::routes::{Auth, routes};
use std::collections::BTreeSet;

/// What answers without any credential.
pub const PUBLIC: [&str; 29] = [
    "GET /api/health/",
    "GET /api/csrf/",
    "GET /api/meta/",
    "POST /api/setup/",
    "GET /api/schema/",
    "POST /api/_allauth/app/v1/auth/login",
    "GET /api/_allauth/app/v1/auth/session",
    "DELETE /api/_allauth/app/v1/auth/session",
    "POST /api/_allauth/browser/v1/auth/login",
    "GET /api/_allauth/browser/v1/auth/session",
    "DELETE /api/_allauth/browser/v1/auth/session",
    // The second half of a sign-in: the first half is in a value of its own.
    "POST /api/_allauth/app/v1/auth/2fa/authenticate",
    "POST /api/_allauth/browser/v1/auth/2fa/authenticate",
    // A passkey is the proof; the second half has the value of the first as well.
    "GET /api/_allauth/app/v1/auth/webauthn/login",
    "POST /api/_allauth/app/v1/auth/webauthn/login",
    "GET /api/_allauth/app/v1/auth/webauthn/authenticate",
    "POST /api/_allauth/app/v1/auth/webauthn/authenticate",
    "GET /api/_allauth/browser/v1/auth/webauthn/login",
    "POST /api/_allauth/browser/v1/auth/webauthn/login",
    "GET /api/_allauth/browser/v1/auth/webauthn/authenticate",
    "POST /api/_allauth/browser/v1/auth/webauthn/authenticate",
    // Holding a value is the proof (T-38).
    "POST /api/iam/auth-tokens/report-leak/",
    // GitHub's signature is the proof (T-39).
    "POST /api/secret-scanning/github/",
    // Machines show their client secret in the body.
    "POST /api/oauth/token/",
    "POST /api/iam/password-reset/",
    "POST /api/iam/password-reset/confirm/",
    "GET /api/settings/general/default-language/",
    "GET /api/settings/sso/info/",
    // The page's files answer beside these; they are the same for everybody.
    "GET /api/schema/swagger",
];

/// What a token may never do, whatever its owner's rights (T-25).
pub const SESSION_ONLY: [&str; 56] = [
    "GET /api/_allauth/app/v1/account/authenticators",
    "GET /api/_allauth/app/v1/account/authenticators/totp",
    "POST /api/_allauth/app/v1/account/authenticators/totp",
    "DELETE /api/_allauth/app/v1/account/authenticators/totp",
    "GET /api/_allauth/app/v1/account/authenticators/recovery-codes",
    "POST /api/_allauth/app/v1/account/authenticators/recovery-codes",
    "GET /api/_allauth/app/v1/account/authenticators/webauthn",
    "POST /api/_allauth/app/v1/account/authenticators/webauthn",
    "PUT /api/_allauth/app/v1/account/authenticators/webauthn",
    "DELETE /api/_allauth/app/v1/account/authenticators/webauthn",
    "POST /api/_allauth/app/v1/auth/reauthenticate",
    "GET /api/_allauth/app/v1/auth/webauthn/reauthenticate",
    "POST /api/_allauth/app/v1/auth/webauthn/reauthenticate",
    "GET /api/_allauth/browser/v1/account/authenticators/webauthn",
    "POST /api/_allauth/browser/v1/account/authenticators/webauthn",
    "PUT /api/_allauth/browser/v1/account/authenticators/webauthn",
    "DELETE /api/_allauth/browser/v1/account/authenticators/webauthn",
    "POST /api/_allauth/browser/v1/auth/reauthenticate",
    "GET /api/_allauth/browser/v1/auth/webauthn/reauthenticate",
    "POST /api/_allauth/browser/v1/auth/webauthn/reauthenticate",
    "GET /api/_allauth/browser/v1/account/authenticators",
    "GET /api/_allauth/browser/v1/account/authenticators/totp",
    "POST /api/_allauth/browser/v1/account/authenticators/totp",
    "DELETE /api/_allauth/browser/v1/account/authenticators/totp",
    "GET /api/_allauth/browser/v1/account/authenticators/recovery-codes",
    "POST /api/_allauth/browser/v1/account/authenticators/recovery-codes",
    "GET /api/iam/auth-tokens/",
    "POST /api/iam/auth-tokens/",
    "GET /api/iam/auth-tokens/{id}/",
    "PATCH /api/iam/auth-tokens/{id}/",
    "DELETE /api/iam/auth-tokens/{id}/",
    "POST /api/iam/auth-tokens/{id}/rotate/",
    "POST /api/iam/auth-tokens/revoke/",
    "GET /api/iam/admin/auth-tokens/",
    "GET /api/iam/admin/auth-tokens/export_csv/",
    "POST /api/iam/admin/auth-tokens/revoke/",
    "GET /api/iam/token-policy/",
    "PATCH /api/iam/token-policy/",
    "POST /api/iam/token-policy/preview/",
    "GET /api/iam/service-accounts/",
    "POST /api/iam/service-accounts/",
    "GET /api/iam/service-accounts/permissions/",
    "GET /api/iam/service-accounts/roles/",
    "GET /api/iam/service-accounts/{id}/",
    "PATCH /api/iam/service-accounts/{id}/",
    "DELETE /api/iam/service-accounts/{id}/",
    "POST /api/iam/service-accounts/{id}/rotate-secret/",
    "PATCH /api/iam/profile/",
    "POST /api/iam/change-password/",
    "POST /api/iam/disable-mfa/",
    "POST /api/iam/set-password/",
    "POST /api/iam/logoutall/",
    "POST /api/iam/revoke-sessions/",
    "POST /api/iam/session-token/",
    "GET /api/iam/sessions/",
    "DELETE /api/iam/sessions/{id}/",
];

fn declared(auth: Auth) -> BTreeSet<String> {
    let all = routes(&server::registry());
    all.iter()
        .filter(|route| route.auth == auth)
        .map(|route| format!("{} {}", route.method.as_str(), route.path))
        .collect()
}

#[test]
fn the_public_routes_are_these() {
    let mut expected: BTreeSet<String> = PUBLIC.iter().map(|route| (*route).to_owned()).collect();
    expected.remove("GET /api/schema/swagger");
    assert_eq!(declared(Auth::Public), expected, "a route became public, or ceased to be: was that meant?");
}

#[test]
fn the_routes_for_sessions_alone_are_these() {
    let expected: BTreeSet<String> = SESSION_ONLY.iter().map(|route| (*route).to_owned()).collect();
    assert_eq!(declared(Auth::Session), expected, "a token may now do more, or less: was that meant?");
}

/// Whatever deals with credentials is on one of the two lists, or stands here with its reason.
#[test]
fn nothing_that_deals_with_credentials_is_open_to_tokens_by_accident() {
    let open = [
        // A token about itself (T-26); rotation only when it was made to be able to.
        "DELETE /api/iam/auth-tokens/self/",
        "GET /api/iam/auth-tokens/self/",
        // Tells a token whom it acts for.
        "GET /api/iam/current-user/",
        "POST /api/iam/auth-tokens/self/rotate/",
        // Ends the presented token itself (T-27).
        "POST /api/iam/logout/",
    ];
    let anyone = declared(Auth::Anyone);
    let found: Vec<&str> = anyone
        .iter()
        .map(String::as_str)
        .filter(|route| route.contains("/iam/") || route.contains("_allauth"))
        .collect();
    assert_eq!(found, open);
}
