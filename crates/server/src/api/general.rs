//! What a client has to know of the server itself.

use super::browser_guard::{csrf_token, session_cookie};
use super::request::Request;
use engine::declare::Answer;
use engine::{ApiError, Verb, read};
use serde_json::{Map, json};

/// Whether the server and its database work.
pub(super) async fn health(request: &Request) -> Result<Answer, ApiError> {
    request.app.iam.directory().epoch().await?;
    Ok(Answer::Json(json!({ "status": "ok" })))
}

/// Version and build.
pub(super) async fn build(request: &Request) -> Result<Answer, ApiError> {
    let database = match request.app.engine.dialect() {
        engine::Dialect::Sqlite => "SQLite",
        engine::Dialect::Postgres => "PostgreSQL",
    };
    Ok(Answer::Json(
        json!({ "version": env!("CARGO_PKG_VERSION"), "build": "tessera", "infrastructure": { "database": database } }),
    ))
}

/// The anti-forgery value of the cookie session.
pub(super) async fn csrf(request: &Request) -> Result<Answer, ApiError> {
    Ok(Answer::Json(json!({ "csrfToken": csrf_token(session_cookie(&request.headers, request.secure)) })))
}

/// What a client has to know before signing in.
pub(super) async fn meta(request: &Request) -> Result<Answer, ApiError> {
    Ok(Answer::Json(json!({
        "name": "Tessera",
        "version": env!("CARGO_PKG_VERSION"),
        "languages": super::settings::LANGUAGES,
        "setup_required": iam::setup::required(&request.app.iam).await?,
        "password_reset": request.app.iam.mailer().is_configured(),
        "passkeys": iam::passkeys::RelyingParty::at(&request.app.settings.base_url())
            .map(|party| json!({ "rp_id": party.id(), "origin": party.origin() })),
        "token_days": request.app.iam.policy().token_days,
    })))
}

/// All kinds of object, as the interface draws them.
pub(super) async fn kinds(request: &Request) -> Result<Answer, ApiError> {
    Ok(Answer::Json(engine::describe::kinds(request.app.engine.registry())))
}

/// How many objects of some kinds the caller sees.
pub(super) async fn counters(request: &Request) -> Result<Answer, ApiError> {
    let mut results = Map::new();
    for (key, path) in [
        ("domains", "folders"),
        ("perimeters", "perimeters"),
        ("assets", "assets"),
        ("frameworks", "frameworks"),
        ("applied_controls", "applied-controls"),
        ("policies", "policies"),
        ("exceptions", "security-exceptions"),
        ("risk_acceptances", "risk-acceptances"),
    ] {
        let count = match request.app.engine.registry().get(path) {
            None => 0,
            Some(resource) => {
                let access = request.ctx.access(resource, Verb::View);
                read::count_visible(&request.ctx, resource, &access).await?
            }
        };
        results.insert(key.to_owned(), json!(count));
    }
    Ok(Answer::Json(json!({ "results": results })))
}

/// Makes the first administrator.
pub(super) async fn setup(request: &Request) -> Result<Answer, ApiError> {
    let email = request.app.setup.use_once(&request.app.iam, &request.body, request.origin.clone()).await?;
    Ok(Answer::Status(201, json!({ "email": email })))
}

/// The OpenAPI document.
pub(super) async fn schema(request: &Request) -> Result<Answer, ApiError> {
    let document = super::openapi::document(request.app.engine.registry());
    let accept = request.header("accept").unwrap_or_default();
    let yaml = request.query.last("format") == Some("yaml") || accept.contains("yaml");
    if yaml {
        let text = super::openapi::yaml(&document);
        return Ok(Answer::File { name: "tessera.yaml".into(), mime: "application/yaml", bytes: text.into_bytes() });
    }
    Ok(Answer::Json(document))
}

/// Figures of the program, for administrators.
pub(super) async fn metrics(request: &Request) -> Result<Answer, ApiError> {
    grc::settings::may(&request.ctx, "change_globalsettings")?;
    let bytes = request.app.metrics.render().into_bytes();
    Ok(Answer::File { name: String::new(), mime: "text/plain; version=0.0.4; charset=utf-8", bytes })
}
