//! What a history must not tell: ids of relatives that its reader may not see, and what rows keep from the reader.

use crate::access::Verb;
use crate::context::Context;
use crate::declare::Kind;
use crate::error::ApiError;
use crate::plan;
use crate::rows::{Rows, required};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::{Row, Value as Cell};
use uuid::Uuid;

/// What an entry says of the fields of a row.
pub(super) struct Changes {
    /// Path of the row's kind.
    pub resource: String,
    /// The row.
    pub object: Option<Uuid>,
    /// Where it stood.
    pub folder: Option<Uuid>,
    /// Before and after, by field.
    pub fields: Value,
}

/// Takes out of the changes of a page what rows keep from the reader, who may have set it without seeing it. One
/// statement for each kind of row that keeps anything.
pub(super) async fn withhold(ctx: &Context, rows: &mut Rows, entries: &mut [Changes]) -> Result<(), ApiError> {
    for resource in ctx.engine.registry().all().iter().filter(|resource| resource.withheld.is_some()) {
        let access = ctx.access(resource, Verb::View);
        let fields = access.withheld_fields();
        let ids: BTreeSet<Uuid> =
            entries.iter().filter(|entry| entry.resource == resource.path).filter_map(|entry| entry.object).collect();
        if fields.is_empty() || ids.is_empty() {
            continue;
        }
        let mut statement = rows.sql("SELECT t.id");
        for field in fields {
            statement.push(", CAST(CASE WHEN ");
            access.push_tells("t", field, &mut statement);
            statement.push(" THEN 1 ELSE 0 END AS BIGINT)");
        }
        statement.push(&format!(" FROM {} t WHERE ", resource.table()));
        statement.bind_in("t.id", Cell::Uuids(ids.into_iter().collect()));
        let read = |row: &Row<'_>| {
            let mut told = Vec::with_capacity(fields.len());
            for (at, field) in fields.iter().enumerate() {
                if row.int(at + 1)? == Some(1) {
                    told.push(*field);
                }
            }
            Ok((required(row.uuid(0)?)?, told))
        };
        let told: HashMap<Uuid, Vec<&str>> = rows.all(&access, &statement, read).await?.into_iter().collect();
        for entry in entries.iter_mut().filter(|entry| entry.resource == resource.path) {
            // Of a row that is gone nobody knows any more what it kept.
            let whole = entry.folder.is_some_and(|folder| access.covers(folder));
            let told = entry.object.and_then(|object| told.get(&object));
            if let Some(changes) = entry.fields.as_object_mut() {
                changes.retain(|name, _| {
                    !fields.contains(&name.as_str()) || told.map_or(whole, |told| told.contains(&name.as_str()))
                });
            }
        }
    }
    Ok(())
}

/// Takes hidden relatives out of the changes of a page. One statement for each kind of relative, however many entries
/// there are.
pub(super) async fn mask(ctx: &Context, rows: &mut Rows, entries: &mut [Changes]) -> Result<(), ApiError> {
    let mut wanted: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
    for entry in entries.iter() {
        for (name, change) in entry.fields.as_object().into_iter().flatten() {
            if let Some(target) = target(ctx, &entry.resource, name) {
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
    for entry in entries.iter_mut() {
        let resource = &entry.resource;
        for (name, change) in entry.fields.as_object_mut().into_iter().flatten() {
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
