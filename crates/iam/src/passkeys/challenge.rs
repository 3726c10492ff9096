//! Challenges: drawn at random, answered once, within minutes, by whom they were given to.

use super::{access, challenge_gone};
use chrono::TimeDelta;
use engine::{ApiError, Cell, Engine, Rows, required};

/// The answer has to come within this time.
pub(super) const PATIENCE: TimeDelta = TimeDelta::minutes(5);

/// What an answer is for. A challenge for one purpose is no challenge for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A new passkey, in a session.
    Register,
    /// A sign-in without a password.
    SignIn,
    /// The second half of a sign-in.
    SecondHalf,
    /// Proving in a session that one is still there.
    Confirm,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign_in",
            Self::SecondHalf => "second_half",
            Self::Confirm => "confirm",
        }
    }
}

/// Draws a challenge, in place of an earlier one for the same. `bound_to` is the session, or the sign-in under way.
pub(super) async fn draw(
    engine: &Engine,
    rows: &mut Rows,
    bound_to: &[u8],
    purpose: Purpose,
) -> Result<Vec<u8>, ApiError> {
    let now = engine.clock().now();
    let mut challenge = vec![0; 32];
    engine.random().fill(&mut challenge).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut statement = rows.sql("DELETE FROM passkey_challenges WHERE expires_at < ");
    statement.bind(now);
    rows.execute(&access(), &statement).await?;
    let mut statement = rows.sql("INSERT INTO passkey_challenges (bound_to, purpose, challenge, expires_at) VALUES (");
    statement.bind(Cell::Bytes(bound_to.to_vec())).push(", ").bind(purpose.as_str()).push(", ");
    statement.bind(Cell::Bytes(challenge.clone())).push(", ").bind(now + PATIENCE);
    statement.push(") ON CONFLICT (bound_to, purpose) DO UPDATE SET challenge = excluded.challenge, expires_at = excluded.expires_at");
    rows.execute(&access(), &statement).await?;
    Ok(challenge)
}

/// Takes the challenge that waits. Whatever becomes of the answer, the caller commits: there is no second one.
pub(super) async fn take(
    engine: &Engine,
    rows: &mut Rows,
    bound_to: &[u8],
    purpose: Purpose,
) -> Result<Vec<u8>, ApiError> {
    let mut statement = rows.sql("SELECT challenge FROM passkey_challenges WHERE bound_to = ");
    statement.bind(Cell::Bytes(bound_to.to_vec())).push(" AND purpose = ").bind(purpose.as_str());
    statement.push(" AND expires_at > ").bind(engine.clock().now());
    let challenge = rows.one(&access(), &statement, |row| required(row.bytes(0)?)).await?;
    let challenge: Vec<u8> = challenge.ok_or_else(challenge_gone)?;
    let mut statement = rows.sql("DELETE FROM passkey_challenges WHERE challenge = ");
    statement.bind(Cell::Bytes(challenge.clone())).push(" AND bound_to = ").bind(Cell::Bytes(bound_to.to_vec()));
    // Two answers at once: one of them finds it gone.
    if rows.execute(&access(), &statement).await? == 0 {
        return Err(challenge_gone());
    }
    Ok(challenge)
}
