//! Settings of the instance: general ones and feature flags, with the contract's names and
//! defaults.

use engine::audit::{self, Entry};
use engine::read::Reading;
use engine::{Access, ApiError, Body, Cell, Context, FieldErrors, Rows, Verb};
use serde_json::{Map, Value, json};

/// A group of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Scales, language, currency, limits.
    General,
    /// Which features are shown. Hiding one deletes nothing.
    FeatureFlags,
}

/// The setting that names a dashboard.
pub const DASHBOARD: &str = "default_custom_analytics_dashboard";

/// Scales on which security objectives can be shown.
pub const SECURITY_SCALES: [&str; 5] = ["0-3", "1-4", "0-4", "1-5", "FIPS-199"];

impl Group {
    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::FeatureFlags => "feature-flags",
        }
    }

    /// What holds until somebody changes it.
    pub fn defaults(self) -> Map<String, Value> {
        let text = match self {
            Self::General => include_str!("general.json"),
            Self::FeatureFlags => include_str!("feature_flags.json"),
        };
        serde_json::from_str(text).unwrap_or_default()
    }
}

fn access() -> Access {
    Access::system("settings belong to the instance; the callers check who may")
}

/// All settings of a group: what was changed, over the defaults.
pub async fn get(rows: &mut Rows, group: Group) -> Result<Map<String, Value>, ApiError> {
    let mut statement = rows.sql("SELECT value FROM global_settings WHERE name = ");
    statement.bind(group.name());
    let changed = rows.one(&access(), &statement, |row| row.json(0)).await?.flatten();
    let mut settings = group.defaults();
    if let Some(Value::Object(changed)) = changed {
        settings.extend(changed);
    }
    Ok(settings)
}

/// Changes settings. Names that are not known are ignored (refused in strict mode); a value of
/// the wrong type is refused and nothing is changed.
pub async fn set(ctx: &Context, group: Group, wanted: &Body) -> Result<Map<String, Value>, ApiError> {
    may(ctx, "change_globalsettings")?;
    let defaults = group.defaults();
    let mut errors = FieldErrors::default();
    let mut rows = ctx.engine.write().await?;
    let mut settings = get(&mut rows, group).await?;
    let mut changes = Map::new();
    for (name, value) in wanted {
        match defaults.get(name) {
            None if ctx.strict => errors.add(name, "Unknown setting."),
            None => {}
            Some(default) => match accept(name, default, value) {
                Ok(value) if settings.get(name) == Some(&value) => {}
                Ok(value) => {
                    let old = settings.insert(name.clone(), value.clone());
                    changes.insert(name.clone(), json!([old, value]));
                }
                Err(sentence) => errors.add(name, sentence),
            },
        }
    }
    errors.into_result()?;
    let mut statement = rows.sql("INSERT INTO global_settings (name, value, updated_at) VALUES (");
    statement.bind(group.name()).push(", ").bind(Cell::Json(Value::Object(settings.clone()))).push(", ");
    statement.bind(ctx.now());
    statement.push(") ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at");
    rows.execute(&access(), &statement).await?;
    // Some of them decide what people may do.
    audit::move_epoch(&mut rows, &access()).await?;
    if !changes.is_empty() {
        let root = ctx.principal.grants().tree().root();
        let name = group.name().to_owned();
        let entry =
            Entry { action: "update", resource: "settings", name, folder: Some(root), changes, ..Entry::default() };
        audit::record(ctx, &mut rows, entry).await?;
    }
    rows.commit().await?;
    Ok(settings)
}

/// Chooses the dashboard that everybody sees first; null chooses none. Returns the setting.
pub async fn set_default_dashboard(ctx: &Context, body: &Body) -> Result<Map<String, Value>, ApiError> {
    may(ctx, "change_globalsettings")?;
    let named = ["dashboard_id", "dashboard", DASHBOARD].iter().find_map(|name| Some((*name, body.get(*name)?)));
    let Some((name, wanted)) = named else { return Err(ApiError::field(DASHBOARD, "This field is required.")) };
    if !wanted.is_null() {
        let written = text(wanted);
        let id = written.parse().map_err(|_| ApiError::field(name, format!("“{written}” is not a valid UUID.")))?;
        let seen = match ctx.engine.registry().get("metrology/dashboards") {
            Some(dashboards) => engine::call::admit_to(ctx, dashboards, Verb::View, id).await,
            // A kind that is not declared has no rows.
            None => Err(ApiError::NotFound),
        };
        seen.map_err(|error| match error.status() {
            404 => ApiError::field(name, format!("Invalid pk \"{written}\" - object does not exist.")),
            _ => error,
        })?;
    }
    let wanted = Map::from_iter([(DASHBOARD.to_owned(), wanted.clone())]);
    let mut settings = set(ctx, Group::General, &wanted).await?;
    settings.retain(|name, _| name == DASHBOARD);
    Ok(settings)
}

/// Whether the caller holds a permission on the root folder.
pub fn may(ctx: &Context, codename: &str) -> Result<(), ApiError> {
    let grants = ctx.principal.grants();
    if grants.holds(codename, grants.tree().root()) { Ok(()) } else { Err(ApiError::Forbidden) }
}

/// A value of the default's type; numbers also as the text that a form sends.
fn accept(name: &str, default: &Value, value: &Value) -> Result<Value, String> {
    if name == "security_objective_scale" {
        let known = value.as_str().is_some_and(|scale| SECURITY_SCALES.contains(&scale));
        return if known { Ok(value.clone()) } else { Err(format!("\"{}\" is not a valid choice.", text(value))) };
    }
    match default {
        Value::Bool(_) => match value {
            Value::Bool(_) => Ok(value.clone()),
            Value::String(word) if word == "true" || word == "false" => Ok(json!(word == "true")),
            _ => Err("Must be a valid boolean.".into()),
        },
        Value::Number(_) => {
            let number = value.as_f64().or_else(|| value.as_str().and_then(|word| word.parse().ok()));
            match number.filter(|number| number.is_finite() && *number >= 0.0) {
                Some(number) if number.fract() == 0.0 && number < 1e15 => Ok(json!(whole(number))),
                Some(number) => Ok(json!(number)),
                None => Err("A valid number is required.".into()),
            }
        }
        Value::String(_) => match value {
            Value::String(word) if word.chars().count() <= 200 && !word.contains('\0') => Ok(json!(word.trim())),
            _ => Err("Not a valid string.".into()),
        },
        _ => match value {
            Value::Null | Value::String(_) => Ok(value.clone()),
            _ => Err("Not a valid value.".into()),
        },
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and below 10^15")]
fn whole(number: f64) -> i64 {
    number as i64
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The scale on which security objectives are shown.
pub async fn security_scale(reading: &mut Reading<'_>) -> Result<String, ApiError> {
    let settings = get(reading.rows, Group::General).await?;
    Ok(settings.get("security_objective_scale").and_then(Value::as_str).unwrap_or("1-4").to_owned())
}

/// What prices are told in.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// The currency of the instance.
    pub currency: String,
    /// What a day of work costs.
    pub daily_rate: f64,
}

impl Prices {
    /// Those of the general settings.
    pub fn of(general: &Map<String, Value>) -> Self {
        let currency = general.get("currency").and_then(Value::as_str).unwrap_or("€");
        let daily_rate = general.get("daily_rate").and_then(Value::as_f64).unwrap_or(0.0);
        Self { currency: currency.to_owned(), daily_rate }
    }

    /// The same, looked up.
    pub async fn now(rows: &mut Rows) -> Result<Self, ApiError> {
        Ok(Self::of(&get(rows, Group::General).await?))
    }
}
