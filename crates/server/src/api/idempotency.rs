//! `Idempotency-Key`: a POST that is repeated with its key is answered again, not done again.

use super::dispatch::run;
use super::request::Request;
use super::routes::Route;
use axum::body::Body;
use axum::http::{HeaderName, Response, StatusCode, Uri, header};
use chrono::TimeDelta;
use engine::{Access, ApiError, Cell};
use futures_util::FutureExt as _;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use uuid::Uuid;

/// How long a key is remembered.
const LIFE: TimeDelta = TimeDelta::hours(24);

fn access() -> Access {
    Access::system("a caller's own keys")
}

/// What makes two requests the same: method, address and body.
pub(super) fn digest(route: &Route, uri: &Uri, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(route.method.as_str());
    hash.update([0]);
    hash.update(uri.to_string());
    hash.update([0]);
    hash.update(body);
    hash.finalize().to_vec()
}

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
    let claim = Claim { request: request.clone(), user, key: key.to_owned() };
    let route = route.clone();
    match tokio::spawn(async move { claim.work(&route, digest).await }).await {
        Ok(outcome) => outcome,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(ended) => Err(ApiError::Internal(ended.to_string())),
        },
    }
}

/// A request under its key.
struct Claim {
    request: Arc<Request>,
    user: Uuid,
    key: String,
}

impl Claim {
    async fn work(self, route: &Route, digest: Vec<u8>) -> Result<Response<Body>, ApiError> {
        if let Some(known) = self.take(&digest).await? {
            return replay(known, &digest);
        }
        let outcome = AssertUnwindSafe(run(&self.request, route)).catch_unwind().await;
        let response = match outcome {
            Ok(Ok(response)) if response.status().is_success() => response,
            // What failed may be tried again under the same key.
            failed => {
                self.forget().await?;
                return failed.unwrap_or_else(|panic| resume_unwind(panic));
            }
        };
        let (parts, bytes) = response.into_parts();
        let bytes =
            axum::body::to_bytes(bytes, usize::MAX).await.map_err(|error| ApiError::Internal(error.to_string()))?;
        let mut kept = String::from_utf8_lossy(&bytes).into_owned();
        if iam::secret::find_in(&kept).next().is_some() {
            // A value that is shown once is not kept for a second showing.
            kept = without_secret(&kept);
        }
        self.remember(parts.status, kept).await?;
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }

    /// Notes that the key is in use. When it was already, answers what is known of it.
    async fn take(&self, digest: &[u8]) -> Result<Option<Known>, ApiError> {
        let now = self.request.ctx.now();
        let mut rows = self.request.app.engine.write().await?;
        let mut old = rows.sql("DELETE FROM idempotency_keys WHERE created_at < ");
        old.bind(now - LIFE);
        rows.execute(&access(), &old).await?;
        let mut claim =
            rows.sql("INSERT INTO idempotency_keys (user_id, idempotency_key, request_digest, created_at) VALUES (");
        claim.bind(self.user).push(", ").bind(self.key.as_str()).push(", ").bind(Cell::Bytes(digest.to_vec()));
        claim.push(", ").bind(now).push(") ON CONFLICT (user_id, idempotency_key) DO NOTHING");
        if rows.execute(&access(), &claim).await? > 0 {
            rows.commit().await?;
            return Ok(None);
        }
        let mut known = rows.sql("SELECT request_digest, status, body FROM idempotency_keys WHERE user_id = ");
        known.bind(self.user).push(" AND idempotency_key = ").bind(self.key.as_str());
        let known = rows.one(&access(), &known, |row| Ok((row.bytes(0)?, row.int(1)?, row.text(2)?))).await?;
        // Gone again in between: the other request has just failed.
        known.map(Some).ok_or(ApiError::Retry)
    }

    async fn remember(&self, status: StatusCode, body: String) -> Result<(), ApiError> {
        let mut rows = self.request.app.engine.write().await?;
        let mut remember = rows.sql("UPDATE idempotency_keys SET status = ");
        remember.bind(i64::from(status.as_u16())).push(", body = ").bind(body);
        remember.push(" WHERE user_id = ").bind(self.user).push(" AND idempotency_key = ").bind(self.key.as_str());
        rows.execute(&access(), &remember).await?;
        rows.commit().await
    }

    async fn forget(&self) -> Result<(), ApiError> {
        let mut rows = self.request.app.engine.write().await?;
        let mut forget = rows.sql("DELETE FROM idempotency_keys WHERE user_id = ");
        forget.bind(self.user).push(" AND idempotency_key = ").bind(self.key.as_str());
        rows.execute(&access(), &forget).await?;
        rows.commit().await
    }
}

/// A marker in place of an answer that held a secret: the id alone.
fn without_secret(body: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    json!({ "replayed_secret": true, "id": value["id"] }).to_string()
}

/// Digest of the first request; status and body of its answer, once it has one.
type Known = (Option<Vec<u8>>, Option<i64>, Option<String>);

fn replay((known_digest, status, body): Known, digest: &[u8]) -> Result<Response<Body>, ApiError> {
    if known_digest.as_deref() != Some(digest) {
        return Err(ApiError::refused(422, json!({ "detail": "This Idempotency-Key was used for another request." })));
    }
    let (Some(status), Some(body)) = (status, body) else {
        return Err(ApiError::refused(409, json!({ "detail": "A request with this Idempotency-Key is under way." })));
    };
    let value: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    if value["replayed_secret"] == json!(true) {
        let detail = "This request was done already. Its answer held a value that is shown only once.";
        return Err(ApiError::refused(409, json!({ "detail": detail, "id": value["id"] })));
    }
    let mut response = Response::new(Body::from(body));
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    *response.status_mut() = status.unwrap_or(StatusCode::OK);
    super::respond::set(&mut response, header::CONTENT_TYPE, "application/json");
    super::respond::set(&mut response, HeaderName::from_static("idempotent-replayed"), "true");
    Ok(response)
}
