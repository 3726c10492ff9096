//! Service accounts as they are shown.

use super::access;
use chrono::{DateTime, SecondsFormat, Utc};
use engine::{ApiError, Cell, Rows, Statement, required};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

const COLUMNS: &str = "t.id, t.client_id, t.name, t.description, t.is_active, t.expiry_date, t.role_id, r.name, \
                       t.is_recursive, t.created_by, t.secret_preview, t.previous_expires_at, t.created_at, t.updated_at";

/// The accounts that `condition` selects, in the contract's shape.
pub(super) async fn shown(rows: &mut Rows, condition: &Statement) -> Result<Vec<Value>, ApiError> {
    let mut statement =
        rows.sql(&format!("SELECT {COLUMNS} FROM service_accounts t LEFT JOIN roles r ON r.id = t.role_id"));
    statement.append(condition);
    let mut found: Vec<(Uuid, Map<String, Value>)> = rows
        .all(&access(), &statement, |row| {
            let time = |at: Option<DateTime<Utc>>| json!(at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)));
            let role = row.uuid(6)?;
            let name = row.text(7)?;
            let shown = json!({
                "id": row.uuid(0)?, "client_id": row.text(1)?, "name": row.text(2)?, "description": row.text(3)?,
                "is_active": row.bool(4)?, "expiry_date": row.date(5)?.map(|day| day.to_string()), "role": role,
                "is_role_linked": role.is_some(), "is_global_admin": name.as_deref() == Some("BI-RL-ADM"),
                "role_name": name, "is_recursive": row.bool(8)?, "created_by": row.text(9)?,
                "secret_preview": row.text(10)?, "previous_secret_expires_at": time(row.time(11)?),
                "created_at": time(row.time(12)?), "updated_at": time(row.time(13)?),
            });
            Ok((required(row.uuid(0)?)?, shown.as_object().cloned().unwrap_or_default()))
        })
        .await?;
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let folders = linked(rows, "service_account_folders", "folder_id", "folders", "name", &ids).await?;
    let permissions =
        linked(rows, "service_account_permissions", "permission_id", "permissions", "codename", &ids).await?;
    for (id, account) in &mut found {
        account.insert("folders".into(), json!(folders.get(id).cloned().unwrap_or_default()));
        account.insert("permissions".into(), json!(permissions.get(id).cloned().unwrap_or_default()));
    }
    Ok(found.into_iter().map(|(_, account)| Value::Object(account)).collect())
}

async fn linked(
    rows: &mut Rows,
    table: &str,
    column: &str,
    target: &str,
    label: &str,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Value>>, ApiError> {
    let mut statement = rows.sql(&format!(
        "SELECT l.account_id, o.id, o.{label} FROM {table} l JOIN {target} o ON o.id = l.{column} WHERE "
    ));
    statement.bind_in("l.account_id", Cell::Uuids(ids.to_vec())).push(&format!(" ORDER BY o.{label}, o.id"));
    let mut map: HashMap<Uuid, Vec<Value>> = HashMap::new();
    rows.each(&access(), &statement, |row| {
        let other = json!({ "str": row.text(2)?, "id": row.uuid(1)? });
        map.entry(required(row.uuid(0)?)?).or_default().push(other);
        Ok(())
    })
    .await?;
    Ok(map)
}
