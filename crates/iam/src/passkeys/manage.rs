//! Adding, naming and removing one's passkeys.

use super::challenge::{Purpose, draw, take};
use super::rows::{self, Stored};
use super::verify::{self, Flaw, Registration};
use super::{RelyingParty, access, asker, not_accepted, options, prove, refused};
use crate::second_factor;
use chrono::{DateTime, Utc};
use engine::audit::{self, Entry};
use engine::{ApiError, Body, Cell, Context, Rows};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The most that one person has.
const MOST: usize = 20;
/// The longest name.
const NAME: usize = 100;
/// Ways to reach a device that the standard knows; the browser names some of them.
const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];

/// A passkey as its owner sees it.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// Its id.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// Since when it is known.
    pub created: DateTime<Utc>,
    /// When it last proved something.
    pub last_used: Option<DateTime<Utc>>,
}

/// A passkey that was just added.
#[derive(Debug)]
pub struct Added {
    /// The passkey.
    pub passkey: Passkey,
    /// Recovery codes, if it is the person's first factor. This once.
    pub codes: Vec<String>,
}

impl From<Stored> for Passkey {
    fn from(stored: Stored) -> Self {
        Self { id: stored.id, name: stored.name, created: stored.created, last_used: stored.last_used }
    }
}

/// The caller's passkeys, oldest first.
pub async fn list(ctx: &Context) -> Result<Vec<Passkey>, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut rows = ctx.engine.peek().await?;
    Ok(rows::of_user(&mut rows, user).await?.into_iter().map(Passkey::from).collect())
}

/// Options to make a passkey with.
pub async fn begin(ctx: &Context, party: &RelyingParty) -> Result<Value, ApiError> {
    let (user, session) = asker(ctx)?;
    let mut rows = ctx.engine.write().await?;
    let known = rows::of_user(&mut rows, user).await?;
    let challenge = draw(&ctx.engine, &mut rows, session.as_bytes(), Purpose::Register).await?;
    rows.commit().await?;
    Ok(options::creation(party, &challenge, (user, ctx.principal.email()), &known))
}

/// Adds the passkey that the device made. The person's other sessions end.
pub async fn add(ctx: &Context, party: &RelyingParty, body: &Body) -> Result<Added, ApiError> {
    let (user, session) = asker(ctx)?;
    let name = name(body)?.unwrap_or_else(|| "Passkey".to_owned());
    let answer = body.get("credential").unwrap_or(&Value::Null);
    let mut rows = ctx.engine.write().await?;
    second_factor::take_turn(&mut rows, user).await?;
    if rows::of_user(&mut rows, user).await?.len() >= MOST {
        return Err(refused(400, "too_many_passkeys", "There are as many passkeys as one person can have."));
    }
    let challenge = take(&ctx.engine, &mut rows, session.as_bytes(), Purpose::Register).await?;
    let registration = match verify::registration(party, &challenge, answer) {
        Ok(registration) => registration,
        Err(flaw) => return Err(refuse(ctx, rows, flaw, user).await),
    };
    let passkey = stored(ctx, user, name, registration, answer)?;
    if !rows::insert(&mut rows, &passkey).await? {
        // The challenge is used up.
        rows.commit().await?;
        return Err(refused(400, "passkey_known", "This passkey was added before."));
    }
    let codes = second_factor::first_codes(ctx, &mut rows, user).await?;
    second_factor::settle(&mut rows, user).await?;
    second_factor::end_other_sessions(ctx, &mut rows, user).await?;
    let changes = Map::from_iter([("passkey".to_owned(), json!([null, passkey.name]))]);
    record(ctx, &mut rows, "passkey.added", user, changes).await?;
    rows.commit().await?;
    Ok(Added { passkey: passkey.into(), codes })
}

