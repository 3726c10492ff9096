//! Passwords: setting, changing and checking them, and a person's own profile.

use crate::password::{self, UserAttributes, Verdict};
use crate::{Iam, groups, sessions, tokens};
use engine::access::Credential;
use engine::audit::{self, Entry};
use engine::{Access, ApiError, Body, Cell, Context, FieldErrors, Rows, Verb};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use uuid::Uuid;

fn access() -> Access {
    Access::system("a password belongs to its account")
}

/// What is known of an account when somebody signs in.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) owner: tokens::Owner,
    pub(crate) hash: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

/// Looks an account up by e-mail address, without regard to case.
pub(crate) async fn by_email(rows: &mut Rows, email: &str) -> Result<Option<Account>, ApiError> {
    let mut statement = rows.sql(&account_sql("u.name_key = "));
    statement.bind(email.trim().to_lowercase().replace('\0', ""));
    one(rows, &statement).await
}

/// Looks an account up by id.
pub(crate) async fn by_id(rows: &mut Rows, id: Uuid) -> Result<Option<Account>, ApiError> {
    let mut statement = rows.sql(&account_sql("u.id = "));
    statement.bind(id);
    one(rows, &statement).await
}

fn account_sql(condition: &str) -> String {
    format!(
        "SELECT u.id, u.email, u.is_active, u.expiry_date, u.is_third_party, c.password_hash, u.first_name, u.last_name \
         FROM users u LEFT JOIN user_credentials c ON c.user_id = u.id WHERE {condition}"
    )
}

async fn one(rows: &mut Rows, statement: &engine::Statement) -> Result<Option<Account>, ApiError> {
    rows.one(&access(), statement, |row| {
        Ok(Account {
            owner: tokens::Owner {
                id: engine::required(row.uuid(0)?)?,
                email: row.text(1)?.unwrap_or_default(),
                active: row.bool(2)?.unwrap_or(false),
                until: row.date(3)?,
                third_party: row.bool(4)?.unwrap_or(false),
                second_factor: false,
            },
            hash: row.text(5)?,
            first_name: row.text(6)?.unwrap_or_default(),
            last_name: row.text(7)?.unwrap_or_default(),
        })
    })
    .await
}

/// A new password with its repetition, as the wire sends them.
fn chosen(body: &Body, attributes: &UserAttributes<'_>) -> Result<String, ApiError> {
    let mut errors = FieldErrors::default();
    let new = text(body, "new_password", &mut errors);
    let again = text(body, "confirm_new_password", &mut errors);
    errors.clone().into_result()?;
    if new != again {
        errors.add("confirm_new_password", "The two password fields didn't match.");
    }
    for sentence in password::check(&new, attributes) {
        errors.add("new_password", sentence);
    }
    errors.into_result()?;
    Ok(new)
}

/// A text of the body that may hold blanks at its ends: passwords are taken as typed.
pub(crate) fn text(body: &Body, name: &str, errors: &mut FieldErrors) -> String {
    match body.get(name) {
        None => errors.add(name, "This field is required."),
        Some(Value::Null) => errors.add(name, "This field may not be null."),
        Some(Value::String(text)) if text.is_empty() => errors.add(name, "This field may not be blank."),
        Some(Value::String(text)) if text.contains('\0') => errors.add(name, "Null characters are not allowed."),
        Some(Value::String(text)) => return text.clone(),
        Some(_) => errors.add(name, "Not a valid string."),
    }
    String::new()
}

