//! Roles: named sets of permissions. The built-in ones are fixed; others are made to measure.

use engine::declare::{
    Resource, Scope, Unique, boolean, created_at, is_published, long_text, references, text, updated_at,
};
use engine::write::Saving;
use engine::{ApiError, Cell, Verb};
use serde_json::json;

/// A role.
pub fn role() -> Resource {
    Resource::new("roles", "role")
        .scope(Scope::Folder)
        .called("Role", "role", "Roles")
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable().search().column())
        .field(references("permissions", "permissions"))
        .field(boolean("builtin").read_only().filter().column())
        .field(created_at())
        .field(updated_at())
        .field(is_published("false").read_only().only(&[]))
        .unique(Unique { field: "name", in_folder: false, on_update: true, refusal: taken })
        .protected_by("builtin")
        .affects_access()
        .before_save(|saving| Box::pin(complete(saving)))
}

fn taken(name: &str) -> serde_json::Value {
    json!({ "name": format!("{name} is already used in this scope. Please choose another value.") })
}

/// Built-in roles are left as they are; in others, whoever may add, change or delete may look.
async fn complete(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.truth("builtin") && saving.values.linked("permissions").is_some() {
        return Err(ApiError::field("permissions", "The permissions of a built-in role cannot be changed."));
    }
    let Some(chosen) = saving.values.linked("permissions").map(<[_]>::to_vec) else { return Ok(()) };
    let access = saving.ctx.access(saving.resource, Verb::View);
    let mut missing = saving.rows.sql(
        "SELECT v.id FROM permissions v WHERE v.codename IN (SELECT 'view_' || substr(p.codename, \
         CASE WHEN p.codename LIKE 'add\\_%' ESCAPE '\\' THEN 5 ELSE 8 END) FROM permissions p WHERE (p.codename LIKE \
         'add\\_%' ESCAPE '\\' OR p.codename LIKE 'change\\_%' ESCAPE '\\' OR p.codename LIKE 'delete\\_%' ESCAPE '\\') AND ",
    );
    missing.bind_in("p.id", Cell::Uuids(chosen.clone())).push(")");
    let mut all = chosen;
    for id in saving.rows.ids(&access, &missing).await? {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    saving.values.links.retain(|(name, _)| *name != "permissions");
    saving.values.links.push(("permissions", all));
    Ok(())
}
