//! What a history must not tell: ids of relatives that its reader may not see.

use crate::context::Context;
use crate::declare::Kind;
use crate::error::ApiError;
use crate::plan;
use crate::rows::Rows;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// Takes hidden relatives out of the changes of a page: `(resource, changes)` by entry. One
/// statement for each kind of relative, however many entries there are.
pub(super) async fn mask(ctx: &Context, rows: &mut Rows, entries: &mut [(String, Value)]) -> Result<(), ApiError> {
    let mut wanted: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
    for (resource, changes) in entries.iter() {
        for (name, change) in changes.as_object().into_iter().flatten() {
            if let Some(target) = target(ctx, resource, name) {
                collect(change, wanted.entry(target).or_default());
            }
        }
    }
    let mut hidden: HashSet<Uuid> = HashSet::new();
    for (target, ids) in wanted {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let visible: HashSet<Uuid> = plan::visible_among(ctx, rows, target, &ids).await?.into_iter().collect();
        hidden.extend(ids.into_iter().filter(|id| !visible.contains(id)));
    }
    for (resource, changes) in entries.iter_mut() {
        for (name, change) in changes.as_object_mut().into_iter().flatten() {
            if target(ctx, resource, name).is_some() {
                remove(change, &hidden);
            }
        }
    }
    Ok(())
}

/// The kind that a field refers to, if it refers to one.
fn target(ctx: &Context, resource: &str, name: &str) -> Option<&'static str> {
    match ctx.engine.registry().get(resource)?.stored(name)?.kind {
        Kind::Reference { target, .. } | Kind::References { target } | Kind::Reverse { source: target, .. } => {
            Some(target)
        }
        _ => None,
    }
}

fn collect(value: &Value, into: &mut BTreeSet<Uuid>) {
    match value {
        Value::Array(list) => list.iter().for_each(|one| collect(one, into)),
        Value::String(text) => into.extend(text.parse::<Uuid>()),
        _ => {}
    }
}

/// Hidden ids leave lists, and become null where one stands alone.
fn remove(change: &mut Value, hidden: &HashSet<Uuid>) {
    let is_hidden =
        |value: &Value| value.as_str().and_then(|text| text.parse().ok()).is_some_and(|id: Uuid| hidden.contains(&id));
    for side in change.as_array_mut().into_iter().flatten() {
        match side {
            Value::Array(list) => list.retain(|one| !is_hidden(one)),
            one if is_hidden(one) => *one = Value::Null,
            _ => {}
        }
    }
}
