//! References of a body: they must exist, for the caller.

use super::Values;
use crate::context::Context;
use crate::declare::{Kind, Resource};
use crate::error::{ApiError, FieldErrors};
use crate::plan;
use crate::rows::Rows;
use store::Value;
use uuid::Uuid;

/// Checks every id that the body named; one statement for each field that named some.
pub(super) async fn check(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    values: &Values,
    errors: &mut FieldErrors,
) -> Result<(), ApiError> {
    for field in &resource.fields {
        let (target, wanted): (&str, Vec<Uuid>) = match field.kind {
            Kind::Reference { target, .. } => match values.get(field.name) {
                Some(Value::Uuid(id)) => (target, vec![*id]),
                _ => continue,
            },
            Kind::References { target } | Kind::Reverse { source: target, .. } => {
                (target, values.linked(field.name).unwrap_or_default().to_vec())
            }
            _ => continue,
        };
        let found = plan::visible_among(ctx, rows, target, &wanted).await?;
        if let Some(missing) = wanted.iter().find(|id| !found.contains(id)) {
            errors.add(field.name, format!("Invalid pk \"{missing}\" - object does not exist."));
        }
    }
    Ok(())
}
