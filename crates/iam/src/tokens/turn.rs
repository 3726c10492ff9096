//! The owner's turn: whoever makes a token and whoever ends all tokens of a person do it one after
//! the other, so that none is made by a request that was let in before and finishes after.

use super::access;
use engine::access::Credential;
use engine::{ApiError, Context, Dialect, Rows};
use uuid::Uuid;

/// Takes the turn until the transaction ends. On SQLite the one writer is the turn.
pub(super) async fn take(rows: &mut Rows, user: Uuid) -> Result<(), ApiError> {
    if rows.dialect() == Dialect::Postgres {
        let mut lock = rows.sql("SELECT id FROM users WHERE id = ");
        lock.bind(user).push(" FOR UPDATE");
        rows.ids(&access(), &lock).await?;
    }
    Ok(())
}

/// Takes the turn of the person who asks, and looks again whether they still may ask: between the
/// check of a credential and this transaction it may have ended.
pub(super) async fn take_own(ctx: &Context, rows: &mut Rows, user: Uuid) -> Result<(), ApiError> {
    take(rows, user).await?;
    let mut statement = rows.sql("SELECT u.id FROM users u WHERE u.is_active AND NOT u.is_third_party AND u.id = ");
    statement.bind(user);
    if let Credential::Session(session) = ctx.principal.credential() {
        statement
            .push(" AND EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id AND s.id = ")
            .bind(session)
            .push(")");
    }
    if rows.ids(&access(), &statement).await?.is_empty() {
        return Err(ApiError::Unauthenticated { detail: "Invalid token.".into(), code: None });
    }
    Ok(())
}
