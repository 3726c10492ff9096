//! What a person prefers. `lang` is the language; everything else belongs to the clients that keep it here.

use engine::audit::{self, Entry};
use engine::{Access, ApiError, Body, Cell, Context, Rows};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// All that clients may keep for one person, as JSON text.
const MOST_BYTES: usize = 16 * 1024;

fn access() -> Access {
    Access::system("preferences belong to their person")
}

/// The caller's preferences. Somebody who has not chosen a language gets the one that their client asks for.
pub async fn get(ctx: &Context, rows: &mut Rows) -> Result<Map<String, Value>, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let (language, mut preferences) = stored(rows, user).await?;
    preferences.insert("lang".into(), json!(language.as_deref().unwrap_or(&ctx.language)));
    Ok(preferences)
}

async fn stored(rows: &mut Rows, user: Uuid) -> Result<(Option<String>, Map<String, Value>), ApiError> {
    let mut statement = rows.sql("SELECT language, others FROM user_preferences WHERE user_id = ");
    statement.bind(user);
    let found = rows.one(&access(), &statement, |row| Ok((row.text(0)?, row.json(1)?))).await?;
    Ok(match found {
        Some((language, Some(Value::Object(others)))) => (language, others),
        Some((language, _)) => (language, Map::new()),
        None => (None, Map::new()),
    })
}

/// Changes what the body names and leaves the rest; null takes a preference away.
pub async fn change(ctx: &Context, languages: &[&str], body: &Body) -> Result<Map<String, Value>, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    // A token that may not do everything is no place to change its owner's ways from.
    if ctx.principal.grants().is_limited() {
        return Err(ApiError::Forbidden);
    }
    let mut rows = ctx.engine.write().await?;
    // What two requests change at the same time is changed by both.
    rows.take_turn(&access(), &format!("preferences of {user}")).await?;
    let (mut language, mut others) = stored(&mut rows, user).await?;
    for (name, value) in body {
        match (name.as_str(), value) {
            ("lang", Value::Null) => language = None,
            ("lang", _) => language = Some(known("lang", languages, value)?),
            (_, Value::Null) => drop(others.remove(name)),
            _ => drop(others.insert(name.clone(), value.clone())),
        }
    }
    let text = Value::Object(others.clone()).to_string();
    if text.len() > MOST_BYTES {
        return Err(ApiError::field("non_field_errors", format!("Preferences hold at most {MOST_BYTES} bytes.")));
    }
    if crate::secret::find_in(&text).next().is_some() {
        return Err(ApiError::field(
            "non_field_errors",
            "A secret has no place among preferences. Replace it: it was sent.",
        ));
    }
    if text.contains("\\u0000") {
        return Err(ApiError::field("non_field_errors", "Null characters are not allowed."));
    }
    let mut statement = rows.sql("INSERT INTO user_preferences (user_id, language, others, updated_at) VALUES (");
    statement.bind(user).push(", ").bind(language.map_or(Cell::Null, Cell::Text)).push(", ");
    statement.bind(Cell::Json(Value::Object(others))).push(", ").bind(ctx.now());
    statement.push(") ON CONFLICT (user_id) DO UPDATE SET language = excluded.language, others = excluded.others, ");
    statement.push("updated_at = excluded.updated_at");
    rows.execute(&access(), &statement).await?;
    let preferences = get(ctx, &mut rows).await?;
    rows.commit().await?;
    Ok(preferences)
}

/// Sets everybody's language. Returns how many people there are.
pub async fn force_language(ctx: &Context, languages: &[&str], language: &Value) -> Result<u64, ApiError> {
    let language = known("language", languages, language)?;
    let mut rows = ctx.engine.write().await?;
    let mut statement = rows.sql("INSERT INTO user_preferences (user_id, language, others, updated_at) SELECT u.id, ");
    statement.bind(language.clone()).push(", ").bind(Cell::Json(json!({}))).push(", ").bind(ctx.now());
    // The condition keeps SQLite from reading ON as that of a join.
    statement.push(" FROM users u WHERE 1=1 ON CONFLICT (user_id) DO UPDATE SET language = excluded.language, ");
    statement.push("updated_at = excluded.updated_at");
    let people = rows.execute(&access(), &statement).await?;
    let changes = Map::from_iter([("language".to_owned(), json!([null, language]))]);
    let root = Some(ctx.principal.grants().tree().root());
    let name = "language of everybody".to_owned();
    let entry = Entry { action: "update", resource: "settings", name, folder: root, changes, ..Entry::default() };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(people)
}

fn known(name: &str, languages: &[&str], value: &Value) -> Result<String, ApiError> {
    match value {
        Value::String(code) if languages.contains(&code.as_str()) => Ok(code.clone()),
        other => {
            let shown = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
            Err(ApiError::field(name, format!("\"{shown}\" is not a valid choice.")))
        }
    }
}
