//! Rows that stand where another one stands: a part follows the whole.

use super::Values;
use crate::access::Access;
use crate::context::Context;
use crate::declare::{Kind, Resource};
use crate::error::{ApiError, FieldErrors};
use crate::rows::{Rows, required};
use store::Value;
use uuid::Uuid;

/// The folder of the row that the values name, for kinds that follow one. None when they name none, or one that was
/// refused.
pub(super) async fn followed(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    values: &Values,
    errors: &FieldErrors,
) -> Result<Option<Uuid>, ApiError> {
    let Some(name) = resource.follows else { return Ok(None) };
    let Some(Kind::Reference { target, .. }) = resource.stored(name).map(|field| &field.kind) else { return Ok(None) };
    let (Some(Value::Uuid(id)), Some(whole)) = (values.get(name), ctx.engine.registry().get(target)) else {
        return Ok(None);
    };
    if errors.to_json().get(name).is_some() {
        return Ok(None);
    }
    let access = Access::system("the row was found visible; where it stands decides who may add to it");
    let mut statement = rows.sql(&format!("SELECT t.folder_id FROM {} t WHERE t.id = ", whole.table()));
    statement.bind(*id);
    rows.one(&access, &statement, |row| required(row.uuid(0)?)).await
}

/// Moves everything that follows a row to the folder that the row has moved to.
pub(super) async fn take_along(
    ctx: &Context,
    rows: &mut Rows,
    path: &'static str,
    id: Uuid,
    folder: Uuid,
) -> Result<(), ApiError> {
    let access = Access::system("parts move with the whole");
    let mut front = vec![(path, vec![id])];
    while let Some((whole, ids)) = front.pop() {
        for part in ctx.engine.registry().all() {
            let follows = part.follows.and_then(|name| part.stored(name));
            let Some(field) =
                follows.filter(|field| matches!(field.kind, Kind::Reference { target, .. } if target == whole))
            else {
                continue;
            };
            let mut statement = rows.sql(&format!("SELECT t.id FROM {} t WHERE ", part.table()));
            statement.bind_in(&format!("t.{}_id", field.name), Value::Uuids(ids.clone()));
            let parts = rows.ids(&access, &statement).await?;
            if parts.is_empty() {
                continue;
            }
            let mut statement = rows.sql(&format!("UPDATE {} SET folder_id = ", part.table()));
            statement.bind(folder).push(" WHERE ").bind_in("id", Value::Uuids(parts.clone()));
            rows.execute(&access, &statement).await?;
            front.push((part.path, parts));
        }
    }
    Ok(())
}
