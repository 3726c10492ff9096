//! Personal access tokens: made once, shown once, looked up by digest, ended in one place.
//!
//! What belongs here: their rows. How a request shows one is `header` and `authenticate`; the
//! text format is `secret`.

mod create;
mod exposed;
mod list;
mod lookup;
mod revoke;

pub use create::{NewToken, create};
pub use exposed::report_in_url;
pub use list::{State, Token, list};
pub use lookup::{Ended, Found, Owner, lookup};
pub use revoke::{revoke, revoke_all};

use engine::Access;

fn access() -> Access {
    Access::system("tokens belong to one person and are no rows of a folder")
}
