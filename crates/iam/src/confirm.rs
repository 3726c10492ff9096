//! Proving again, within a session, that one is still there: for steps that want it to be recent.

use crate::account::{self, Guess};
use crate::password::Verdict;
use crate::refusal::refused;
use crate::{Iam, second_factor};
use engine::access::Credential;
use engine::audit::{self, Entry};
use engine::{Access, ApiError, Body, Context, FieldErrors, Rows};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// With the password; where there is a second factor, together with a code of it.
pub async fn by_password(iam: &Iam, ctx: &Context, body: &Body) -> Result<(), ApiError> {
    let (Some(user), Credential::Session(session)) = (ctx.principal.user(), ctx.principal.credential()) else {
        return Err(ApiError::Forbidden);
    };
    let mut missing = FieldErrors::default();
    let password = account::text(body, "password", &mut missing);
    if !missing.is_empty() {
        return Err(refused(400, "required", "password", "This field is required."));
    }
    let mut rows = ctx.engine.peek().await?;
    let account = account::by_id(&mut rows, user).await?.ok_or(ApiError::Forbidden)?;
    let held = second_factor::held(&mut rows, user).await?;
    drop(rows);
    let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
    if held.any() && code.is_empty() {
        return Err(refused(400, "required", "code", "A code of your second factor is needed, too."));
    }
    let origin = ctx.principal.origin().clone();
    let guess = Guess { email: account.owner.email.clone(), address: origin.address, password };
    if account::verify(iam, guess, Some(&account)).await? == Verdict::Wrong {
        return Err(refused(400, "incorrect_password", "password", "Incorrect password."));
    }
    let mut rows = ctx.engine.write().await?;
    if held.any() {
        rows = second_factor::use_code(iam, rows, &account.owner, code, origin.into()).await?;
    }
    note(ctx, &mut rows, session, "password").await?;
    rows.commit().await
}

/// Notes in the session that the person proved themselves now, and by which means.
pub(crate) async fn note(ctx: &Context, rows: &mut Rows, session: Uuid, means: &str) -> Result<(), ApiError> {
    let access = Access::system("sessions belong to one person and are no rows of a folder");
    let mut statement = rows.sql("UPDATE sessions SET confirmed_at = ");
    statement.bind(ctx.now()).push(" WHERE id = ").bind(session);
    rows.execute(&access, &statement).await?;
    let changes = Map::from_iter([("means".to_owned(), json!([null, means]))]);
    let name = ctx.principal.email().to_owned();
    let entry =
        Entry { action: "session.confirmed", resource: "sessions", object: Some(session), name, folder: None, changes };
    audit::record(ctx, rows, entry).await
}
