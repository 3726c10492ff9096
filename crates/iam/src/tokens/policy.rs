//! What the organisation allows tokens to be. Administrators are bound by it too.

use super::access;
use super::limits::TokenLimits;
use engine::access::Grants;
use engine::audit::{self, Entry};
use engine::{ApiError, Body, Cell, Context, FieldErrors, Rows, required};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The rules. Stored as one object; every change moves the epoch, so that all nodes see it with
/// the next request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenPolicy {
    /// Longest life, in days. Tokens that were made for longer are blocked while this holds.
    pub max_days: i64,
    /// Life when the maker does not say.
    pub default_days: i64,
    /// Live tokens that one person may hold.
    pub per_person: i64,
    /// Only administrators may make tokens.
    pub administrators_only: bool,
    /// A token must name its scopes.
    pub scopes_required: bool,
    /// A token must name its networks.
    pub addresses_required: bool,
    /// Minutes after signing in during which a token can be made; 0 asks always, -1 never.
    pub recent_sign_in_minutes: i64,
    /// A token that was not used for so many days is revoked; 0 never.
    pub idle_days: i64,
    /// Requests a minute for all tokens of one person; 0 has no limit.
    pub requests_per_minute: i64,
    /// Why no token works at the moment; `null` while they do.
    pub disabled: Option<String>,
}

impl Default for TokenPolicy {
    fn default() -> Self {
        Self {
            max_days: 365,
            default_days: 30,
            per_person: 5,
            administrators_only: false,
            scopes_required: false,
            addresses_required: false,
            recent_sign_in_minutes: 15,
            idle_days: 365,
            requests_per_minute: 0,
            disabled: None,
        }
    }
}

/// Only whoever may change the settings of the instance.
pub(crate) fn administrators_only(ctx: &Context) -> Result<(), ApiError> {
    if administers(ctx.principal.grants()) { Ok(()) } else { Err(ApiError::Forbidden) }
}

fn administers(grants: &Grants) -> bool {
    grants.holds("change_globalsettings", grants.tree().root())
}

impl TokenPolicy {
    /// Whether somebody with these rights may get a token with these limits: a new one, or a successor.
    pub(super) fn allows(&self, owner: &Grants, limits: &TokenLimits) -> Result<(), ApiError> {
        if self.administrators_only && !administers(owner) {
            return Err(ApiError::Forbidden);
        }
        let mut errors = FieldErrors::default();
        if self.scopes_required && limits.scopes.is_none() {
            errors.add("scopes", "This organisation wants every token to name its scopes.");
        }
        if self.addresses_required && limits.addresses.is_none() {
            errors.add("allowed_ips", "This organisation wants every token to name its networks.");
        }
        errors.into_result()
    }
}

/// The policy in force; `fallback` while nobody has set one.
pub(crate) async fn read(rows: &mut Rows, fallback: &TokenPolicy) -> Result<TokenPolicy, ApiError> {
    let statement = rows.sql("SELECT value FROM global_settings WHERE name = 'token-policy'");
    let stored = rows.one(&access(), &statement, |row| row.json(0)).await?.flatten();
    Ok(stored.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_else(|| fallback.clone()))
}

/// The policy as it would be after a change that names some rules.
fn merged(old: &TokenPolicy, body: &Body) -> Result<TokenPolicy, ApiError> {
    let mut value = serde_json::to_value(old).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut errors = FieldErrors::default();
    for (name, wanted) in body {
        match value.get(name) {
            None => errors.add(name, "Unknown setting."),
            Some(known) => match fits(name, known, wanted) {
                Ok(()) => value[name] = wanted.clone(),
                Err(sentence) => errors.add(name, sentence),
            },
        }
    }
    errors.clone().into_result()?;
    let policy: TokenPolicy = serde_json::from_value(value).map_err(|error| ApiError::BadRequest(error.to_string()))?;
    if policy.default_days > policy.max_days {
        errors.add("default_days", format!("Ensure this value is less than or equal to {}.", policy.max_days));
    }
    errors.into_result()?;
    Ok(policy)
}

fn fits(name: &str, known: &Value, wanted: &Value) -> Result<(), String> {
    let range = match name {
        "max_days" | "default_days" => 1..=3650,
        "per_person" => 0..=1000,
        "recent_sign_in_minutes" => -1..=10_080,
        "idle_days" => 0..=3650,
        "requests_per_minute" => 0..=1_000_000,
        "disabled" => {
            return match wanted {
                Value::Null => Ok(()),
                Value::String(text) if (1..=500).contains(&text.trim().chars().count()) => Ok(()),
                _ => Err("Write why, in 1 to 500 characters, or null.".into()),
            };
        }
        _ => {
            return if known.is_boolean() == wanted.is_boolean() {
                Ok(())
            } else {
                Err("Must be a valid boolean.".into())
            };
        }
    };
    match wanted.as_i64() {
        None => Err("A valid integer is required.".into()),
        Some(number) if range.contains(&number) => Ok(()),
        Some(_) => Err(format!("Write a number from {} to {}.", range.start(), range.end())),
    }
}

