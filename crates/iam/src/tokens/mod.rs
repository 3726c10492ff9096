//! Personal access tokens: made once, shown once, looked up by digest, ended in one place.
//!
//! What belongs here: their rows. How a request shows one is `header` and `authenticate`; the
//! text format is `secret`.

mod admin;
mod create;
mod exposed;
mod leak;
mod limits;
mod list;
mod lookup;
mod own;
mod partner;
mod policy;
mod revoke;
mod rotate;
mod sweep;
mod turn;

pub use admin::{export as export_all, list as list_all, revoke_many};
pub use create::{NewToken, create};
pub use exposed::report_in_url;
pub use leak::report as report_leak;
pub use limits::{Domain, Scope, TokenLimits};
pub use list::{State, Token, list};
pub use lookup::{Ended, Found, Owner, lookup};
pub use own::{rename, revoke_several};
pub use partner::{PublicKeys, Verdict, findings};
pub use policy::{TokenPolicy, change as change_policy, preview as preview_policy};
pub use revoke::{revoke, revoke_all};

pub use rotate::{Asker, rotate};
pub use sweep::{Swept, keep_sweeping, sweep};

pub(crate) use policy::{administrators_only, read as read_policy};
pub(crate) use rotate::end_family;

use engine::Access;

fn access() -> Access {
    Access::system("tokens belong to one person and are no rows of a folder")
}
