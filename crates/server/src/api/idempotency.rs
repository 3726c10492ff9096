//! `Idempotency-Key`: a POST that is repeated with its key is answered again, not done again.

use super::request::Request;
use super::routes::Route;
use axum::body::Body;
use axum::http::{HeaderName, Response, StatusCode, Uri, header};
use chrono::TimeDelta;
use engine::{Access, ApiError, Cell};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::future::Future;

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
pub(super) async fn once<F>(
    request: &Request,
    key: &str,
    digest: Vec<u8>,
    run: impl FnOnce() -> F + Send,
) -> Result<Response<Body>, ApiError>
where
    F: Future<Output = Result<Response<Body>, ApiError>> + Send,
{
    if key.is_empty() || key.len() > 255 {
        return Err(ApiError::BadRequest("An Idempotency-Key has 1 to 255 characters.".into()));
    }
    let user = request.ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let now = request.ctx.now();
    let mut rows = request.app.engine.write().await?;
    let mut old = rows.sql("DELETE FROM idempotency_keys WHERE created_at < ");
    old.bind(now - LIFE);
    rows.execute(&access(), &old).await?;
    let mut claim =
        rows.sql("INSERT INTO idempotency_keys (user_id, idempotency_key, request_digest, created_at) VALUES (");
    claim.bind(user).push(", ").bind(key).push(", ").bind(Cell::Bytes(digest.clone())).push(", ").bind(now);
    claim.push(") ON CONFLICT (user_id, idempotency_key) DO NOTHING");
    if rows.execute(&access(), &claim).await? == 0 {
        let mut known = rows.sql("SELECT request_digest, status, body FROM idempotency_keys WHERE user_id = ");
        known.bind(user).push(" AND idempotency_key = ").bind(key);
        let known = rows.one(&access(), &known, |row| Ok((row.bytes(0)?, row.int(1)?, row.text(2)?))).await?;
        return replay(known, &digest);
    }
    rows.commit().await?;

    let outcome = run().await;
    let status = match &outcome {
        Ok(response) if response.status().is_success() => response.status(),
        // What failed may be tried again under the same key.
        _ => {
            let mut rows = request.app.engine.write().await?;
            let mut forget = rows.sql("DELETE FROM idempotency_keys WHERE user_id = ");
            forget.bind(user).push(" AND idempotency_key = ").bind(key);
            rows.execute(&access(), &forget).await?;
            rows.commit().await?;
            return outcome;
        }
    };
    let (parts, bytes) = outcome?.into_parts();
    let bytes = axum::body::to_bytes(bytes, usize::MAX).await.map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut kept = String::from_utf8_lossy(&bytes).into_owned();
    if iam::secret::find_in(&kept).next().is_some() {
        // A value that is shown once is not kept for a second showing.
        kept = without_secret(&kept);
    }
    let mut rows = request.app.engine.write().await?;
    let mut remember = rows.sql("UPDATE idempotency_keys SET status = ");
    remember.bind(i64::from(status.as_u16())).push(", body = ").bind(kept);
    remember.push(" WHERE user_id = ").bind(user).push(" AND idempotency_key = ").bind(key);
    rows.execute(&access(), &remember).await?;
    rows.commit().await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// A marker in place of an answer that held a secret: the id alone.
fn without_secret(body: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    json!({ "replayed_secret": true, "id": value["id"] }).to_string()
}

type Known = Option<(Option<Vec<u8>>, Option<i64>, Option<String>)>;

fn replay(known: Known, digest: &[u8]) -> Result<Response<Body>, ApiError> {
    let conflict = |detail: &str| ApiError::refused(409, json!({ "detail": detail }));
    let Some((known_digest, status, body)) = known else { return Err(ApiError::Retry) };
    if known_digest.as_deref() != Some(digest) {
        return Err(ApiError::refused(422, json!({ "detail": "This Idempotency-Key was used for another request." })));
    }
    let (Some(status), Some(body)) = (status, body) else {
        return Err(conflict("A request with this Idempotency-Key is under way."));
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