/// Changes the policy; for administrators.
pub async fn change(ctx: &Context, old: &TokenPolicy, body: &Body) -> Result<TokenPolicy, ApiError> {
    administrators_only(ctx)?;
    let new = merged(old, body)?;
    let (before, after) = (json!(old), json!(new));
    let mut rows = ctx.engine.write().await?;
    let mut statement = rows.sql("INSERT INTO global_settings (name, value, updated_at) VALUES ('token-policy', ");
    statement.bind(Cell::Json(after.clone())).push(", ").bind(ctx.now());
    statement.push(") ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at");
    rows.execute(&access(), &statement).await?;
    audit::move_epoch(&mut rows, &access()).await?;
    let names = after.as_object().into_iter().flatten().filter(|(name, value)| before[name.as_str()] != **value);
    let changes: Map<String, Value> =
        names.map(|(name, value)| (name.clone(), json!([before[name.as_str()], value]))).collect();
    let root = ctx.principal.grants().tree().root();
    let entry = Entry {
        action: "pat.policy_changed",
        resource: "token-policy",
        folder: Some(root),
        changes,
        ..Entry::default()
    };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(new)
}

/// Which live tokens the policy would block after a change, and why: counts, and the first
/// hundred by name.
pub async fn preview(ctx: &Context, old: &TokenPolicy, body: &Body) -> Result<Value, ApiError> {
    administrators_only(ctx)?;
    let policy = merged(old, body)?;
    let now = ctx.now();
    let mut rows = ctx.engine.peek().await?;
    let mut statement = rows.sql(
        "SELECT t.id, t.name, t.created_at, t.expires_at, t.scopes, t.allowed_ips, u.id, u.email \
         FROM personal_access_tokens t JOIN users u ON u.id = t.user_id WHERE t.revoked_at IS NULL AND t.expires_at > ",
    );
    statement.bind(now).push(" ORDER BY u.email, t.created_at");
    let mut reasons: Map<String, Value> = Map::new();
    let (mut affected, mut people, mut listed) = (0_u64, Vec::new(), Vec::new());
    rows.each(&access(), &statement, |row| {
        let life = required(row.time(3)?)? - required(row.time(2)?)?;
        let mut why = Vec::new();
        if life > chrono::TimeDelta::days(policy.max_days) {
            why.push("max_days");
        }
        if policy.scopes_required && row.json(4)?.is_none() {
            why.push("scopes_required");
        }
        if policy.addresses_required && row.json(5)?.is_none() {
            why.push("addresses_required");
        }
        if policy.disabled.is_some() {
            why.push("disabled");
        }
        if why.is_empty() {
            return Ok(());
        }
        affected += 1;
        for reason in &why {
            let count = reasons.get(*reason).and_then(Value::as_u64).unwrap_or(0);
            reasons.insert((*reason).to_owned(), json!(count + 1));
        }
        let owner = required(row.uuid(6)?)?;
        if !people.contains(&owner) {
            people.push(owner);
        }
        if listed.len() < 100 {
            listed.push(json!({
                "id": row.uuid(0)?, "name": row.text(1)?, "reasons": why, "user": { "str": row.text(7)?, "id": owner },
            }));
        }
        Ok(())
    })
    .await?;
    Ok(json!({ "tokens": affected, "people": people.len(), "reasons": reasons, "first": listed }))
}

#[cfg(test)]
mod tests {
    use super::{TokenPolicy, merged};
    use serde_json::{Value, json};

    #[expect(clippy::needless_pass_by_value, reason = "takes json! as it is written")]
    fn change(body: Value) -> Result<TokenPolicy, Value> {
        let body = body.as_object().expect("an object").clone();
        merged(&TokenPolicy::default(), &body).map_err(|error| error.body())
    }

    #[test]
    fn rules_are_checked_by_name_and_range() {
        assert_eq!(change(json!({"max_days": 90})).map(|policy| policy.max_days), Ok(90));
        let bad = [
            json!({"max_days": 0}),
            json!({"max_days": "90"}),
            json!({"max_days": 1.5}),
            json!({"unheard": 1}),
            json!({"scopes_required": "yes"}),
            json!({"disabled": ""}),
            json!({"disabled": 5}),
            json!({"default_days": 366}),
            json!({"max_days": 10}),
            json!({"recent_sign_in_minutes": -2}),
        ];
        for bad in bad {
            assert!(change(bad.clone()).is_err(), "{bad}");
        }
    }
}
