//! Passkeys (WebAuthn): signing in with a device instead of a password, or after it.
//!
//! What belongs here: enrolling, naming and removing them (`manage`), and the ceremonies in which they
//! prove something (`prove`). `verify` holds the rules of the standard and knows neither database nor
//! request. What a passkey counts for beside other factors is `second_factor`.

mod challenge;
mod manage;
mod options;
mod prove;
mod relying_party;
mod rows;
mod verify;

pub use manage::{Added, Passkey, add, begin, list, remove, rename};
pub use prove::{begin_confirm, begin_second_half, begin_sign_in, confirm, finish_second_half, finish_sign_in};
pub use relying_party::RelyingParty;

use engine::access::Credential;
use engine::{Access, ApiError, Context};
use uuid::Uuid;

pub(crate) fn access() -> Access {
    Access::system("a passkey belongs to its account")
}

/// Person and session that ask.
fn asker(ctx: &Context) -> Result<(Uuid, Uuid), ApiError> {
    match (ctx.principal.user(), ctx.principal.credential()) {
        (Some(user), Credential::Session(session)) => Ok((user, session)),
        _ => Err(ApiError::Forbidden),
    }
}

/// A refusal in the form that the other answers of these routes have.
fn refused(status: u16, code: &str, message: &str) -> ApiError {
    crate::refusal::refused(status, code, "credential", message)
}

/// The challenge was answered before, is too old, or belongs to somebody else.
fn challenge_gone() -> ApiError {
    refused(400, "challenge_expired", "This took too long, or was answered already. Please try again.")
}

/// What the device sent does not prove anything. Why is in the audit log, not in the answer.
fn not_accepted() -> ApiError {
    refused(400, "invalid_passkey", "This passkey was not accepted.")
}
