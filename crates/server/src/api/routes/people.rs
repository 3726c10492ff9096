//! Routes of people and machines: signing in, sessions, second factors, tokens, accounts.

use super::Auth::{Anyone, Public, Session};
use super::Method::{Delete, Get, Patch, Post, Put};
use super::{List, Reads, Shows, Special};
use crate::api::{account, passkeys, second_factor, service_accounts, session, tokens};

/// Adds them.
pub(super) fn add(list: &mut List) {
    sign_in(list);
    passkeys(list);
    tokens(list);
    accounts(list);
}

fn sign_in(list: &mut List) {
    for client in ["app", "browser"] {
        let path = |rest: &str| format!("_allauth/{client}/v1/{rest}");
        let cookie = client == "browser";
        let (login, end): (Special, Special) = if cookie {
            (|r| Box::pin(session::login_browser(r)), |r| Box::pin(session::end_browser(r)))
        } else {
            (|r| Box::pin(session::login_app(r)), |r| Box::pin(session::end_app(r)))
        };
        list.add(Public, Post, &path("auth/login"), "Sign in with e-mail and password.", login);
        list.add(Public, Get, &path("auth/session"), "Who is signed in.", |r| Box::pin(session::show(r)));
        list.add(Public, Delete, &path("auth/session"), "Sign out; answers 401, which is the success.", end);
        let code: Special =
            if cookie { |r| Box::pin(session::code_browser(r)) } else { |r| Box::pin(session::code_app(r)) };
        let second = path("auth/2fa/authenticate");
        list.add(Public, Post, &second, "The second half of a sign-in.", code).shows(Shows::Halfway);
        list.add(
            Session,
            Post,
            &path("auth/reauthenticate"),
            "Prove with the password that you are still there.",
            |r| Box::pin(session::confirm(r)),
        );
        let account = |rest: &str| path(&format!("account/authenticators{rest}"));
        list.add(Session, Get, &account(""), "Second factors.", |r| Box::pin(second_factor::list(r)));
        let totp = list.add(Session, Get, &account("/totp"), "The authenticator, or a secret for one.", |r| {
            Box::pin(second_factor::totp(r))
        });
        totp.acts();
        list.add(Session, Post, &account("/totp"), "Activate the authenticator.", |r| {
            Box::pin(second_factor::activate(r))
        });
        list.add(Session, Delete, &account("/totp"), "Remove the authenticator.", |r| {
            Box::pin(second_factor::remove(r))
        });
        list.add(Session, Get, &account("/recovery-codes"), "How many recovery codes are left.", |r| {
            Box::pin(second_factor::recovery(r))
        });
        list.add(Session, Post, &account("/recovery-codes"), "New recovery codes.", |r| {
            Box::pin(second_factor::renew(r))
        });
    }
}

