//! Who asks, and whether they may ask this route at all.

use super::browser_guard;
use super::routes::{Auth, Route, Shows};
use crate::App;
use axum::http::{HeaderMap, HeaderValue, header};
use engine::access::{Credential, Origin};
use engine::{ApiError, Context, Query};
use iam::authenticate::{Authenticated, Presented, authenticate};
use serde_json::json;
use std::sync::Arc;

/// Who the credential of a request belongs to; nobody when there is none.
pub(super) async fn who(
    app: &App,
    headers: &HeaderMap,
    origin: Arc<Origin>,
    (shows, secure): (Shows, bool),
) -> Result<Option<Authenticated>, ApiError> {
    let presented = Presented {
        // Where client credentials are exchanged the header holds those.
        authorization: headers
            .get_all(header::AUTHORIZATION)
            .iter()
            .map(HeaderValue::as_bytes)
            .filter(|_| shows != Shows::Client)
            .collect(),
        // Between the two halves of a sign-in the header holds no session yet.
        // What is no text is there all the same, and decides: a good cookie beside it must not.
        session_header: headers
            .get("x-session-token")
            .map(|value| value.to_str().unwrap_or_default())
            .filter(|_| shows != Shows::Halfway),
        cookie: browser_guard::session_cookie(headers, secure),
        renewing: shows == Shows::Renewing,
    };
    authenticate(&app.iam, &presented, origin).await
}

/// Whether the route is for them.
pub(super) fn authorised(route: &Route, who: Option<&Authenticated>) -> Result<(), ApiError> {
    let enrolling = ["/api/_allauth/", "/api/iam/current-user/", "/api/iam/logout/", "/api/meta/"];
    let free = route.auth == Auth::Public || enrolling.iter().any(|prefix| route.path.starts_with(prefix));
    if who.is_some_and(|who| who.must_enrol) && !free {
        let detail = "Your organisation wants a second factor. Set one up in My profile, Settings.";
        return Err(ApiError::refused(403, json!({ "detail": detail, "code": "second_factor_required" })));
    }
    match (route.auth, who) {
        (Auth::Public, _) => Ok(()),
        (_, None) => {
            let detail = "Authentication credentials were not provided.".into();
            Err(ApiError::Unauthenticated { detail, code: None })
        }
        (Auth::Session, Some(who)) if !matches!(who.principal.credential(), Credential::Session(_)) => {
            Err(ApiError::refused(
                403,
                json!({
                    "detail": "A token cannot do this. Sign in with your password and do it in your session.",
                    "code": "session_required",
                }),
            ))
        }
        (Auth::Anyone | Auth::Session, Some(_)) => Ok(()),
    }
}

/// A secret in the URL ends up in logs and histories: it authenticates nothing and is refused.
pub(super) async fn refuse_secrets(app: &App, query: &Query, origin: &Arc<Origin>) -> Result<(), ApiError> {
    for (name, value) in query.pairs() {
        let found = iam::secret::find_in(value).next().or_else(|| iam::secret::find_in(name).next());
        if let Some(secret) = found {
            iam::tokens::report_in_url(&app.iam, secret, origin.clone()).await?;
            return Err(ApiError::refused(
                400,
                json!({
                    "detail": "The URL holds a secret. Send it in the Authorization header, and replace it: URLs are logged.",
                    "code": "token_in_url",
                }),
            ));
        }
    }
    Ok(())
}

/// What the rest of a request works in.
pub(super) async fn context(
    app: &App,
    who: Option<&Authenticated>,
    origin: &Arc<Origin>,
    headers: &HeaderMap,
    language: &str,
) -> Result<Context, ApiError> {
    let mut ctx = match who {
        Some(who) => Context::of(app.engine.clone(), who.principal.clone()),
        None => app.iam.nobody(origin.clone()).await?,
    };
    language.clone_into(&mut ctx.language);
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    ctx.strict = text("prefer").is_some_and(|prefer| prefer.replace(' ', "").contains("handling=strict"));
    ctx.if_match = text("if-match").map(str::to_owned);
    Ok(ctx)
}
