//! Settings on the wire.

use super::request::Request;
use engine::ApiError;
use engine::declare::Answer;
use grc::settings::{DASHBOARD, Group, SECURITY_SCALES, get, may, set};
use serde_json::{Map, Value, json};

/// Languages of the interface and of texts.
pub(super) const LANGUAGES: [&str; 2] = ["en", "fr"];

async fn read(request: &Request, group: Group) -> Result<Map<String, Value>, ApiError> {
    let mut rows = request.app.engine.peek().await?;
    get(&mut rows, group).await
}

/// General settings.
pub(super) async fn general(request: &Request) -> Result<Answer, ApiError> {
    may(&request.ctx, "view_globalsettings")?;
    Ok(Answer::Json(wrapped(&read(request, Group::General).await?)))
}

fn wrapped(value: &Map<String, Value>) -> Value {
    json!({ "name": "general", "value": value })
}

/// General settings by name; clients of everybody read them.
pub(super) async fn general_object(request: &Request) -> Result<Answer, ApiError> {
    let mut settings = read(request, Group::General).await?;
    settings.insert("enabled_integrations".into(), json!([]));
    Ok(Answer::Json(Value::Object(settings)))
}

/// Change general settings, given bare or under `value`.
pub(super) async fn change_general(request: &Request) -> Result<Answer, ApiError> {
    let wanted = match request.body.get("value") {
        Some(Value::Object(value)) => value,
        _ => &request.body,
    };
    Ok(Answer::Json(wrapped(&set(&request.ctx, Group::General, wanted).await?)))
}

/// Language of the instance.
pub(super) async fn default_language(request: &Request) -> Result<Answer, ApiError> {
    let settings = read(request, Group::General).await?;
    Ok(Answer::Json(json!({ "default_language": settings["default_language"] })))
}

/// Languages of the interface.
pub(super) async fn languages(_: &Request) -> Result<Answer, ApiError> {
    Ok(Answer::Json(json!({ "en": "English", "fr": "French" })))
}

/// Scales of security objectives.
pub(super) async fn scales(_: &Request) -> Result<Answer, ApiError> {
    let scales: Map<String, Value> = SECURITY_SCALES.iter().map(|scale| ((*scale).to_owned(), json!(scale))).collect();
    Ok(Answer::Json(Value::Object(scales)))
}

async fn some(request: &Request, fits: fn(&str) -> bool) -> Result<Answer, ApiError> {
    let mut settings = read(request, Group::General).await?;
    settings.retain(|name, _| fits(name));
    Ok(Answer::Json(Value::Object(settings)))
}

/// Settings of the radar.
pub(super) async fn radar(request: &Request) -> Result<Answer, ApiError> {
    some(request, |name| name.starts_with("ebios_radar")).await
}

/// Settings of the interface.
pub(super) async fn interface(request: &Request) -> Result<Answer, ApiError> {
    some(request, |name| name.starts_with("interface_") || name.starts_with("show_")).await
}

/// Settings of notifications.
pub(super) async fn notifications(request: &Request) -> Result<Answer, ApiError> {
    some(request, |name| name.starts_with("notifications_")).await
}

/// The dashboard that everybody sees first.
pub(super) async fn default_dashboard(request: &Request) -> Result<Answer, ApiError> {
    some(request, |name| name == DASHBOARD).await
}

/// Choose the dashboard that everybody sees first; null chooses none.
pub(super) async fn set_default_dashboard(request: &Request) -> Result<Answer, ApiError> {
    Ok(Answer::Json(Value::Object(grc::settings::set_default_dashboard(&request.ctx, &request.body).await?)))
}

/// Set everybody's language: the one named, or the language of the instance.
pub(super) async fn force_language(request: &Request) -> Result<Answer, ApiError> {
    may(&request.ctx, "change_globalsettings")?;
    let language = match request.body.get("language") {
        Some(language) => language.clone(),
        None => read(request, Group::General).await?["default_language"].take(),
    };
    let people = iam::preferences::force_language(&request.ctx, &LANGUAGES, &language).await?;
    Ok(Answer::Json(json!({ "language": language, "users": people })))
}

/// Which features are shown.
pub(super) async fn flags(request: &Request) -> Result<Answer, ApiError> {
    Ok(Answer::Json(Value::Object(read(request, Group::FeatureFlags).await?)))
}

/// Show or hide features.
pub(super) async fn change_flags(request: &Request) -> Result<Answer, ApiError> {
    Ok(Answer::Json(Value::Object(set(&request.ctx, Group::FeatureFlags, &request.body).await?)))
}

/// Which features are shown at first.
pub(super) async fn default_flags(_: &Request) -> Result<Answer, ApiError> {
    Ok(Answer::Json(Value::Object(Group::FeatureFlags.defaults())))
}

/// Single sign-on is not offered.
pub(super) async fn sso_info(request: &Request) -> Result<Answer, ApiError> {
    Ok(Answer::Json(json!({
        "is_enabled": null, "sp_entity_id": "tessera", "callback_url": format!("{}/", super::public_url(request)),
    })))
}
