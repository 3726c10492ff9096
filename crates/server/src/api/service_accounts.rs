//! Service accounts on the wire.

use super::request::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::ApiError;
use engine::declare::Answer;
use iam::service_accounts::{self, Created};
use serde_json::json;

/// A page of accounts.
pub(super) async fn list(request: &Request) -> Result<Answer, ApiError> {
    service_accounts::list(&request.ctx, &request.query, &request.path).await.map(Answer::Json)
}

/// One account.
pub(super) async fn show(request: &Request) -> Result<Answer, ApiError> {
    service_accounts::get(&request.ctx, request.id()?).await.map(Answer::Json)
}

/// Makes an account; the answer is the only one that holds its secret.
pub(super) async fn create(request: &Request) -> Result<Answer, ApiError> {
    super::tokens::recent(request).await?;
    Ok(Answer::Status(201, with_secret(request, service_accounts::create(&request.ctx, &request.body).await?)))
}

/// Changes an account.
pub(super) async fn update(request: &Request) -> Result<Answer, ApiError> {
    service_accounts::update(&request.ctx, request.id()?, &request.body).await.map(Answer::Json)
}

/// Removes an account.
pub(super) async fn delete(request: &Request) -> Result<Answer, ApiError> {
    service_accounts::delete(&request.ctx, request.id()?).await?;
    Ok(Answer::Nothing)
}

/// A new secret for an account.
pub(super) async fn rotate(request: &Request) -> Result<Answer, ApiError> {
    super::tokens::recent(request).await?;
    let rotated = service_accounts::rotate(&request.ctx, request.id()?, &request.body).await?;
    Ok(Answer::Json(with_secret(request, rotated)))
}

/// Roles to choose from.
pub(super) async fn roles(request: &Request) -> Result<Answer, ApiError> {
    service_accounts::choices_of_roles(&request.ctx).await.map(Answer::Json)
}

/// Permissions to choose from.
pub(super) async fn permissions(request: &Request) -> Result<Answer, ApiError> {
    service_accounts::choices_of_permissions(&request.ctx).await.map(Answer::Json)
}

fn with_secret(request: &Request, created: Created) -> serde_json::Value {
    request.add_header("pragma", "no-cache");
    let mut account = created.account;
    account["client_secret"] = json!(created.secret.expose());
    account
}

/// The token endpoint of OAuth 2.
pub(super) async fn exchange(request: &Request) -> Result<Answer, ApiError> {
    let basic = request.header("authorization").and_then(basic);
    let made = service_accounts::exchange(&request.app.iam, &request.body, basic, request.origin.clone()).await?;
    request.add_header("pragma", "no-cache");
    Ok(Answer::Json(json!({
        "access_token": made.secret.expose(), "token_type": "Bearer", "expires_in": made.expires_in,
    })))
}

/// Client id and secret of a Basic header, both form-encoded as RFC 6749 §2.3.1 has it.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, value) = header.split_once(' ')?;
    let plain = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = plain.split_once(':')?;
    let decoded = |text: &str| super::body::pairs(&format!("x={text}")).pop().map(|(_, value)| value);
    scheme.eq_ignore_ascii_case("basic").then_some((decoded(id)?, decoded(secret)?))
}

#[cfg(test)]
mod tests {
    use super::basic;

    #[test]
    fn basic_credentials_are_decoded() {
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(basic("Basic YTpi"), pair("a", "b"));
        assert_eq!(basic("basic Y2xpZW50OnMlM0FlY3JldA=="), pair("client", "s:ecret"));
        for bad in ["Basic", "Basic *", "Bearer YTpi", "Basic YWI=", "Basic YTpi=", ""] {
            assert_eq!(basic(bad), None, "{bad}");
        }
    }
}
