//! What a row is called.

use super::Reading;
use crate::access::Access;
use crate::declare::Resource;
use crate::error::ApiError;
use crate::rows::{Rows, required};
use store::Value;
use uuid::Uuid;

/// Ids and labels of the rows among `wanted` that are covered, in label order.
pub async fn labels_of(
    rows: &mut Rows,
    access: &Access,
    resource: &Resource,
    wanted: &[Uuid],
) -> Result<Vec<(Uuid, String)>, ApiError> {
    labelled(rows, access, resource, &resource.label_over("t"), wanted).await
}

/// The same with a label of one's own, as SQL over the alias `t`.
pub(super) async fn labelled(
    rows: &mut Rows,
    access: &Access,
    resource: &Resource,
    label: &str,
    wanted: &[Uuid],
) -> Result<Vec<(Uuid, String)>, ApiError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = rows.sql(&format!("SELECT t.id, {label} FROM {} t WHERE ", resource.table()));
    statement.bind_in("t.id", Value::Uuids(wanted.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.name_key, t.id");
    rows.all(access, &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default()))).await
}

/// What one visible row is called.
pub async fn label_of(reading: &mut Reading<'_>, resource: &Resource, id: Uuid) -> Result<String, ApiError> {
    let access = reading.access(resource);
    let found = labels_of(reading.rows, &access, resource, &[id]).await?;
    found.into_iter().next().map(|(_, label)| label).ok_or_else(|| resource.not_found())
}
