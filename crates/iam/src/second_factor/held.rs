//! What a person holds besides the password.

use super::access;
use engine::{ApiError, Cell, Rows};
use uuid::Uuid;

/// Second factors of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// An authenticator that shows codes.
    pub codes: bool,
    /// At least one passkey.
    pub passkeys: bool,
}

impl Held {
    /// Whether there is any.
    pub fn any(self) -> bool {
        self.codes || self.passkeys
    }
}

/// What somebody holds.
pub async fn held(rows: &mut Rows, user: Uuid) -> Result<Held, ApiError> {
    let mut statement =
        rows.sql("SELECT (SELECT count(*) FROM totp_factors WHERE activated_at IS NOT NULL AND user_id = ");
    statement.bind(user).push("), (SELECT count(*) FROM passkeys WHERE user_id = ").bind(user).push(")");
    let held = rows
        .one(&access(), &statement, |row| {
            Ok(Held { codes: row.int(0)?.unwrap_or(0) > 0, passkeys: row.int(1)?.unwrap_or(0) > 0 })
        })
        .await?;
    Ok(held.unwrap_or_default())
}

/// Waits for other changes of what this person holds. Whatever depends on that is looked up in its turn: of two removals
/// at once, each would see the other's factor still there.
pub(crate) async fn take_turn(rows: &mut Rows, user: Uuid) -> Result<(), ApiError> {
    rows.take_turn(&access(), &format!("factors of {user}")).await
}

/// After a change: the account says whether there is a factor, at once for everybody. With the last
/// one go the recovery codes, and sign-ins that waited for it.
pub(crate) async fn settle(rows: &mut Rows, user: Uuid) -> Result<(), ApiError> {
    take_turn(rows, user).await?;
    let any = held(rows, user).await?.any();
    if !any {
        for table in ["recovery_codes", "pending_sign_ins"] {
            let mut statement = rows.sql(&format!("DELETE FROM {table} WHERE user_id = "));
            statement.bind(user);
            rows.execute(&access(), &statement).await?;
        }
    }
    let mut statement = rows.sql("UPDATE users SET has_mfa_enabled = ");
    statement.bind(Cell::Bool(any)).push(" WHERE id = ").bind(user);
    rows.execute(&access(), &statement).await?;
    engine::audit::move_epoch(rows, &access()).await
}
