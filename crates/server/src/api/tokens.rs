//! Personal access tokens on the wire.

use super::request::Request;
use chrono::TimeDelta;
use engine::ApiError;
use engine::declare::Answer;
use iam::tokens::{self, Asker, NewToken, State, Token};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The caller's tokens as a bare list. Live ones, unless `?state=` asks for others.
pub(super) async fn list(request: &Request) -> Result<Answer, ApiError> {
    let state = request.query.last("state").unwrap_or("active");
    if !matches!(state, "active" | "expired" | "revoked" | "all") {
        let sentence = format!("Select a valid choice. {state} is not one of the available choices.");
        return Err(ApiError::field("state", sentence));
    }
    let tokens = tokens::list(&request.ctx, state).await?;
    Ok(Answer::Json(tokens.iter().map(|token| shown(request, token)).collect()))
}

fn shown(request: &Request, token: &Token) -> Value {
    let days = (token.expiry - request.ctx.now()).num_days();
    let (scopes, domains, allowed_ips) = token.limits.to_json();
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
        "expires_in_days": if token.state == State::Active { days } else { 0 },
        "scopes": scopes,
        "domains": domains,
        "allowed_ips": allowed_ips,
        "self_rotate": token.self_rotate,
        "rotated_at": token.rotated_at.map(super::time),
    })
}

/// One of the caller's tokens, with what it may do at this moment.
pub(super) async fn show(request: &Request) -> Result<Answer, ApiError> {
    let id = id(request)?;
    one(request, id).await
}

async fn one(request: &Request, id: Uuid) -> Result<Answer, ApiError> {
    let tokens = tokens::list(&request.ctx, "all").await?;
    let token = tokens.iter().find(|token| token.id == id).ok_or_else(missing)?;
    // Its owner's grants, cut down: the same computation that every request of the token meets.
    let user = request.ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let directory = request.app.iam.directory();
    let owner = directory.grants(user, directory.epoch().await?).await?;
    let left = token.limits.apply(request.app.engine.registry(), &owner);
    let permissions: Map<String, Value> =
        left.reached().into_iter().map(|folder| (folder.to_string(), json!(left.codenames(folder)))).collect();
    let mut answer = shown(request, token);
    answer["permissions"] = Value::Object(permissions);
    Ok(Answer::Json(answer))
}

/// Gives a token another name.
pub(super) async fn rename(request: &Request) -> Result<Answer, ApiError> {
    let id = id(request)?;
    tokens::rename(&request.ctx, id, &request.body).await?;
    one(request, id).await
}

/// A new value for one of the caller's tokens.
pub(super) async fn rotate(request: &Request) -> Result<Answer, ApiError> {
    recent(request).await?;
    let token = tokens::rotate(&request.app.iam, &request.ctx, id(request)?, Asker::Owner, &request.body).await?;
    Ok(made(request, &token))
}

/// Ends several of the caller's tokens.
pub(super) async fn revoke_several(request: &Request) -> Result<Answer, ApiError> {
    let ended = tokens::revoke_several(&request.ctx, &request.body).await?;
    Ok(Answer::Json(json!({ "revoked": ended })))
}

/// The token that asks, about itself.
pub(super) async fn show_itself(request: &Request) -> Result<Answer, ApiError> {
    one(request, itself(request)?).await
}

/// The token that asks ends.
pub(super) async fn revoke_itself(request: &Request) -> Result<Answer, ApiError> {
    tokens::revoke(&request.ctx, itself(request)?).await?;
    Ok(Answer::Nothing)
}

/// The token that asks gets a successor, if it was made to be able to.
pub(super) async fn rotate_itself(request: &Request) -> Result<Answer, ApiError> {
    let token = tokens::rotate(&request.app.iam, &request.ctx, itself(request)?, Asker::Itself, &request.body).await?;
    Ok(made(request, &token))
}

fn itself(request: &Request) -> Result<Uuid, ApiError> {
    request.ctx.principal.token().ok_or_else(|| {
        ApiError::refused(403, json!({ "detail": "Only a token can ask about itself.", "code": "token_required" }))
    })
}

/// Somebody found values; they end. The answer is the same in any case.
pub(super) async fn report_leak(request: &Request) -> Result<Answer, ApiError> {
    request.app.iam.charge_leak_report(&request.origin)?;
    tokens::report_leak(&request.app.iam, &request.body, request.origin.clone()).await?;
    Ok(Answer::Status(202, json!({})))
}