fn stored(
    ctx: &Context,
    user: Uuid,
    name: String,
    registration: Registration,
    answer: &Value,
) -> Result<Stored, ApiError> {
    let named = answer["response"]["transports"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut transports: Vec<&str> = named.filter(|transport| TRANSPORTS.contains(transport)).collect();
    transports.dedup();
    transports.truncate(TRANSPORTS.len());
    Ok(Stored {
        id: ctx.engine.new_id()?,
        user,
        credential: registration.id,
        key: registration.key,
        sign_count: registration.sign_count,
        transports: json!(transports),
        name,
        created: ctx.now(),
        last_used: None,
    })
}

async fn refuse(ctx: &Context, rows: Rows, flaw: Flaw, user: Uuid) -> ApiError {
    match prove::record_refusal(ctx, rows, flaw, Some(user), ctx.principal.email(), None).await {
        Ok(()) => not_accepted(),
        Err(error) => error,
    }
}

/// Gives a passkey another name.
pub async fn rename(ctx: &Context, body: &Body) -> Result<Passkey, ApiError> {
    let (user, _) = asker(ctx)?;
    let id = id(body.get("id").ok_or_else(|| ApiError::field("id", "This field is required."))?)?;
    let new = name(body)?.ok_or_else(|| ApiError::field("name", "This field is required."))?;
    let mut rows = ctx.engine.write().await?;
    let known = rows::of_user(&mut rows, user).await?.into_iter().find(|passkey| passkey.id == id);
    let mut known = known.ok_or(ApiError::NotFound)?;
    let mut statement = rows.sql("UPDATE passkeys SET name = ");
    statement.bind(new.clone()).push(" WHERE id = ").bind(id);
    rows.execute(&access(), &statement).await?;
    let changes = Map::from_iter([("passkey".to_owned(), json!([known.name, new]))]);
    record(ctx, &mut rows, "passkey.renamed", user, changes).await?;
    rows.commit().await?;
    known.name = new;
    Ok(known.into())
}

/// Removes passkeys; all of them must be the caller's. Other sessions end.
pub async fn remove(ctx: &Context, body: &Body) -> Result<(), ApiError> {
    let (user, _) = asker(ctx)?;
    let wanted = body.get("authenticators").and_then(Value::as_array).filter(|list| !list.is_empty());
    let wanted = wanted.ok_or_else(|| ApiError::field("authenticators", "This field is required."))?;
    let wanted = wanted.iter().map(id).collect::<Result<Vec<Uuid>, _>>()?;
    let mut rows = ctx.engine.write().await?;
    second_factor::take_turn(&mut rows, user).await?;
    let known = rows::of_user(&mut rows, user).await?;
    let gone: Vec<&Stored> = known.iter().filter(|passkey| wanted.contains(&passkey.id)).collect();
    if wanted.iter().any(|id| !gone.iter().any(|passkey| passkey.id == *id)) {
        return Err(ApiError::NotFound);
    }
    let mut statement = rows.sql("DELETE FROM passkeys WHERE user_id = ");
    statement.bind(user).push(" AND ").bind_in("id", Cell::Uuids(wanted));
    rows.execute(&access(), &statement).await?;
    for passkey in gone {
        let changes = Map::from_iter([("passkey".to_owned(), json!([passkey.name, null]))]);
        record(ctx, &mut rows, "passkey.removed", user, changes).await?;
    }
    second_factor::settle(&mut rows, user).await?;
    second_factor::end_other_sessions(ctx, &mut rows, user).await?;
    rows.commit().await
}

fn id(value: &Value) -> Result<Uuid, ApiError> {
    value.as_str().and_then(|text| text.parse().ok()).ok_or(ApiError::NotFound)
}

fn name(body: &Body) -> Result<Option<String>, ApiError> {
    let given = body.get("name").filter(|name| !name.is_null());
    given.map(|name| crate::name::name(name, NAME)).transpose()
}

async fn record(
    ctx: &Context,
    rows: &mut Rows,
    action: &'static str,
    user: Uuid,
    changes: Map<String, Value>,
) -> Result<(), ApiError> {
    let name = ctx.principal.email().to_owned();
    let entry = Entry { action, resource: "users", object: Some(user), name, folder: None, changes };
    audit::record(ctx, rows, entry).await
}
