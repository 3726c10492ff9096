//! Personal access tokens on the wire.

use super::request::Request;
use engine::ApiError;
use engine::declare::Answer;
use iam::tokens::{self, State};
use serde_json::json;

/// The caller's tokens as a bare list. Live ones, unless `?state=` asks for others.
pub(super) async fn list(request: &Request) -> Result<Answer, ApiError> {
    let state = request.query.last("state").unwrap_or("active");
    if !matches!(state, "active" | "expired" | "revoked" | "all") {
        let sentence = format!("Select a valid choice. {state} is not one of the available choices.");
        return Err(ApiError::field("state", sentence));
    }
    let tokens = tokens::list(&request.ctx, state).await?;
    let now = request.ctx.now();
    let list = tokens.iter().map(|token| {
        json!({
            "name": token.name,
            "created": super::time(token.created),
            "expiry": super::time(token.expiry),
            "digest": token.id,
            "id": token.id,
            "preview": token.preview,
            "last_used_at": token.last_used_at.map(super::time),
            "last_used_ip": token.last_used_ip,
            "last_used_agent": token.last_used_agent,
            "state": token.state.as_str(),
            "expires_in_days": if token.state == State::Active { (token.expiry - now).num_days() } else { 0 },
        })
    });
    Ok(Answer::Json(list.collect()))
}

/// Makes a token. This answer is the only place where its value ever appears.
pub(super) async fn create(request: &Request) -> Result<Answer, ApiError> {
    recent(request)?;
    let token = tokens::create(&request.app.iam, &request.ctx, &request.body).await?;
    request.add_header("pragma", "no-cache");
    Ok(Answer::Json(json!({
        "name": token.name,
        "expiry": super::time(token.expiry),
        "token": token.secret.expose(),
        "id": token.id,
        "created": super::time(token.created),
        "preview": token.preview,
    })))
}

/// A token outlives its maker's session, so whoever makes one has proved themselves recently.
fn recent(request: &Request) -> Result<(), ApiError> {
    let limit = request.app.iam.policy().recent_sign_in;
    let fresh = request.signed_in.is_some_and(|at| request.ctx.now() < at + limit);
    if fresh {
        return Ok(());
    }
    Err(ApiError::refused(
        403,
        json!({
            "detail": "Making a token needs a recent sign-in. Sign in again and repeat.",
            "code": "reauthentication_required",
        }),
    ))
}

/// Revokes a token by its public id.
pub(super) async fn revoke(request: &Request) -> Result<Answer, ApiError> {
    let missing = || ApiError::error(404, "Token not found or already deleted.");
    let id = request.id().map_err(|_| missing())?;
    tokens::revoke(&request.ctx, id).await?;
    Ok(Answer::Nothing)
}
