//! Reading the audit log.

use super::request::Request;
use engine::declare::Answer;
use engine::{ApiError, audit};

/// A page of entries.
pub(super) async fn list(request: &Request) -> Result<Answer, ApiError> {
    audit::list(&request.ctx, &request.query, &request.path).await.map(Answer::Raw)
}

/// The end of the chain, to be kept elsewhere.
pub(super) async fn checkpoint(request: &Request) -> Result<Answer, ApiError> {
    grc::settings::may(&request.ctx, "view_central_auditlog")?;
    let checkpoint = audit::checkpoint(&request.app.engine).await?;
    serde_json::to_value(checkpoint).map(Answer::Json).map_err(|error| ApiError::Internal(error.to_string()))
}
