//! The first administrator: chosen in the browser through a link that dies on use, from the
//! command line, or by the environment of an unattended start.

use crate::groups::{self, ADMINISTRATORS};
use crate::password::{self, UserAttributes};
use crate::secret::{Digest, Secret, SecretKind};
use crate::{Iam, account};
use engine::access::Origin;
use engine::{ApiError, Body, Context, FieldErrors};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// The one-time link of this process, if nobody set the instance up yet. Kept in memory only:
/// after a restart the program prints another.
#[derive(Debug, Default)]
pub struct SetupLink(Mutex<Option<Digest>>);

impl SetupLink {
    /// Makes a code for the link, when there is no administrator.
    pub async fn open(&self, iam: &Iam) -> Result<Option<String>, ApiError> {
        if !required(iam).await? {
            return Ok(None);
        }
        let secret = Secret::generate(SecretKind::Session, &mut iam.engine().random().clone())
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        // The random part alone: a link is no session and should not look like one.
        let code: String = secret.expose().chars().skip(8).take(32).collect();
        *self.0.lock().expect("never poisoned") = Some(digest(&code));
        Ok(Some(code))
    }

    /// Makes the first administrator for the holder of the link, and closes it.
    pub async fn use_once(&self, iam: &Iam, body: &Body, origin: Arc<Origin>) -> Result<String, ApiError> {
        let gone = || {
            ApiError::refused(
                403,
                json!({ "detail": "This set-up link was used or is not the right one. Restart the program for another." }),
            )
        };
        let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
        let open = *self.0.lock().expect("never poisoned");
        if open.is_none_or(|open| open != digest(code)) {
            return Err(gone());
        }
        let mut errors = FieldErrors::default();
        let email = account::text(body, "email", &mut errors);
        let password = account::text(body, "password", &mut errors);
        errors.into_result()?;
        let ctx = iam.program_asked("set-up link", origin).await?;
        create_administrator(iam, &ctx, &email, &password, true).await?;
        *self.0.lock().expect("never poisoned") = None;
        Ok(email.trim().to_owned())
    }
}

fn digest(code: &str) -> Digest {
    use sha2::Digest as _;
    Digest::from_bytes(sha2::Sha256::digest(code.as_bytes()).into())
}

/// Whether there is no administrator yet.
pub async fn required(iam: &Iam) -> Result<bool, ApiError> {
    let mut rows = iam.engine().read().await?;
    Ok(groups_count(&mut rows).await? == 0)
}

async fn groups_count(rows: &mut engine::Rows) -> Result<i64, ApiError> {
    let access = engine::Access::system("whether the instance was set up");
    let mut statement = rows.sql(
        "SELECT count(*) FROM users__user_groups m JOIN user_groups g ON g.id = m.target_id WHERE g.builtin AND g.name = ",
    );
    statement.bind(ADMINISTRATORS);
    Ok(rows.one(&access, &statement, |row| row.int(0)).await?.flatten().unwrap_or(0))
}

/// Makes an administrator in the name of whoever `ctx` stands for. With `only_first`, refuses when there is one.
pub async fn create_administrator(
    iam: &Iam,
    ctx: &Context,
    email: &str,
    password: &str,
    only_first: bool,
) -> Result<Uuid, ApiError> {
    let mut errors = FieldErrors::default();
    let attributes = UserAttributes { email, ..UserAttributes::default() };
    for sentence in password::check(password, &attributes) {
        errors.add("password", sentence);
    }
    errors.into_result()?;
    let hash = account::hash(iam, password.to_owned()).await?;
    let mut rows = ctx.engine.write().await?;
    if only_first && groups::administrators(ctx, &mut rows).await? > 0 {
        return Err(ApiError::refused(403, json!({ "detail": "There is an administrator already." })));
    }
    let users = ctx.engine.registry().get("users").ok_or(ApiError::NotFound)?;
    let body = Body::from_iter([("email".to_owned(), json!(email)), ("is_superuser".to_owned(), json!(true))]);
    let (id, _) = engine::write::create_in(ctx, &mut rows, users, &body).await?;
    groups::join(&mut rows, id, ADMINISTRATORS, ctx.principal.grants().tree().root()).await?;
    account::store(ctx, &mut rows, id, &hash).await?;
    rows.commit().await?;
    Ok(id)
}
