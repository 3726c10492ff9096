//! Taken names: compared without regard to case, within the folder or among all rows.

use crate::access::Access;
use crate::declare::{Resource, Scope, Unique};
use crate::error::ApiError;
use crate::rows::{Rows, required};
use sha2::{Digest, Sha256};
use store::{Dialect, Value};
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
    wait_for_others(rows, &access, resource, place, name).await?;
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

/// Of several that want the same name at once, lets one look at a time.
///
/// Most kinds cannot have a unique index, because a change may give two rows the same name. On
/// PostgreSQL a key that somebody inserted waits for the end of their transaction, also when they
/// have deleted it again: the table stays empty, and only those wait who want the same name. SQLite
/// has one writer, so there is nobody to wait for.
async fn wait_for_others(
    rows: &mut Rows,
    access: &Access,
    resource: &Resource,
    place: Uuid,
    name: &str,
) -> Result<(), ApiError> {
    if rows.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let key = Sha256::digest(format!("{} {place} {}", resource.path, name.to_lowercase())).to_vec();
    let mut claim = rows.sql("INSERT INTO name_claims (digest) VALUES (");
    claim.bind(Value::Bytes(key.clone())).push(") ON CONFLICT (digest) DO NOTHING");
    rows.execute(access, &claim).await?;
    let mut give_back = rows.sql("DELETE FROM name_claims WHERE digest = ");
    give_back.bind(Value::Bytes(key));
    rows.execute(access, &give_back).await.map(drop)
}
