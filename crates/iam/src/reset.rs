//! A forgotten password: a link by mail that works once, for half an hour.

use crate::account::{self, attributes};
use crate::secret::{Secret, SecretKind};
use crate::{Iam, password};
use chrono::TimeDelta;
use engine::access::Origin;
use engine::audit::{self, Entry};
use engine::{Access, ApiError, Body, Cell, FieldErrors, required};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

const LIFE: TimeDelta = TimeDelta::minutes(30);

fn access() -> Access {
    Access::system("a reset link belongs to its account")
}

/// Sends a link, if there is such an account and mail can leave. The answer is the same in any
/// case, so nothing is disclosed.
pub async fn ask(iam: &Iam, body: &Body, public_url: &str, origin: Arc<Origin>) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    let email = account::text(body, "email", &mut errors);
    errors.into_result()?;
    let now = iam.engine().clock().now();
    if let Some(address) = origin.address {
        // Asking counts like a failed sign-in, so that nobody floods a mailbox.
        let account = format!("reset:{email}");
        iam.sign_ins().check(&account, address, now).map_err(|wait| ApiError::Throttled(wait.seconds()))?;
        iam.sign_ins().failure(&account, address, now);
    }
    let ctx = iam.nobody(origin).await?;
    let mut rows = iam.engine().write().await?;
    let account = account::by_email(&mut rows, &email).await?.filter(|account| account.owner.works(now));
    let Some(account) = account.filter(|_| iam.mailer().is_configured()) else { return Ok(()) };
    let secret = Secret::generate(SecretKind::Session, &mut iam.engine().random().clone())
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let code: String = secret.expose().chars().skip(8).take(43).collect();
    let mut statement = rows.sql("INSERT INTO password_resets (id, user_id, digest, created_at, expires_at) VALUES (");
    statement.bind(iam.engine().new_id()?).push(", ").bind(account.owner.id).push(", ");
    statement.bind(Cell::Bytes(digest(&code))).push(", ").bind(now).push(", ").bind(now + LIFE).push(")");
    rows.execute(&access(), &statement).await?;
    let entry = Entry {
        action: "password.reset_asked",
        resource: "users",
        object: Some(account.owner.id),
        name: account.owner.email.clone(),
        ..Entry::default()
    };
    audit::record(&ctx, &mut rows, entry).await?;
    rows.commit().await?;
    let text = format!(
        "Somebody asked for a new password for your Tessera account.\n\n\
         To choose one, open this address within 30 minutes:\n\n{public_url}/password-reset?token={code}\n\n\
         If it was not you, there is nothing to do.\n"
    );
    iam.mailer().send(&account.owner.email, "Your new Tessera password", text);
    Ok(())
}

/// Sets the password for the holder of a link. Sessions end, tokens are revoked.
pub async fn confirm(iam: &Iam, body: &Body, origin: Arc<Origin>) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    let code = account::text(body, "token", &mut errors);
    let new = account::text(body, "new_password", &mut errors);
    let again = account::text(body, "confirm_new_password", &mut errors);
    errors.clone().into_result()?;
    if new != again {
        errors.add("confirm_new_password", "The two password fields didn't match.");
    }
    let stale = || ApiError::refused(400, json!({ "error": "This link was used or is too old. Ask for another." }));
    let now = iam.engine().clock().now();
    let mut rows = iam.engine().peek().await?;
    let mut statement = rows.sql("SELECT user_id FROM password_resets WHERE digest = ");
    statement.bind(Cell::Bytes(digest(&code))).push(" AND used_at IS NULL AND expires_at > ").bind(now);
    let user: Uuid = rows.one(&access(), &statement, |row| required(row.uuid(0)?)).await?.ok_or_else(stale)?;
    drop(rows);
    let mut rows = iam.engine().peek().await?;
    let account = account::by_id(&mut rows, user).await?.ok_or_else(stale)?;
    drop(rows);
    for sentence in password::check(&new, &attributes(&account)) {
        errors.add("new_password", sentence);
    }
    errors.into_result()?;
    // Used up first: of two requests with the same link one finds it gone.
    let mut rows = iam.engine().write().await?;
    let mut statement = rows.sql("UPDATE password_resets SET used_at = ");
    statement.bind(now).push(" WHERE used_at IS NULL AND user_id = ").bind(user);
    if rows.execute(&access(), &statement).await? == 0 {
        return Err(stale());
    }
    rows.commit().await?;
    let ctx = iam.nobody(origin).await?;
    account::force(iam, &ctx, &account, new, "password_reset").await
}

fn digest(code: &str) -> Vec<u8> {
    use sha2::Digest as _;
    sha2::Sha256::digest(code.as_bytes()).to_vec()
}
