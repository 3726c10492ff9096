//! The resources of people and rights. One file a resource; this list is what exists.

mod actor;
mod permission;
mod role;
mod role_assignment;
mod team;
mod user;
mod user_group;

pub use actor::{addresses_behind, ensure as ensure_actor, push_acts_as};

use engine::declare::Resource;

/// Built-in roles of those who answer: of kinds whose rows can be assigned, they give assigned rows only.
const ASSIGNED_ONLY: [&str; 2] = ["BI-RL-ADE", "BI-RL-TPR"];

/// Whether a role gives rows that can be assigned only where they are assigned. Names of roles are unique.
pub fn is_assigned_only(role: &str) -> bool {
    ASSIGNED_ONLY.contains(&role)
}

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