/// The person changes their own password; other sessions end, tokens stay.
pub async fn change_password(iam: &Iam, ctx: &Context, body: &Body) -> Result<(), ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut errors = FieldErrors::default();
    let old = text(body, "old_password", &mut errors);
    errors.into_result()?;
    let mut rows = ctx.engine.peek().await?;
    let account = by_id(&mut rows, user).await?.ok_or(ApiError::Forbidden)?;
    drop(rows);
    // Guessing the old password with a stolen session is as slow as guessing at the door.
    let guess = Guess { email: account.owner.email.clone(), address: ctx.principal.origin().address, password: old };
    if verify(iam, guess, Some(&account)).await? == Verdict::Wrong {
        return Err(ApiError::field("old_password", "Invalid password."));
    }
    let new = chosen(body, &attributes(&account))?;
    let hash = hash(iam, new).await?;
    let mut rows = ctx.engine.write().await?;
    store(ctx, &mut rows, user, &hash).await?;
    let keep = match ctx.principal.credential() {
        Credential::Session(id) => Some(id),
        _ => None,
    };
    sessions::end_all(ctx, &mut rows, user, keep).await?;
    record(ctx, &mut rows, "password.changed", &account).await?;
    rows.commit().await
}

/// An administrator sets somebody's password: all their sessions end, their tokens are revoked.
pub async fn set_password(iam: &Iam, ctx: &Context, body: &Body) -> Result<(), ApiError> {
    let users = ctx.engine.registry().get("users").ok_or(ApiError::NotFound)?;
    let may = ctx.access(users, Verb::Change);
    if !may.covers(ctx.principal.grants().tree().root()) {
        return Err(ApiError::Forbidden);
    }
    let user = match body.get("user") {
        None => return Err(ApiError::field("user", "This field is required.")),
        Some(Value::String(text)) => {
            text.parse::<Uuid>().map_err(|_| ApiError::field("user", format!("“{text}” is not a valid UUID.")))?
        }
        Some(other) => return Err(ApiError::field("user", format!("“{other}” is not a valid UUID."))),
    };
    let mut rows = ctx.engine.peek().await?;
    let account = by_id(&mut rows, user).await?;
    groups::guard_administrators(ctx, &mut rows, user).await?;
    drop(rows);
    let account =
        account.ok_or_else(|| ApiError::field("user", format!("Invalid pk \"{user}\" - object does not exist.")))?;
    let new = chosen(body, &attributes(&account))?;
    force(iam, ctx, &account, new, "password_set_by_administrator").await
}

/// Sets a password and ends everything that the old one opened.
pub(crate) async fn force(
    iam: &Iam,
    ctx: &Context,
    account: &Account,
    new: String,
    reason: &'static str,
) -> Result<(), ApiError> {
    let hash = hash(iam, new).await?;
    let mut rows = ctx.engine.write().await?;
    store(ctx, &mut rows, account.owner.id, &hash).await?;
    sessions::end_all(ctx, &mut rows, account.owner.id, None).await?;
    tokens::revoke_all(ctx, &mut rows, account.owner.id, reason).await?;
    record(ctx, &mut rows, "password.set", account).await?;
    rows.commit().await
}

/// The same from the command line, by e-mail address. Returns what is wrong with the password.
pub async fn reset_from_program(iam: &Iam, email: &str, new: &str) -> Result<Vec<String>, ApiError> {
    let ctx = iam.program("command line").await?;
    let mut rows = ctx.engine.peek().await?;
    let account = by_email(&mut rows, email).await?;
    drop(rows);
    let Some(account) = account else { return Ok(vec![format!("There is no account with the address {email}.")]) };
    let wrong = password::check(new, &attributes(&account));
    if wrong.is_empty() {
        force(iam, &ctx, &account, new.to_owned(), "password_reset").await?;
    }
    Ok(wrong)
}

pub(crate) fn attributes(account: &Account) -> UserAttributes<'_> {
    UserAttributes { first_name: &account.first_name, last_name: &account.last_name, email: &account.owner.email }
}

/// Hashes on the blocking pool.
pub(crate) async fn hash(iam: &Iam, new: String) -> Result<String, ApiError> {
    let mut random = iam.engine().random().clone();
    iam.hash(move || password::hash(&new, &mut random)).await?.map_err(|error| ApiError::Internal(error.to_string()))
}

/// A password that somebody gives for an account, and from where.
pub(crate) struct Guess {
    pub(crate) email: String,
    pub(crate) address: Option<IpAddr>,
    pub(crate) password: String,
}

