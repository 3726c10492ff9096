//! Passkeys on the wire.

use super::browser_guard::{UnderWay, under_way_cookie};
use super::request::Request;
use super::session::{kept, shown as header, slow, with_cookie_after, with_session};
use engine::ApiError;
use engine::declare::Answer;
use iam::passkeys::{self, Passkey, RelyingParty};
use iam::sign_in::SignedIn;
use serde_json::{Value, json};

/// Not the host that the request names: whoever asks could make passkeys work elsewhere.
fn party(request: &Request) -> Result<RelyingParty, ApiError> {
    RelyingParty::required(&request.app.settings.base_url())
}

/// One passkey, as lists have it.
pub(super) fn shown(passkey: &Passkey) -> Value {
    json!({
        "type": "webauthn",
        "id": passkey.id,
        "name": passkey.name,
        "created_at": passkey.created.timestamp(),
        "last_used_at": passkey.last_used.map(|at| at.timestamp()),
        "is_passwordless": true,
    })
}

fn asked(options: &Value) -> Answer {
    Answer::Json(json!({ "status": 200, "data": { "request_options": options } }))
}

/// Options to make a passkey with. Whoever has to sign in again is told now, not when the device has made one.
pub(super) async fn begin(request: &Request) -> Result<Answer, ApiError> {
    super::tokens::recent(request).await?;
    let options = passkeys::begin(&request.ctx, &party(request)?).await?;
    Ok(Answer::Json(json!({ "status": 200, "data": { "creation_options": options } })))
}

/// Adds the passkey that was made. With a first factor recovery codes are made, and no other answer holds them.
pub(super) async fn add(request: &Request) -> Result<Answer, ApiError> {
    super::tokens::recent(request).await?;
    let added = passkeys::add(&request.ctx, &party(request)?, &request.body).await?;
    let meta = json!({ "recovery_codes_generated": !added.codes.is_empty(), "recovery_codes": added.codes });
    Ok(Answer::Json(json!({ "status": 200, "data": shown(&added.passkey), "meta": meta })))
}

/// Gives a passkey another name.
pub(super) async fn rename(request: &Request) -> Result<Answer, ApiError> {
    let passkey = passkeys::rename(&request.ctx, &request.body).await?;
    Ok(Answer::Json(json!({ "status": 200, "data": shown(&passkey) })))
}

/// Removes passkeys.
pub(super) async fn remove(request: &Request) -> Result<Answer, ApiError> {
    super::tokens::recent(request).await?;
    passkeys::remove(&request.ctx, &request.body).await?;
    Ok(Answer::Json(json!({ "status": 200 })))
}

/// Options to sign in with; the value to show with the answer is in the answer.
pub(super) async fn begin_sign_in_app(request: &Request) -> Result<Answer, ApiError> {
    let (begun, options) = slow(passkeys::begin_sign_in(&request.app.iam, &party(request)?, &request.origin).await)?;
    request.add_header("pragma", "no-cache");
    let meta = json!({ "is_authenticated": false, "session_token": begun.expose() });
    Ok(Answer::Json(json!({ "status": 200, "data": { "request_options": options }, "meta": meta })))
}

/// The same with the value in a cookie.
pub(super) async fn begin_sign_in_browser(request: &Request) -> Result<Answer, ApiError> {
    let (begun, options) = slow(passkeys::begin_sign_in(&request.app.iam, &party(request)?, &request.origin).await)?;
    request.add_header("set-cookie", under_way_cookie(UnderWay::Passkey, begun.expose(), request.secure));
    Ok(asked(&options))
}

/// Sign in with a passkey, the session in the answer.
pub(super) async fn sign_in_app(request: &Request) -> Result<Answer, ApiError> {
    let signed_in = sign_in(request, header(request)).await?;
    Ok(with_session(request, &signed_in))
}

/// Sign in with a passkey, the session in a cookie.
pub(super) async fn sign_in_browser(request: &Request) -> Result<Answer, ApiError> {
    let signed_in = sign_in(request, kept(request, UnderWay::Passkey)).await?;
    Ok(with_cookie_after(request, &signed_in, UnderWay::Passkey))
}

async fn sign_in(request: &Request, begun: &str) -> Result<SignedIn, ApiError> {
    let iam = &request.app.iam;
    passkeys::finish_sign_in(iam, &party(request)?, begun, &request.body, request.origin.clone()).await
}

/// Options for the second half of a sign-in.
pub(super) async fn begin_second_half_app(request: &Request) -> Result<Answer, ApiError> {
    let options = passkeys::begin_second_half(&request.app.iam, &party(request)?, header(request)).await?;
    Ok(asked(&options))
}

/// The same with the value of the first half in a cookie.
pub(super) async fn begin_second_half_browser(request: &Request) -> Result<Answer, ApiError> {
    let pending = kept(request, UnderWay::SecondHalf);
    let options = passkeys::begin_second_half(&request.app.iam, &party(request)?, pending).await?;
    Ok(asked(&options))
}

/// The second half of a sign-in, the session in the answer.
pub(super) async fn second_half_app(request: &Request) -> Result<Answer, ApiError> {
    let signed_in = second_half(request, header(request)).await?;
    Ok(with_session(request, &signed_in))
}

/// The second half of a sign-in, the session in a cookie.
pub(super) async fn second_half_browser(request: &Request) -> Result<Answer, ApiError> {
    let signed_in = second_half(request, kept(request, UnderWay::SecondHalf)).await?;
    Ok(with_cookie_after(request, &signed_in, UnderWay::SecondHalf))
}

async fn second_half(request: &Request, pending: &str) -> Result<SignedIn, ApiError> {
    let iam = &request.app.iam;
    passkeys::finish_second_half(iam, &party(request)?, pending, &request.body, request.origin.clone()).await
}

/// Options to prove with that the person of the session is still there.
pub(super) async fn begin_confirm(request: &Request) -> Result<Answer, ApiError> {
    Ok(asked(&passkeys::begin_confirm(&request.ctx, &party(request)?).await?))
}

/// Proves it.
pub(super) async fn confirm(request: &Request) -> Result<Answer, ApiError> {
    passkeys::confirm(&request.ctx, &party(request)?, &request.body).await?;
    super::session::show(request).await
}
