//! Identities for machines: a client id and a secret, exchanged for short-lived access tokens
//! (OAuth 2 client credentials, RFC 6749 §4.4).
//!
//! A service account is no person: it has no session, no password and no tokens of its own
//! beside those of the exchange. What it may do is a role or a list of permissions, in folders.

mod exchange;
mod input;
mod lookup;
mod manage;
mod rows;

pub use exchange::{Exchanged, exchange};
pub use lookup::{FoundAccount, lookup};

pub(crate) use lookup::grants;
pub use manage::{Created, choices_of_permissions, choices_of_roles, create, delete, get, list, rotate, update};

use engine::Access;

fn access() -> Access {
    Access::system("service accounts belong to the instance; the callers check who may")
}