fn passkeys(list: &mut List) {
    let app: [Special; 4] = [
        |r| Box::pin(passkeys::begin_sign_in_app(r)),
        |r| Box::pin(passkeys::sign_in_app(r)),
        |r| Box::pin(passkeys::begin_second_half_app(r)),
        |r| Box::pin(passkeys::second_half_app(r)),
    ];
    let browser: [Special; 4] = [
        |r| Box::pin(passkeys::begin_sign_in_browser(r)),
        |r| Box::pin(passkeys::sign_in_browser(r)),
        |r| Box::pin(passkeys::begin_second_half_browser(r)),
        |r| Box::pin(passkeys::second_half_browser(r)),
    ];
    for (client, [begin, sign_in, begin_second_half, second_half]) in [("app", app), ("browser", browser)] {
        let path = |rest: &str| format!("_allauth/{client}/v1/{rest}");
        let login = path("auth/webauthn/login");
        // Options are drawn and kept: each GET here changes what is awaited.
        list.add(Public, Get, &login, "Options to sign in with a passkey.", begin).acts().shows(Shows::Halfway);
        list.add(Public, Post, &login, "Sign in with a passkey.", sign_in).shows(Shows::Halfway);
        let second = path("auth/webauthn/authenticate");
        let begin = list.add(Public, Get, &second, "Options for a passkey as the second half.", begin_second_half);
        begin.acts().shows(Shows::Halfway);
        let end = list.add(Public, Post, &second, "A passkey as the second half of a sign-in.", second_half);
        end.shows(Shows::Halfway);
        let again = path("auth/webauthn/reauthenticate");
        let begin = list.add(Session, Get, &again, "Options to prove with a passkey that you are still there.", |r| {
            Box::pin(passkeys::begin_confirm(r))
        });
        begin.acts();
        list.add(Session, Post, &again, "Prove it.", |r| Box::pin(passkeys::confirm(r)));
        let own = path("account/authenticators/webauthn");
        list.add(Session, Get, &own, "Options to make a passkey with.", |r| Box::pin(passkeys::begin(r))).acts();
        list.add(Session, Post, &own, "Add a passkey.", |r| Box::pin(passkeys::add(r)));
        list.add(Session, Put, &own, "Give a passkey another name.", |r| Box::pin(passkeys::rename(r)));
        list.add(Session, Delete, &own, "Remove passkeys.", |r| Box::pin(passkeys::remove(r))).reads(Reads::Fields);
    }
}

fn tokens(list: &mut List) {
    list.add(Session, Get, "iam/auth-tokens/", "The caller's tokens.", |r| Box::pin(tokens::list(r)));
    list.add(
        Session,
        Post,
        "iam/auth-tokens/",
        "Make a token; the answer is the only one that holds its value.",
        |r| Box::pin(tokens::create(r)),
    );
    list.add(Session, Delete, "iam/auth-tokens/{id}/", "Revoke a token.", |r| Box::pin(tokens::revoke(r)));
    list.add(Session, Get, "iam/auth-tokens/{id}/", "One token, and what it may do now.", |r| {
        Box::pin(tokens::show(r))
    });
    list.add(Session, Patch, "iam/auth-tokens/{id}/", "Give a token another name.", |r| Box::pin(tokens::rename(r)));
    list.add(Session, Post, "iam/auth-tokens/{id}/rotate/", "A new value for a token.", |r| {
        Box::pin(tokens::rotate(r))
    });
    list.add(Session, Post, "iam/auth-tokens/revoke/", "Revoke several tokens.", |r| {
        Box::pin(tokens::revoke_several(r))
    });
    list.add(Anyone, Get, "iam/auth-tokens/self/", "The token that asks.", |r| Box::pin(tokens::show_itself(r)));
    list.add(Anyone, Delete, "iam/auth-tokens/self/", "End the token that asks.", |r| {
        Box::pin(tokens::revoke_itself(r))
    });
    let rotate = list.add(Anyone, Post, "iam/auth-tokens/self/rotate/", "A new value for the token that asks.", |r| {
        Box::pin(tokens::rotate_itself(r))
    });
    rotate.shows(Shows::Renewing);
    list.add(Public, Post, "iam/auth-tokens/report-leak/", "Report values that were found; they end.", |r| {
        Box::pin(tokens::report_leak(r))
    });
    let found = list.add(Public, Post, "secret-scanning/github/", "GitHub tells what it found in repositories.", |r| {
        Box::pin(tokens::found_by_github(r))
    });
    found.reads(Reads::Bytes);
    list.add(Session, Get, "iam/admin/auth-tokens/", "All tokens; for administrators.", |r| {
        Box::pin(tokens::list_all(r))
    });
    list.add(Session, Get, "iam/admin/auth-tokens/export_csv/", "All tokens as a table; for administrators.", |r| {
        Box::pin(tokens::export_all(r))
    });
    list.add(Session, Post, "iam/admin/auth-tokens/revoke/", "Revoke many tokens; for administrators.", |r| {
        Box::pin(tokens::revoke_many(r))
    });
    list.add(Session, Get, "iam/token-policy/", "The organisation's rules for tokens.", |r| {
        Box::pin(tokens::policy(r))
    });
    list.add(Session, Patch, "iam/token-policy/", "Change the rules; for administrators.", |r| {
        Box::pin(tokens::change_policy(r))
    });
    list.add(Session, Post, "iam/token-policy/preview/", "Whom a change of the rules would affect.", |r| {
        Box::pin(tokens::preview_policy(r))
    });
}

