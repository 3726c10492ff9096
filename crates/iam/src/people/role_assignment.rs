//! Role assignments: the single source of truth for access. Who (a person or a group) holds
//! which role in which folders, and whether it reaches down.

use engine::declare::{
    Resource, Scope, boolean, created_at, folder, is_published, long_text, reference, references, text, updated_at,
};
use engine::write::Saving;
use engine::{Access, ApiError, Verb};

/// A role assignment. Guarded by the permissions on roles: the built-in roles know no others.
pub fn role_assignment() -> Resource {
    Resource::new("role-assignments", "roleassignment")
        .scope(Scope::Folder)
        .called("RoleAssignment", "role assignment", "Role assignments")
        .guarded_by("role")
        .field(text("name").required().max(200).search().order().column())
        .field(long_text("description").nullable())
        .field(reference("user", "users").cascade().filter().column())
        .field(reference("user_group", "user-groups").cascade().filter().column())
        .field(reference("role", "roles").required().cascade().filter().column())
        .field(references("perimeter_folders", "folders").required().column())
        .field(boolean("is_recursive").column())
        .field(boolean("builtin").read_only())
        .field(folder().frozen())
        .field(is_published("false"))
        .field(created_at())
        .field(updated_at())
        .protected_by("builtin")
        .affects_access()
        .before_save(|saving| Box::pin(check(saving)))
}

/// Exactly one of user and group; at least one folder.
async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let holders = [saving.reference("user"), saving.reference("user_group")];
    if holders.iter().flatten().count() != 1 {
        saving.errors.add("non_field_errors", "Name either a user or a user group.");
    }
    // Nobody hands out what they do not hold themselves: assigning reaches as far as the
    // caller's own right to assign.
    let may = saving.ctx.access(saving.resource, Verb::Add);
    let beyond = |folders: &[uuid::Uuid]| folders.iter().any(|folder| !may.covers(*folder));
    if saving.values.linked("perimeter_folders").is_some_and(beyond) {
        return Err(ApiError::forbidden_folder());
    }
    if saving.values.linked("perimeter_folders").is_some_and(<[_]>::is_empty) {
        saving.errors.add("perimeter_folders", "This list may not be empty.");
    }
    keep_builtin(saving).await
}

/// What the built-in groups give is part of the product: changing it could leave nobody in charge.
async fn keep_builtin(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.is_new || !saving.truth("builtin") {
        return Ok(());
    }
    let refusal = "A built-in assignment cannot be changed.";
    for name in ["user", "user_group", "role", "is_recursive"] {
        if saving.changes(name) {
            saving.errors.add(name, refusal);
        }
    }
    if let Some(mut wanted) = saving.values.linked("perimeter_folders").map(<[_]>::to_vec) {
        let access = Access::system("what a built-in assignment holds is no secret to who may change it");
        let mut statement =
            saving.rows.sql("SELECT target_id FROM role_assignments__perimeter_folders WHERE source_id = ");
        statement.bind(saving.id);
        let mut held = saving.rows.ids(&access, &statement).await?;
        held.sort_unstable();
        wanted.sort_unstable();
        if held != wanted {
            saving.errors.add("perimeter_folders", refusal);
        }
    }
    Ok(())
}
