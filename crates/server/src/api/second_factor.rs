//! The second factor on the wire.

use super::request::Request;
use engine::ApiError;
use engine::declare::Answer;
use iam::passkeys;
use iam::second_factor::{self, Enrolment};
use serde_json::{Value, json};

/// Second factors of the caller.
pub(super) async fn list(request: &Request) -> Result<Answer, ApiError> {
    let mut data = Vec::new();
    if let Some(since) = second_factor::status(&request.ctx).await? {
        data.push(json!({ "type": "totp", "created_at": since.timestamp(), "last_used_at": null }));
    }
    data.extend(passkeys::list(&request.ctx).await?.iter().map(super::passkeys::shown));
    let (total, unused) = second_factor::recovery_status(&request.ctx).await?;
    if total > 0 {
        data.push(json!({ "type": "recovery_codes", "total_code_count": total, "unused_code_count": unused }));
    }
    Ok(Answer::Json(json!({ "status": 200, "data": data })))
}

/// The authenticator in use, or (404, as recorded) a secret to take into one.
pub(super) async fn totp(request: &Request) -> Result<Answer, ApiError> {
    match second_factor::begin(&request.ctx).await? {
        Enrolment::Active(since) => {
            let data = json!({ "type": "totp", "created_at": since.timestamp(), "last_used_at": null });
            Ok(Answer::Json(json!({ "status": 200, "data": data })))
        }
        Enrolment::Offered { secret, url } => {
            Ok(Answer::Status(404, json!({ "status": 404, "meta": { "secret": secret, "totp_url": url } })))
        }
    }
}

/// Activates the authenticator. With a first factor recovery codes are made, and no other answer holds them.
pub(super) async fn activate(request: &Request) -> Result<Answer, ApiError> {
    super::tokens::recent(request).await?;
    let codes = second_factor::activate(&request.ctx, &request.body).await?;
    let now = request.ctx.now().timestamp();
    Ok(Answer::Json(json!({
        "status": 200,
        "data": { "type": "totp", "created_at": now, "last_used_at": null },
        "meta": { "recovery_codes_generated": !codes.is_empty(), "recovery_codes": codes },
    })))
}

/// Removes the authenticator.
pub(super) async fn remove(request: &Request) -> Result<Answer, ApiError> {
    super::tokens::recent(request).await?;
    second_factor::remove(&request.ctx).await?;
    Ok(Answer::Json(json!({ "status": 200 })))
}

/// How many recovery codes there are; the codes themselves are not kept.
pub(super) async fn recovery(request: &Request) -> Result<Answer, ApiError> {
    let (total, unused) = second_factor::recovery_status(&request.ctx).await?;
    if total == 0 {
        return Ok(Answer::Status(404, json!({ "status": 404 })));
    }
    Ok(Answer::Json(json!({ "status": 200, "data": codes(total, unused, &[]) })))
}

/// New recovery codes, shown in this answer only.
pub(super) async fn renew(request: &Request) -> Result<Answer, ApiError> {
    super::tokens::recent(request).await?;
    let fresh = second_factor::renew_recovery_codes(&request.ctx).await?;
    let count = i64::try_from(fresh.len()).unwrap_or(0);
    Ok(Answer::Json(json!({ "status": 200, "data": codes(count, count, &fresh) })))
}

fn codes(total: i64, unused: i64, shown: &[String]) -> Value {
    json!({
        "type": "recovery_codes", "total_code_count": total, "unused_code_count": unused, "unused_codes": shown,
        "created_at": null, "last_used_at": null,
    })
}

/// Removes all factors of somebody who lost one, for administrators.
pub(super) async fn disable(request: &Request) -> Result<Answer, ApiError> {
    second_factor::disable_for(&request.ctx, &request.body).await?;
    Ok(Answer::Json(json!({})))
}
