//! Signing in with e-mail and password.

use crate::password::Verdict;
use crate::redact::redact;
use crate::refusal::{self, refused};
use crate::second_factor::Held;
use crate::secret::Secret;
use crate::sessions::{self, Started};
use crate::tokens::Owner;
use crate::{Iam, account, second_factor};
use chrono::{DateTime, Utc};
use engine::access::{Credential, Origin, Principal};
use engine::audit::{self, Entry};
use engine::{ApiError, Body, Context, FieldErrors, Rows};
use serde_json::{Map, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use uuid::Uuid;

/// Somebody who just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The person.
    pub user: Uuid,
    /// Their e-mail address.
    pub email: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By what.
    pub means: Means,
    /// The session.
    pub session: Started,
}

/// What somebody signed in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// The password, and a code where there is a second factor.
    Password,
    /// A passkey alone.
    Passkey,
    /// The password, then a passkey.
    PasswordAndPasskey,
}

/// How far a sign-in got.
#[derive(Debug)]
pub enum Step {
    /// All the way.
    Done(SignedIn),
    /// The password was right; the second half shows this value together with one of the factors.
    FactorAwaited(Secret, Held),
}

/// Checks e-mail and password and starts a session. Wrong ones, unknown and inactive accounts
/// are answered alike, after the same time.
pub async fn sign_in(iam: &Iam, body: &Body, origin: Arc<Origin>) -> Result<Step, ApiError> {
    let mut missing = FieldErrors::default();
    let email = account::text(body, "email", &mut missing).trim().to_owned();
    let password = account::text(body, "password", &mut missing);
    if !missing.is_empty() {
        return Err(refusal::required(&missing));
    }
    let now = iam.engine().clock().now();
    let address = origin.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    throttle(iam, &email, address, now)?;
    let mut rows = iam.engine().peek().await?;
    let account = account::by_email(&mut rows, &email).await?;
    drop(rows);
    let guess = account::Guess { email: email.clone(), address: origin.address, password: password.clone() };
    let verdict = account::verify(iam, guess, account.as_ref()).await?;
    let Some(account) = account.filter(|_| verdict != Verdict::Wrong) else {
        record_failure(iam, &email, origin).await?;
        return Err(mismatch());
    };
    iam.sign_ins().success(&email, address, now);
    let owner = account.owner;
    let mut rows = iam.engine().write().await?;
    if verdict == Verdict::RightButOutdated {
        let ctx = iam.nobody(origin.clone()).await?;
        let hash = account::hash(iam, password).await?;
        account::store(&ctx, &mut rows, owner.id, &hash).await?;
    }
    if let Some((pending, held)) = second_factor::await_factor(iam, &mut rows, owner.id).await? {
        rows.commit().await?;
        return Ok(Step::FactorAwaited(pending, held));
    }
    complete(iam, rows, owner, Means::Password, origin).await.map(Step::Done)
}

/// Starts the session of somebody who has proved enough, in the transaction of the proof.
pub(crate) async fn complete(
    iam: &Iam,
    mut rows: Rows,
    owner: Owner,
    means: Means,
    origin: Arc<Origin>,
) -> Result<SignedIn, ApiError> {
    let now = iam.engine().clock().now();
    let session = sessions::start(iam, &mut rows, owner.id, now, &origin).await?;
    let grants = iam.directory().nothing().await?;
    let credential = Credential::Session(session.id);
    let who = Principal::person(owner.id, owner.email.clone(), credential, owner.third_party, grants, origin);
    let ctx = Context::new(iam.engine().clone(), who);
    let changes = match means {
        Means::Password => Map::new(),
        Means::Passkey | Means::PasswordAndPasskey => Map::from_iter([("means".to_owned(), json!([null, "passkey"]))]),
    };
    let entry = Entry {
        action: "sign_in",
        resource: "sessions",
        object: Some(session.id),
        name: owner.email.clone(),
        folder: None,
        changes,
    };
    audit::record(&ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(SignedIn { user: owner.id, email: owner.email, at: now, means, session })
}

fn throttle(iam: &Iam, email: &str, address: IpAddr, now: DateTime<Utc>) -> Result<(), ApiError> {
    iam.sign_ins().check(email, address, now).map_err(|wait| ApiError::Throttled(wait.seconds()))
}

pub(crate) async fn record_failure(iam: &Iam, email: &str, origin: Arc<Origin>) -> Result<(), ApiError> {
    let ctx = iam.nobody(origin).await?;
    let mut rows = iam.engine().write().await?;
    // What is no address may be a password or a token that slipped into the wrong field.
    let shown = if email.contains('@') { redact(email) } else { "(no address)".into() };
    let name: String = shown.chars().filter(|c| !c.is_control()).take(100).collect();
    let entry = Entry { action: "sign_in.failed", resource: "sessions", name, ..Entry::default() };
    audit::record(&ctx, &mut rows, entry).await?;
    rows.commit().await
}

fn mismatch() -> ApiError {
    let sentence = "The email address and/or password you specified are not correct.";
    refused(400, "email_password_mismatch", "password", sentence)
}