fn accounts(list: &mut List) {
    list.add(Anyone, Get, "iam/current-user/", "Who the caller is and what they may do.", |r| {
        Box::pin(account::current_user(r))
    });
    list.add(Anyone, Get, "user-preferences/", "What the caller prefers.", |r| Box::pin(account::preferences(r)));
    list.add(Anyone, Patch, "user-preferences/", "Change some of one's preferences; null takes one away.", |r| {
        Box::pin(account::change_preferences(r))
    });
    list.add(Session, Patch, "iam/profile/", "Change one's own names.", |r| Box::pin(account::profile(r)));
    list.add(Session, Post, "iam/change-password/", "Change one's own password.", |r| {
        Box::pin(account::change_password(r))
    });
    let accounts = |rest: &str| format!("iam/service-accounts/{rest}");
    list.add(Session, Get, &accounts(""), "Service accounts; for administrators.", |r| {
        Box::pin(service_accounts::list(r))
    });
    list.add(Session, Post, &accounts(""), "Make a service account.", |r| Box::pin(service_accounts::create(r)));
    list.add(Session, Get, &accounts("roles/"), "Roles to link.", |r| Box::pin(service_accounts::roles(r)));
    list.add(Session, Get, &accounts("permissions/"), "Permissions to name.", |r| {
        Box::pin(service_accounts::permissions(r))
    });
    list.add(Session, Get, &accounts("{id}/"), "One service account.", |r| Box::pin(service_accounts::show(r)));
    list.add(Session, Patch, &accounts("{id}/"), "Change a service account.", |r| {
        Box::pin(service_accounts::update(r))
    });
    list.add(Session, Delete, &accounts("{id}/"), "Remove a service account.", |r| {
        Box::pin(service_accounts::delete(r))
    });
    list.add(Session, Post, &accounts("{id}/rotate-secret/"), "A new secret.", |r| {
        Box::pin(service_accounts::rotate(r))
    });
    let exchange = list.add(Public, Post, "oauth/token/", "OAuth 2 client credentials for an access token.", |r| {
        Box::pin(service_accounts::exchange(r))
    });
    exchange.shows(Shows::Client);
    list.add(
        Session,
        Post,
        "iam/disable-mfa/",
        "Remove all second factors of somebody who lost one; for administrators.",
        |r| Box::pin(second_factor::disable(r)),
    );
    list.add(Session, Post, "iam/set-password/", "Set somebody's password; for administrators.", |r| {
        Box::pin(account::set_password(r))
    });
    list.add(Public, Post, "iam/password-reset/", "Ask for a link by mail.", |r| Box::pin(account::ask_reset(r)));
    list.add(Public, Post, "iam/password-reset/confirm/", "Set a password through the link.", |r| {
        Box::pin(account::confirm_reset(r))
    });
    list.add(Anyone, Post, "iam/logout/", "End the presented session or token.", |r| Box::pin(session::logout(r)));
    list.add(Session, Post, "iam/logoutall/", "End all sessions of the caller.", |r| Box::pin(session::logout_all(r)));
    list.add(Session, Post, "iam/revoke-sessions/", "End all other sessions of the caller.", |r| {
        Box::pin(session::revoke_others(r))
    });
    list.add(Session, Post, "iam/session-token/", "A further session of the caller, for a header.", |r| {
        Box::pin(session::token(r))
    });
    list.add(Session, Get, "iam/sessions/", "Live sessions of the caller.", |r| Box::pin(session::list(r)));
    list.add(Session, Delete, "iam/sessions/{id}/", "End one session.", |r| Box::pin(session::end_one(r)));
}
