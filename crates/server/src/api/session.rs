//! Signing in and out, and looking at sessions.

use super::browser_guard::{UnderWay, set_cookie, under_way, under_way_cookie};
use super::request::Request;
use engine::ApiError;
use engine::access::Credential;
use engine::audit::{self, Entry};
use engine::declare::Answer;
use iam::second_factor::{self, Held};
use iam::sessions;
use iam::sign_in::{Means, SignedIn, Step, sign_in};
use serde_json::{Value, json};

/// Sign in, the session in the answer.
pub(super) async fn login_app(request: &Request) -> Result<Answer, ApiError> {
    match login(request).await? {
        Step::Done(signed_in) => Ok(with_session(request, &signed_in)),
        Step::FactorAwaited(pending, held) => {
            let mut answer = factor_awaited(held);
            answer["meta"]["session_token"] = json!(pending.expose());
            Ok(Answer::Status(401, answer))
        }
    }
}

/// Sign in, the session in a cookie.
pub(super) async fn login_browser(request: &Request) -> Result<Answer, ApiError> {
    match login(request).await? {
        Step::Done(signed_in) => Ok(with_cookie(request, &signed_in)),
        Step::FactorAwaited(pending, held) => {
            let cookie = under_way_cookie(UnderWay::SecondHalf, pending.expose(), request.secure);
            request.add_header("set-cookie", cookie);
            Ok(Answer::Status(401, factor_awaited(held)))
        }
    }
}

/// The second half of a sign-in, with the value of the first half in a header.
pub(super) async fn code_app(request: &Request) -> Result<Answer, ApiError> {
    let signed_in = finish(request, shown(request)).await?;
    Ok(with_session(request, &signed_in))
}

/// The same with the value in a cookie.
pub(super) async fn code_browser(request: &Request) -> Result<Answer, ApiError> {
    let signed_in = finish(request, kept(request, UnderWay::SecondHalf)).await?;
    Ok(with_cookie_after(request, &signed_in, UnderWay::SecondHalf))
}

/// The value of a sign-in under way, in a header.
pub(super) fn shown(request: &Request) -> &str {
    request.header("x-session-token").unwrap_or_default()
}

/// The same, in a cookie.
pub(super) fn kept(request: &Request, which: UnderWay) -> &str {
    under_way(&request.headers, which).unwrap_or_default()
}

/// The session in the answer.
pub(super) fn with_session(request: &Request, signed_in: &SignedIn) -> Answer {
    let secret = signed_in.session.secret.expose();
    let mut answer = signed(signed_in);
    answer["meta"]["session_token"] = json!(secret);
    answer["meta"]["access_token"] = json!(secret);
    request.add_header("pragma", "no-cache");
    Answer::Json(answer)
}

/// The session in a cookie, and that of the sign-in goes.
pub(super) fn with_cookie_after(request: &Request, signed_in: &SignedIn, which: UnderWay) -> Answer {
    request.add_header("set-cookie", under_way_cookie(which, "", request.secure));
    with_cookie(request, signed_in)
}

fn with_cookie(request: &Request, signed_in: &SignedIn) -> Answer {
    request.add_header("set-cookie", set_cookie(signed_in.session.secret.expose(), request.secure));
    Answer::Json(signed(signed_in))
}

fn factor_awaited(held: Held) -> Value {
    let ways = [("webauthn", held.passkeys), ("totp", held.codes), ("recovery_codes", true)];
    let types: Vec<&str> = ways.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect();
    let flow = json!({ "id": "mfa_authenticate", "is_pending": true, "types": types });
    json!({ "status": 401, "data": { "flows": [{ "id": "login" }, flow] }, "meta": { "is_authenticated": false } })
}

async fn finish(request: &Request, pending: &str) -> Result<SignedIn, ApiError> {
    slow(second_factor::finish(&request.app.iam, pending, &request.body, request.origin.clone()).await)
}

async fn login(request: &Request) -> Result<Step, ApiError> {
    slow(sign_in(&request.app.iam, &request.body, request.origin.clone()).await)
}

/// The recorded form of a refusal for too many tries.
pub(super) fn slow<T>(outcome: Result<T, ApiError>) -> Result<T, ApiError> {
    if let Err(ApiError::Throttled(seconds)) = outcome {
        let message = format!("Too many failed sign-ins. Try again in {seconds} seconds.");
        let body = iam::refusal::body(429, "too_many_login_attempts", "password", &message);
        return Err(ApiError::Slow { seconds, body });
    }
    outcome
}

fn signed(signed_in: &SignedIn) -> Value {
    json!({
        "status": 200,
        "data": {
            "user": {
                "id": signed_in.user,
                "display": signed_in.email,
                "email": signed_in.email,
                "has_usable_password": true,
            },
            "methods": methods(signed_in),
        },
        "meta": { "is_authenticated": true },
    })
}

