//! The second listener: metrics and health, without sign-in, for machines inside one's own network.

use crate::metrics::{self, Metrics};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use std::sync::Arc;
use tower::ServiceExt as _;

/// `/metrics`, and `/api/health/` as the main listener answers it; nothing else.
pub fn router(metrics: Arc<Metrics>, main: Router) -> Router {
    let health = move |request: Request<Body>| main.clone().oneshot(request);
    let metrics = move || async move { ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], metrics.render()) };
    Router::new().route("/metrics", get(metrics)).route("/api/health/", get(health))
}
