//! The resources of people and rights. One file a resource; this list is what exists.

mod actor;
mod permission;
mod role;
mod role_assignment;
mod team;
mod user;
mod user_group;

pub use actor::ensure as ensure_actor;

use engine::declare::Resource;

/// All resources of this module.
pub fn resources() -> Vec<Resource> {
    vec![
        user::user(),
        user_group::user_group(),
        permission::permission(),
        role::role(),
        role_assignment::role_assignment(),
        team::team(),
        actor::actor(),
    ]
}
