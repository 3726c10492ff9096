//! Permissions: the codenames that roles are made of. Made by the program, read by people.

use engine::declare::{Resource, Scope, text};

/// A permission.
pub fn permission() -> Resource {
    Resource::new("permissions", "permission")
        .scope(Scope::Folder)
        .called("Permission", "permission", "Permissions")
        .label("{t}.codename", "codename")
        .ordered_by(&["codename"])
        .field(text("codename").required().max(100).search().filter().order().column())
        .field(text("name").required().max(255).search().order().column())
        .read_only()
}
