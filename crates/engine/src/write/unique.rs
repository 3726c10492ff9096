//! Taken names: compared without regard to case, within the folder or among all rows.

use crate::access::Access;
use crate::declare::{Resource, Scope, Unique};
use crate::error::ApiError;
use crate::rows::{Rows, required};
use uuid::Uuid;

/// Refuses a name that another row holds.
pub(super) async fn check(
    rows: &mut Rows,
    resource: &Resource,
    unique: &Unique,
    id: Uuid,
    folder: Uuid,
    name: &str,
) -> Result<(), ApiError> {
    // Taken is taken, whether the caller may see the holder or not: that a name is in use
    // within a folder where somebody may add is no secret worth a duplicate.
    let access = Access::system("names are unique among all rows, seen or not");
    let place = if unique.in_folder { folder } else { Uuid::nil() };
    // Most kinds cannot have a unique index, because a change may give two rows the same name.
    rows.take_turn(&access, &format!("{} {place} {}", resource.home(), name.to_lowercase())).await?;
    let mut statement = rows.sql(&format!("SELECT t.id FROM {} t WHERE t.name_key = ", resource.table()));
    statement.bind(name.to_lowercase()).push(" AND t.id <> ").bind(id);
    if unique.in_folder {
        let column = if resource.scope == Scope::Itself { "parent_folder_id" } else { "folder_id" };
        statement.push(&format!(" AND t.{column} = ")).bind(folder);
    }
    statement.push(" LIMIT 1");
    let taken = rows.one(&access, &statement, |row| required(row.uuid(0)?)).await?;
    match taken {
        Some(_) => Err(ApiError::refused(400, (unique.refusal)(name))),
        None => Ok(()),
    }
}
