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
    for name in resource.follows {
        let Some(Kind::Reference { target, .. }) = resource.stored(name).map(|field| &field.kind) else { continue };
        let (Some(Value::Uuid(id)), Some(whole)) = (values.get(name), ctx.engine.registry().get(target)) else {
            continue;
        };
        if errors.to_json().get(name).is_some() {
            continue;
        }
        let access = Access::system("the row was found visible; where it stands decides who may add to it");
        let mut statement = rows.sql(&format!("SELECT t.folder_id FROM {} t WHERE t.id = ", whole.table()));
        statement.bind(*id);
        return rows.one(&access, &statement, |row| required(row.uuid(0)?)).await;
    }
    Ok(None)
}

/// A new row of a kind that can follow several names exactly one of them.
pub(super) fn name_one(resource: &Resource, values: &Values, errors: &mut FieldErrors) {
    let named = resource.follows.iter().filter(|name| matches!(values.get(name), Some(Value::Uuid(_)))).count();
    if resource.follows.len() > 1 && named != 1 && errors.is_empty() {
        let sentence = format!("Exactly one of {} has to be named.", resource.follows.join(", "));
        errors.add("non_field_errors", sentence);
    }
}

/// Moves everything that follows these rows to the folder that they have moved to.
pub async fn take_along(
    ctx: &Context,
    rows: &mut Rows,
    path: &'static str,
    ids: Vec<Uuid>,
    folder: Uuid,
) -> Result<(), ApiError> {
    let access = Access::system("parts move with the whole");
    let mut front = vec![(path, ids)];
    while let Some((whole, ids)) = front.pop() {
        for part in ctx.engine.registry().all() {
            let follows = part.follows.iter().filter_map(|name| part.stored(name));
            let fields =
                follows.filter(|field| matches!(field.kind, Kind::Reference { target, .. } if target == whole));
            for field in fields {
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
    }
    Ok(())
}
