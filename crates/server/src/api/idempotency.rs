//! `Idempotency-Key`: a POST that is repeated with its key is answered again, not done again.

use super::request::Request;
use super::routes::{Auth, Route};
use super::run::run;
use axum::body::Body;
use axum::http::{HeaderName, Response, StatusCode, header};
use engine::ApiError;
use engine::repeated::{Key, Known};
use futures_util::FutureExt as _;
use serde_json::json;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;

/// Runs the request unless its key was used in the last day.
///
/// The work goes on when the client hangs up: whoever loses the connection and comes back with the
/// same key finds out how it ended.
pub(super) async fn once(
    request: &Arc<Request>,
    route: &Route,
    key: &str,
    digest: Vec<u8>,
) -> Result<Response<Body>, ApiError> {
    if key.is_empty() || key.len() > 255 {
        return Err(ApiError::BadRequest("An Idempotency-Key has 1 to 255 characters.".into()));
    }
    if iam::secret::find_in(key).next().is_some() {
        return Err(ApiError::BadRequest("An Idempotency-Key is stored, so it must not be a secret.".into()));
    }
    let user = request.ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let key = Key { user, text: key.to_owned() };
    let (request, route) = (request.clone(), route.clone());
    match tokio::spawn(async move { work(&request, &route, &key, &digest).await }).await {
        Ok(outcome) => outcome,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(ended) => Err(ApiError::Internal(ended.to_string())),
        },
    }
}

async fn work(request: &Request, route: &Route, key: &Key, digest: &[u8]) -> Result<Response<Body>, ApiError> {
    let engine = &request.app.engine;
    if let Some(known) = key.take(engine, digest).await? {
        return replay(known, digest);
    }
    let outcome = AssertUnwindSafe(run(request, route)).catch_unwind().await;
    let response = match outcome {
        Ok(Ok(response)) if response.status().is_success() => response,
        // What failed may be tried again under the same key.
        failed => {
            key.forget(engine).await?;
            return failed.unwrap_or_else(|panic| resume_unwind(panic));
        }
    };
    let (parts, bytes) = response.into_parts();
    let bytes = axum::body::to_bytes(bytes, usize::MAX).await.map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut kept = String::from_utf8_lossy(&bytes).into_owned();
    // A value that is shown once is not kept for a second showing. What takes a person in a
    // session is about such values: tokens, recovery codes.
    if route.auth == Auth::Session || iam::secret::find_in(&kept).next().is_some() {
        kept = without_secret(&kept);
    }
    key.remember(engine, parts.status.as_u16(), kept).await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// A marker in place of an answer that held a secret: the id alone.
fn without_secret(body: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    json!({ "replayed_secret": true, "id": value["id"] }).to_string()
}

fn replay(known: Known, digest: &[u8]) -> Result<Response<Body>, ApiError> {
    if known.digest != digest {
        return Err(ApiError::refused(422, json!({ "detail": "This Idempotency-Key was used for another request." })));
    }
    let Some((status, body)) = known.answer else {
        return Err(ApiError::refused(409, json!({ "detail": "A request with this Idempotency-Key is under way." })));
    };
    let value: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    if value["replayed_secret"] == json!(true) {
        let detail = "This request was done already. Its answer held a value that is shown only once.";
        return Err(ApiError::refused(409, json!({ "detail": detail, "id": value["id"] })));
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    super::respond::set(&mut response, header::CONTENT_TYPE, "application/json");
    super::respond::set(&mut response, HeaderName::from_static("idempotent-replayed"), "true");
    Ok(response)
}
