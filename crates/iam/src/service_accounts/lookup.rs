//! From an access token to the account behind it.

use super::access;
use super::exchange::alive;
use crate::secret::{Digest, ParsedSecret};
use chrono::{DateTime, Utc};
use engine::access::{FolderTree, Grants, RolePermissions};
use engine::{ApiError, Cell, Engine, Rows, required};
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// The account of an access token that works.
#[derive(Clone, Debug)]
pub struct FoundAccount {
    /// The account.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// When the access token stops.
    pub expiry: DateTime<Utc>,
    /// The epoch of access.
    pub epoch: i64,
}

/// Finds the account; nothing when the token or the account no longer works.
pub async fn lookup(engine: &Engine, secret: ParsedSecret<'_>) -> Result<Option<FoundAccount>, ApiError> {
    let digest = secret.digest();
    let now = engine.clock().now();
    let mut rows = engine.peek().await?;
    let mut statement = rows.sql(
        "SELECT a.id, a.name, t.digest, t.expires_at, a.is_active, a.expiry_date, (SELECT epoch FROM access_epoch) \
         FROM service_tokens t JOIN service_accounts a ON a.id = t.account_id WHERE t.digest = ",
    );
    statement.bind(Cell::Bytes(digest.as_bytes().to_vec()));
    let found = rows
        .one(&access(), &statement, |row| {
            let stored = required(row.bytes(2)?)?;
            let same = Digest::try_from(stored.as_slice()).is_ok_and(|stored| stored == digest);
            let expiry = required(row.time(3)?)?;
            let works = row.bool(4)?.unwrap_or(false) && alive(row.date(5)?, now) && now < expiry;
            Ok((same && works).then_some(FoundAccount {
                id: required(row.uuid(0)?)?,
                name: row.text(1)?.unwrap_or_default(),
                expiry,
                epoch: required(row.int(6)?)?,
            }))
        })
        .await?;
    Ok(found.flatten())
}

/// What an account was granted, over this tree.
pub(crate) async fn grants(rows: &mut Rows, tree: Arc<FolderTree>, id: Uuid) -> Result<Grants, ApiError> {
    let mut statement = rows.sql(
        "SELECT a.is_recursive, r.name FROM service_accounts a LEFT JOIN roles r ON r.id = a.role_id WHERE a.id = ",
    );
    statement.bind(id);
    let found = rows.one(&access(), &statement, |row| Ok((row.bool(0)?.unwrap_or(false), row.text(1)?))).await?;
    let Some((recursive, role)) = found else { return Ok(Grants::none(tree)) };
    let mut codenames = rows.sql(
        "SELECT p.codename FROM service_accounts a JOIN roles__permissions l ON l.source_id = a.role_id \
         JOIN permissions p ON p.id = l.target_id WHERE a.id = ",
    );
    codenames.bind(id).push(
        " UNION SELECT p.codename FROM service_account_permissions s JOIN permissions p ON p.id = s.permission_id \
         WHERE s.account_id = ",
    );
    codenames.bind(id);
    let codenames = rows.all(&access(), &codenames, |row| Ok(row.text(0)?.unwrap_or_default())).await?;
    let mut folders = rows.sql("SELECT folder_id FROM service_account_folders WHERE account_id = ");
    folders.bind(id);
    let folders = rows.ids(&access(), &folders).await?;
    let name = role.unwrap_or_else(|| "service account".into());
    let roles = Arc::new(vec![RolePermissions {
        assigned_only: crate::people::is_assigned_only(&name),
        name,
        codenames: codenames.into_iter().collect::<HashSet<_>>(),
    }]);
    Ok(Grants::expand(tree, roles, folders.into_iter().map(|folder| (0, folder, recursive))))
}
