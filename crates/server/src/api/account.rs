//! The caller's own account, and administrators' questions about others.

use super::request::Request;
use engine::ApiError;
use engine::declare::Answer;
use serde_json::{Value, json};

/// Who the caller is and what they may do.
pub(super) async fn current_user(request: &Request) -> Result<Answer, ApiError> {
    iam::current_user::current_user(&request.ctx).await.map(Answer::Json)
}

/// Change one's own names.
pub(super) async fn profile(request: &Request) -> Result<Answer, ApiError> {
    iam::account::change_profile(&request.ctx, &request.body).await?;
    current_user(request).await
}

/// What the caller prefers.
pub(super) async fn preferences(request: &Request) -> Result<Answer, ApiError> {
    let mut rows = request.app.engine.peek().await?;
    Ok(Answer::Json(Value::Object(iam::preferences::get(&request.ctx, &mut rows).await?)))
}

/// Change some of one's preferences.
pub(super) async fn change_preferences(request: &Request) -> Result<Answer, ApiError> {
    let changed = iam::preferences::change(&request.ctx, &super::settings::LANGUAGES, &request.body).await?;
    Ok(Answer::Json(Value::Object(changed)))
}

/// Change one's own password.
pub(super) async fn change_password(request: &Request) -> Result<Answer, ApiError> {
    iam::account::change_password(&request.app.iam, &request.ctx, &request.body).await?;
    Ok(Answer::Json(json!({})))
}

/// Set somebody's password.
pub(super) async fn set_password(request: &Request) -> Result<Answer, ApiError> {
    iam::account::set_password(&request.app.iam, &request.ctx, &request.body).await?;
    Ok(Answer::Json(json!({})))
}

/// Ask for a link by mail. The same answer whether there is such an account or not.
pub(super) async fn ask_reset(request: &Request) -> Result<Answer, ApiError> {
    // Not the host that the request names: whoever asks could lead the link elsewhere.
    let url = request.app.settings.base_url();
    iam::reset::ask(&request.app.iam, &request.body, &url, request.origin.clone()).await?;
    Ok(Answer::Status(202, json!({})))
}

/// Set a password through the link.
pub(super) async fn confirm_reset(request: &Request) -> Result<Answer, ApiError> {
    iam::reset::confirm(&request.app.iam, &request.body, request.origin.clone()).await?;
    Ok(Answer::Json(json!({})))
}

/// Why somebody may or may not.
pub(super) async fn explain(request: &Request) -> Result<Answer, ApiError> {
    iam::explain::explain(&request.app.iam, &request.ctx, &request.query).await.map(Answer::Json)
}
