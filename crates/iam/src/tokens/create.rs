//! Making a token: the one moment at which its value exists outside its holder.

use super::limits::TokenLimits;
use super::policy::TokenPolicy;
use super::{access, turn};
use crate::Iam;
use crate::secret::{Secret, SecretKind};
use chrono::{DateTime, TimeDelta, Utc};
use engine::audit::{self, Entry};
use engine::{ApiError, Body, Cell, Context, Rows, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

const BAD_EXPIRY: &str = "Expiry must be a positive integer (days).";

/// A token that was just made.
#[derive(Debug)]
pub struct NewToken {
    /// The id by which it is known from now on.
    pub id: Uuid,
    /// What its maker called it.
    pub name: String,
    /// First characters, to tell it from others.
    pub preview: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// The first instant at which it no longer works.
    pub expiry: DateTime<Utc>,
    /// What it may do of what its owner may.
    pub limits: TokenLimits,
    /// Whether it may ask for its own successor.
    pub self_rotate: bool,
    /// The value. Wiped when this is dropped.
    pub secret: Secret,
}

/// Makes a token for the person who is signed in.
pub async fn create(iam: &Iam, ctx: &Context, body: &Body) -> Result<NewToken, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    if ctx.principal.is_third_party() {
        return Err(ApiError::error(403, "Forbidden"));
    }
    let policy = iam.token_policy().await?;
    let name = name(body)?;
    let days = days(body, &policy)?;
    let limits = TokenLimits::of_body(ctx, body)?;
    policy.allows(ctx.principal.grants(), &limits)?;
    let self_rotate = match body.get("self_rotate") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(_) => return Err(ApiError::field("self_rotate", "Must be a valid boolean.")),
    };
    let secret = Secret::generate(SecretKind::Pat, &mut ctx.engine.random().clone())
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let created = ctx.now();
    let token = NewToken {
        id: ctx.engine.new_id()?,
        name,
        preview: secret.preview(),
        created,
        expiry: created + TimeDelta::days(days),
        limits,
        self_rotate,
        secret,
    };
    let mut rows = ctx.engine.write().await?;
    turn::take_own(ctx, &mut rows, user).await?;
    leave_room(&mut rows, user, created, policy.per_person).await?;
    insert(&mut rows, user, &token, None).await?;
    let (scopes, domains, allowed_ips) = token.limits.to_json();
    let told = [("scopes", scopes), ("domains", domains), ("allowed_ips", allowed_ips)];
    let told = told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!([null, value?]))));
    let mut changes: Map<String, Value> = told.collect();
    changes.insert("expiry".into(), json!([null, token.expiry]));
    let entry = Entry {
        action: "pat.created",
        resource: "auth-tokens",
        object: Some(token.id),
        name: token.name.clone(),
        folder: None,
        changes,
    };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(token)
}

/// The only way a token comes into being.
pub(super) async fn insert(
    rows: &mut Rows,
    user: Uuid,
    token: &NewToken,
    family: Option<Uuid>,
) -> Result<(), ApiError> {
    let json = |value: Option<Value>| value.map_or(Cell::Null, Cell::Json);
    let (scopes, domains, allowed_ips) = token.limits.to_json();
    let mut statement = rows.sql(
        "INSERT INTO personal_access_tokens (id, user_id, name, preview, digest, hash_alg, created_at, expires_at, \
         scopes, domains, allowed_ips, self_rotate, family_id) VALUES (",
    );
    let digest = Cell::Bytes(token.secret.digest().as_bytes().to_vec());
    statement.bind(token.id).push(", ").bind(user).push(", ").bind(token.name.clone()).push(", ");
    statement.bind(token.preview.clone()).push(", ").bind(digest).push(", 'sha256', ");
    statement.bind(token.created).push(", ").bind(token.expiry).push(", ").bind(json(scopes)).push(", ");
    statement.bind(json(domains)).push(", ").bind(json(allowed_ips)).push(", ").bind(token.self_rotate).push(", ");
    statement.bind(family.map_or(Cell::Null, Cell::Uuid)).push(")");
    rows.execute(&access(), &statement).await.map(drop)
}

/// Counts the live tokens in their owner's turn, so that a race yields exactly the limit.
async fn leave_room(rows: &mut Rows, user: Uuid, now: DateTime<Utc>, most: i64) -> Result<(), ApiError> {
    let mut statement = rows.sql(
        "SELECT count(*) FROM personal_access_tokens WHERE revoked_at IS NULL AND rotated_at IS NULL AND user_id = ",
    );
    statement.bind(user).push(" AND expires_at > ").bind(now);
    let live = rows.one(&access(), &statement, |row| required(row.int(0)?)).await?.unwrap_or(0);
    if live >= most {
        return Err(ApiError::error(403, "errorMaxPatAmountExceeded"));
    }
    Ok(())
}

/// 1 to 255 plain characters.
pub(super) fn name(body: &Body) -> Result<String, ApiError> {
    let given = body.get("name").ok_or_else(|| ApiError::field("name", "This field is required."))?;
    crate::name::name(given, 255)
}

/// Whole days from 1 to the policy's most: a JSON integer, or its decimal digits from a form.
pub(super) fn days(body: &Body, policy: &TokenPolicy) -> Result<i64, ApiError> {
    let most = policy.max_days;
    let days = match body.get("expiry") {
        None => policy.default_days,
        Some(Value::Number(number)) => number.as_i64().unwrap_or(if number.is_u64() { i64::MAX } else { 0 }),
        Some(Value::String(text)) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().unwrap_or(i64::MAX)
        }
        Some(_) => 0,
    };
    match days {
        ..=0 => Err(ApiError::error(400, BAD_EXPIRY)),
        days if days > most => Err(ApiError::error(400, format!("Expiry may be at most {most} days on this server."))),
        days => Ok(days),
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenPolicy, days, name};
    use serde_json::{Value, json};

    #[expect(clippy::needless_pass_by_value, reason = "takes json! as it is written")]
    fn body(value: Value) -> engine::Body {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn an_expiry_is_a_positive_whole_number_of_days() {
        for (good, expected) in [(json!({}), 30), (json!({"expiry": 90}), 90), (json!({"expiry": "365"}), 365)] {
            assert_eq!(days(&body(good), &TokenPolicy::default()).ok(), Some(expected));
        }
        let bad = [
            json!(0),
            json!(-1),
            json!(1.5),
            json!("abc"),
            json!(null),
            json!(1_000_000_000_000_i64),
            json!(366),
            json!(true),
            json!(""),
            json!("-1"),
            json!("1.0"),
            json!("٣٠"),
            json!([30]),
            json!({}),
            json!(u64::MAX),
            json!(1e3),
            json!(" 3"),
        ];
        for bad in bad {
            assert!(days(&body(json!({"expiry": bad})), &TokenPolicy::default()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_has_one_to_255_plain_characters() {
        assert_eq!(name(&body(json!({"name": "  ci "}))).ok().as_deref(), Some("ci"));
        assert!(name(&body(json!({"name": "é".repeat(255)}))).is_ok());
        let bad = [
            json!({}),
            json!({"name": null}),
            json!({"name": " "}),
            json!({"name": 5}),
            json!({"name": ["a"]}),
            json!({"name": "x".repeat(256)}),
            json!({"name": "a\u{202e}b"}),
            json!({"name": "a\nb"}),
            json!({"name": "a\0"}),
        ];
        for bad in bad {
            assert!(name(&body(bad.clone())).is_err(), "{bad}");
        }
    }
}