fn methods(signed_in: &SignedIn) -> Vec<Value> {
    let at = seconds(signed_in.at.timestamp_micros());
    let password = json!({ "method": "password", "at": at, "email": signed_in.email });
    let passkey = json!({ "method": "mfa", "at": at, "type": "webauthn" });
    match signed_in.means {
        Means::Password => vec![password],
        Means::Passkey => vec![passkey],
        Means::PasswordAndPasskey => vec![password, passkey],
    }
}

#[expect(clippy::cast_precision_loss, reason = "the wire has seconds as a float; microseconds fit until 2255")]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

fn signed_out() -> Answer {
    Answer::Status(
        401,
        json!({ "status": 401, "data": { "flows": [{ "id": "login" }] }, "meta": { "is_authenticated": false } }),
    )
}

/// Who is signed in.
pub(super) async fn show(request: &Request) -> Result<Answer, ApiError> {
    let (Some(user), Some(_)) = (request.ctx.principal.user(), request.session()) else { return Ok(signed_out()) };
    let email = request.ctx.principal.email();
    let at = request.signed_in.map(|at| seconds(at.timestamp_micros()));
    Ok(Answer::Json(json!({
        "status": 200,
        "data": {
            "user": { "id": user, "display": email, "email": email, "has_usable_password": true },
            "methods": [{ "method": "password", "at": at, "email": email }],
        },
        "meta": { "is_authenticated": true },
    })))
}

/// Proves again, with the password, that the person of the session is there.
pub(super) async fn confirm(request: &Request) -> Result<Answer, ApiError> {
    slow(iam::confirm::by_password(&request.app.iam, &request.ctx, &request.body).await)?;
    show(request).await
}

/// Sign out; 401 is the success.
pub(super) async fn end_app(request: &Request) -> Result<Answer, ApiError> {
    if let Some(session) = request.session() {
        sessions::end(&request.ctx, session).await?;
    }
    Ok(signed_out())
}

/// The same, and the cookie goes.
pub(super) async fn end_browser(request: &Request) -> Result<Answer, ApiError> {
    request.add_header("set-cookie", set_cookie("", request.secure));
    end_app(request).await
}

/// Ends what was presented: the session, or the token for good.
pub(super) async fn logout(request: &Request) -> Result<Answer, ApiError> {
    match request.ctx.principal.credential() {
        Credential::Session(id) => sessions::end(&request.ctx, id).await?,
        Credential::Token(id) => iam::tokens::revoke(&request.ctx, id).await?,
        Credential::ServiceAccount(_) | Credential::Program => {}
    }
    request.add_header("set-cookie", set_cookie("", request.secure));
    Ok(Answer::Nothing)
}

/// Ends all sessions of the caller.
pub(super) async fn logout_all(request: &Request) -> Result<Answer, ApiError> {
    end_sessions(request, false).await?;
    request.add_header("set-cookie", set_cookie("", request.secure));
    Ok(Answer::Nothing)
}

/// Ends all sessions of the caller but the one that asks.
pub(super) async fn revoke_others(request: &Request) -> Result<Answer, ApiError> {
    let ended = end_sessions(request, true).await?;
    Ok(Answer::Json(json!({ "revoked_sessions": ended })))
}

async fn end_sessions(request: &Request, keep_current: bool) -> Result<u64, ApiError> {
    let user = request.ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let keep = request.session().filter(|_| keep_current);
    let mut rows = request.app.engine.write().await?;
    let ended = sessions::end_all(&request.ctx, &mut rows, user, keep).await?;
    rows.commit().await?;
    Ok(ended)
}

/// A further session of the caller, for clients that use a header.
pub(super) async fn token(request: &Request) -> Result<Answer, ApiError> {
    let user = request.ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut rows = request.app.engine.write().await?;
    let signed_in = request.signed_in.unwrap_or_else(|| request.ctx.now());
    let started = sessions::start(&request.app.iam, &mut rows, user, signed_in, &request.origin).await?;
    let entry = Entry { action: "session.started", resource: "sessions", object: Some(started.id), ..Entry::default() };
    audit::record(&request.ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(Answer::Json(json!({ "token": started.secret.expose() })))
}

/// Live sessions of the caller.
pub(super) async fn list(request: &Request) -> Result<Answer, ApiError> {
    let sessions = sessions::list(&request.app.iam, &request.ctx).await?;
    let list = sessions.iter().map(|session| {
        json!({
            "id": session.id,
            "created": super::time(session.created),
            "last_used": super::time(session.last_used),
            "expires": super::time(session.expires),
            "ip": session.ip,
            "user_agent": session.user_agent,
            "current": session.current,
        })
    });
    Ok(Answer::Json(list.collect()))
}

/// Ends one session of the caller.
pub(super) async fn end_one(request: &Request) -> Result<Answer, ApiError> {
    sessions::end(&request.ctx, request.id()?).await?;
    Ok(Answer::Nothing)
}