/// GitHub found values in repositories, and signs that it is GitHub; they end.
pub(super) async fn found_by_github(request: &Request) -> Result<Answer, ApiError> {
    let keys = request.app.github_keys.as_ref().ok_or(ApiError::NotFound)?;
    let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (key, signature) = (header("github-public-key-identifier"), header("github-public-key-signature"));
    let signed =
        !signature.is_empty() && keys.with(key, request.ctx.now()).await?.signed(key, signature, &request.bytes);
    if !signed {
        request.app.iam.charge_leak_report(&request.origin)?;
        let detail = "This is not signed with a key that GitHub uses at present.";
        return Err(ApiError::refused(403, json!({ "detail": detail, "code": "bad_signature" })));
    }
    let verdicts = tokens::findings(&request.app.iam, &request.bytes, &request.origin).await?;
    Ok(Answer::Json(json!(verdicts)))
}

/// All tokens, for administrators.
pub(super) async fn list_all(request: &Request) -> Result<Answer, ApiError> {
    tokens::list_all(&request.ctx, &request.query, &request.path).await.map(Answer::Json)
}

/// All tokens that the filters find, as a table; for administrators.
pub(super) async fn export_all(request: &Request) -> Result<Answer, ApiError> {
    const COLUMNS: [&str; 13] = [
        "id",
        "name",
        "preview",
        "user",
        "state",
        "created",
        "expiry",
        "last_used_at",
        "last_used_ip",
        "last_used_agent",
        "scopes",
        "revoked_at",
        "revoked_reason",
    ];
    let cell = |token: &Value, column: &str| match (column, &token[column]) {
        ("user", user) => user["str"].as_str().unwrap_or_default().to_owned(),
        (_, Value::Null) => String::new(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        (_, other) => other.to_string(),
    };
    let tokens = tokens::export_all(&request.ctx, &request.query).await?;
    let rows: Vec<Vec<String>> =
        tokens.iter().map(|token| COLUMNS.iter().map(|column| cell(token, column)).collect()).collect();
    let bytes = report::csv(&COLUMNS, &rows).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::File { name: "tokens_export.csv".into(), mime: "text/csv; charset=utf-8", bytes })
}

/// Ends many tokens, for administrators.
pub(super) async fn revoke_many(request: &Request) -> Result<Answer, ApiError> {
    tokens::revoke_many(&request.ctx, &request.query, &request.body).await.map(Answer::Json)
}

/// The organisation's rules. Whoever makes tokens has to know them.
pub(super) async fn policy(request: &Request) -> Result<Answer, ApiError> {
    let policy = request.app.iam.token_policy().await?;
    Ok(Answer::Json(json!(*policy)))
}

/// Changes the rules, for administrators.
pub(super) async fn change_policy(request: &Request) -> Result<Answer, ApiError> {
    let old = request.app.iam.token_policy().await?;
    let new = tokens::change_policy(&request.ctx, &old, &request.body).await?;
    Ok(Answer::Json(json!(new)))
}

/// Whom a change of the rules would affect, for administrators.
pub(super) async fn preview_policy(request: &Request) -> Result<Answer, ApiError> {
    let old = request.app.iam.token_policy().await?;
    tokens::preview_policy(&request.ctx, &old, &request.body).await.map(Answer::Json)
}

/// Makes a token. This answer is the only place where its value ever appears.
pub(super) async fn create(request: &Request) -> Result<Answer, ApiError> {
    recent(request).await?;
    let token = tokens::create(&request.app.iam, &request.ctx, &request.body).await?;
    Ok(made(request, &token))
}

fn made(request: &Request, token: &NewToken) -> Answer {
    request.add_header("pragma", "no-cache");
    let (scopes, domains, allowed_ips) = token.limits.to_json();
    Answer::Json(json!({
        "name": token.name,
        "expiry": super::time(token.expiry),
        "token": token.secret.expose(),
        "id": token.id,
        "created": super::time(token.created),
        "preview": token.preview,
        "scopes": scopes,
        "domains": domains,
        "allowed_ips": allowed_ips,
        "self_rotate": token.self_rotate,
    }))
}

/// A token outlives its maker's session, so whoever makes one has proved themselves recently.
pub(super) async fn recent(request: &Request) -> Result<(), ApiError> {
    let minutes = request.app.iam.token_policy().await?.recent_sign_in_minutes;
    let fresh = request.confirmed.is_some_and(|at| request.ctx.now() < at + TimeDelta::minutes(minutes));
    if minutes < 0 || fresh {
        return Ok(());
    }
    Err(ApiError::refused(
        403,
        json!({
            "detail": "This needs a recent sign-in. Sign in again and repeat.",
            "code": "reauthentication_required",
        }),
    ))
}

/// Revokes a token by its public id.
pub(super) async fn revoke(request: &Request) -> Result<Answer, ApiError> {
    if request.ctx.principal.is_third_party() {
        return Err(ApiError::error(403, "Forbidden"));
    }
    tokens::revoke(&request.ctx, id(request)?).await?;
    Ok(Answer::Nothing)
}

fn id(request: &Request) -> Result<Uuid, ApiError> {
    request.id().map_err(|_| missing())
}

fn missing() -> ApiError {
    ApiError::error(404, "Token not found or already deleted.")
}