/// Verifies on the blocking pool; an unknown account, or one that does not work any more, takes as
/// long as a good one and is always wrong.
///
/// Failures are looked at and counted with the leave to hash in hand: guesses that arrive together
/// wait for each other's outcome.
pub(crate) async fn verify(iam: &Iam, guess: Guess, account: Option<&Account>) -> Result<Verdict, ApiError> {
    let (stored, shared) = (account.and_then(|account| account.hash.clone()), iam.clone());
    let now = iam.engine().clock().now();
    let works = account.is_some_and(|account| account.owner.works(now));
    let address = guess.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    iam.hash(move || {
        let throttle = shared.sign_ins();
        throttle.check(&guess.email, address, now).map_err(|wait| ApiError::Throttled(wait.seconds()))?;
        let verdict = password::verify(&guess.password, stored.as_deref());
        let verdict = verdict.map_err(|error| ApiError::Internal(error.to_string()))?;
        let verdict = if works { verdict } else { Verdict::Wrong };
        if verdict == Verdict::Wrong {
            throttle.failure(&guess.email, address, now);
        }
        Ok(verdict)
    })
    .await?
}

/// Stores a hash, in the transaction of whatever gave the reason.
pub(crate) async fn store(ctx: &Context, rows: &mut Rows, user: Uuid, hash: &str) -> Result<(), ApiError> {
    let mut statement = rows.sql("INSERT INTO user_credentials (user_id, password_hash, changed_at) VALUES (");
    statement.bind(user).push(", ").bind(hash).push(", ").bind(ctx.now());
    statement.push(") ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at");
    rows.execute(&access(), &statement).await.map(drop)
}

async fn record(ctx: &Context, rows: &mut Rows, action: &'static str, account: &Account) -> Result<(), ApiError> {
    let entry = Entry {
        action,
        resource: "users",
        object: Some(account.owner.id),
        name: account.owner.email.clone(),
        ..Entry::default()
    };
    audit::record(ctx, rows, entry).await
}

/// The person changes their own names.
pub async fn change_profile(ctx: &Context, body: &Body) -> Result<(), ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut errors = FieldErrors::default();
    let mut cells = Vec::new();
    for name in ["first_name", "last_name"] {
        match body.get(name) {
            None => {}
            Some(Value::String(text)) if text.trim().chars().count() > 150 => {
                errors.add(name, "Ensure this field has no more than 150 characters.");
            }
            Some(Value::String(text)) if !text.contains('\0') => cells.push((name, text.trim().to_owned())),
            Some(_) => errors.add(name, "Not a valid string."),
        }
    }
    errors.into_result()?;
    let mut rows = ctx.engine.write().await?;
    let account = by_id(&mut rows, user).await?.ok_or(ApiError::Forbidden)?;
    let named = |name: &str, old: &str| {
        cells.iter().find(|(cell, _)| *cell == name).map_or_else(|| old.to_owned(), |(_, new)| new.clone())
    };
    let (first, last) = (named("first_name", &account.first_name), named("last_name", &account.last_name));
    let search = [&account.owner.email, &first, &last].map(|text| text.to_lowercase()).join("\n");
    let mut statement = rows.sql("UPDATE users SET first_name = ");
    statement.bind(first.clone()).push(", last_name = ").bind(last.clone()).push(", search_text = ").bind(search);
    statement.push(", updated_at = ").bind(ctx.now()).push(" WHERE id = ").bind(Cell::Uuid(user));
    rows.execute(&access(), &statement).await?;
    let changes = [("first_name", &account.first_name, first), ("last_name", &account.last_name, last)];
    let changes = changes.into_iter().filter(|(_, old, new)| *old != new);
    let changes = changes.map(|(name, old, new)| (name.to_owned(), serde_json::json!([old, new]))).collect();
    let name = account.owner.email.clone();
    let entry = Entry { action: "update", resource: "users", object: Some(user), name, folder: None, changes };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await
}
