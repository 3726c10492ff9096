//! What goes with a row: everything that refers to it, followed through the declarations.

use crate::access::{Access, Verb};
use crate::context::Context;
use crate::declare::{Kind, OnDelete, Resource};
use crate::error::ApiError;
use crate::read::Reading;
use crate::registry::By;
use crate::rows::{Rows, required};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashSet};
use store::Value;
use uuid::Uuid;

/// What a deletion does to a related row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is deleted too.
    Deleted,
    /// It stays and loses the relation.
    Affected,
    /// It forbids the deletion.
    Blocks,
}

/// Related rows of one kind with the same fate: ids, labels, folders.
#[derive(Debug)]
pub struct Group {
    /// Path of their resource.
    pub path: &'static str,
    /// Their fate.
    pub fate: Fate,
    /// Ids and labels, in label order.
    pub objects: Vec<(Uuid, String)>,
}

/// Follows all references to this row, also to tell which rows are affected. `see` says which rows of each kind are
/// looked at.
async fn follow(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
    see: impl Fn(&Resource) -> Access,
) -> Result<Vec<Group>, ApiError> {
    walk(ctx, rows, (resource, id), see, true).await
}

/// All rows that go with this one or forbid that it goes, seen or not.
pub(super) async fn dependents(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    id: Uuid,
) -> Result<Vec<Group>, ApiError> {
    let everything = |_: &Resource| Access::system("a deletion takes dependents with it");
    walk(ctx, rows, (resource, id), everything, false).await
}

async fn walk(
    ctx: &Context,
    rows: &mut Rows,
    (resource, id): (&Resource, Uuid),
    see: impl Fn(&Resource) -> Access,
    affected: bool,
) -> Result<Vec<Group>, ApiError> {
    let registry = ctx.engine.registry();
    let mut doomed: HashSet<Uuid> = HashSet::from([id]);
    let mut found: BTreeMap<(Fate, &'static str), Vec<(Uuid, String)>> = BTreeMap::new();
    let mut front = vec![(resource.path, vec![id])];
    while let Some((target, ids)) = front.pop() {
        for referrer in registry.referrers(target) {
            let access = see(referrer.resource);
            let (fate, related) = match &referrer.by {
                By::Column(_, OnDelete::Clear) | By::Link(_) if !affected => continue,
                By::Column(column, on_delete) => {
                    let fate = match on_delete {
                        OnDelete::Cascade => Fate::Deleted,
                        OnDelete::Clear => Fate::Affected,
                        OnDelete::Refuse => Fate::Blocks,
                    };
                    (fate, holders(rows, referrer.resource, &access, column, &ids).await?)
                }
                By::Link(field) => {
                    let table = referrer.resource.links(field);
                    let by = ("source_id", "target_id", Some(*field));
                    let related = linked(rows, referrer.resource, &access, &table, by, &ids).await?;
                    (Fate::Affected, related)
                }
            };
            let fresh: Vec<_> = related.into_iter().filter(|(id, _)| !doomed.contains(id)).collect();
            if fate == Fate::Deleted && !fresh.is_empty() {
                doomed.extend(fresh.iter().map(|(id, _)| *id));
                front.push((referrer.resource.path, fresh.iter().map(|(id, _)| *id).collect()));
            }
            found.entry((fate, referrer.resource.path)).or_default().extend(fresh);
        }
        // The far ends of the row's own links lose it too.
        let Some(own) = registry.get(target).filter(|_| affected) else { continue };
        for field in own.fields.iter().filter(|field| !field.told) {
            // The whole loses a part of it.
            if let Kind::Reference { target: whole, on_delete: OnDelete::Cascade } = field.kind
                && whole != "folders"
                && let Some(whole) = registry.get(whole)
            {
                let access = see(whole);
                let column = format!("{}_id", field.name);
                let related = linked(rows, whole, &access, &own.table(), (&column, "id", None), &ids).await?;
                found.entry((Fate::Affected, whole.path)).or_default().extend(related);
            }
            if let Kind::References { target: far } = field.kind
                && let Some(far) = registry.get(far)
            {
                let access = see(far);
                let table = own.links(field.name);
                let ids = telling(rows, own, &see(own), field.name, &ids).await?;
                let related = linked(rows, far, &access, &table, ("target_id", "source_id", None), &ids).await?;
                found.entry((Fate::Affected, far.path)).or_default().extend(related);
            }
        }
    }
    let mut groups = Vec::new();
    for ((fate, path), mut objects) in found {
        objects.retain(|(id, _)| fate == Fate::Deleted || !doomed.contains(id));
        let mut seen = HashSet::new();
        objects.retain(|(id, _)| seen.insert(*id));
        if !objects.is_empty() {
            groups.push(Group { path, fate, objects });
        }
    }
    Ok(groups)
}

async fn holders(
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    column: &str,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, ApiError> {
    let label = resource.label_over("t");
    let mut statement = rows.sql(&format!("SELECT t.id, {label} FROM {} t WHERE ", resource.table()));
    statement.bind_in(&format!("t.{column}"), Value::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.name_key, t.id");
    rows.all(access, &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default()))).await
}

/// Those of the rows that do not keep from the caller what they are linked to by a field.
async fn telling(
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    field: &str,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, ApiError> {
    if !access.may_withhold(field) {
        return Ok(ids.to_vec());
    }
    let mut statement = rows.sql(&format!("SELECT t.id FROM {} t WHERE ", resource.table()));
    statement.bind_in("t.id", Value::Uuids(ids.to_vec())).push(" AND ");
    access.push_tells("t", field, &mut statement);
    rows.ids(access, &statement).await
}

/// Rows whose id stands beside one of these in a table; the field of theirs that the table is of, if it is.
async fn linked(
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    table: &str,
    (near, far, field): (&str, &str, Option<&str>),
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, ApiError> {
    let label = resource.label_over("t");
    let mut statement = rows.sql(&format!(
        "SELECT t.id, {label} FROM {} t WHERE t.id IN (SELECT l.{near} FROM {table} l WHERE ",
        resource.table()
    ));
    statement.bind_in(&format!("l.{far}"), Value::Uuids(ids.to_vec())).push(") AND ");
    match field {
        Some(field) => access.push_linked("t", field, &mut statement),
        None => access.push_condition("t", &mut statement),
    }
    statement.push(" ORDER BY t.name_key, t.id");
    rows.all(access, &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default()))).await
}

/// Moves what stands in the way to where the reader looks for it.
fn block(groups: &mut Vec<Group>, blockers: Vec<(&'static str, Uuid, String)>) {
    for (path, id, label) in blockers {
        for group in groups.iter_mut().filter(|group| group.fate != Fate::Blocks) {
            group.objects.retain(|(known, _)| *known != id);
        }
        match groups.iter_mut().find(|group| group.fate == Fate::Blocks && group.path == path) {
            Some(group) => group.objects.push((id, label)),
            None => groups.push(Group { path, fate: Fate::Blocks, objects: vec![(id, label)] }),
        }
    }
    groups.retain(|group| !group.objects.is_empty());
}

/// `cascade-info/`: what the caller would see go, lose a relation, or stand in the way.
pub async fn cascade_info(ctx: &Context, resource: &Resource, id: Uuid) -> Result<Json, ApiError> {
    let mut rows = ctx.engine.read().await?;
    crate::plan::require(ctx, &mut rows, resource, Verb::View, id).await?;
    let mut groups = follow(ctx, &mut rows, resource, id, |related| ctx.access(related, Verb::View)).await?;
    if let Some(find) = resource.hooks.blockers {
        block(&mut groups, find(&mut Reading { ctx, rows: &mut rows }, id).await?);
    }
    let section = |fate: Fate, message: &str, level: &str| {
        let resource_of = |group: &Group| ctx.engine.registry().get(group.path);
        let alone = |group: &Group| resource_of(group).is_some_and(|resource| resource.part_of.is_none());
        let groups: Vec<&Group> = groups.iter().filter(|group| group.fate == fate && alone(group)).collect();
        let grouped: Vec<Json> = groups
            .iter()
            .filter_map(|group| {
                let resource = resource_of(group)?;
                let objects: Vec<Json> =
                    group.objects.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
                Some(json!({ "model": resource.type_name, "verbose_name": resource.verbose, "objects": objects }))
            })
            .collect();
        let related: Vec<Json> = groups
            .iter()
            .filter_map(|group| Some((resource_of(group)?, group)))
            .flat_map(|(resource, group)| {
                group.objects.iter().map(|(id, name)| json!({ "model": resource.verbose, "name": name, "id": id }))
            })
            .collect();
        json!({
            "count": related.len(),
            "grouped_objects": grouped,
            "related_objects": related,
            "message": message,
            "level": level,
        })
    };
    Ok(json!({
        "deleted": section(Fate::Deleted, "The following objects will be permanently deleted.", "warning"),
        "affected": section(
            Fate::Affected,
            "These objects will NOT be deleted but will lose one or more relationships.",
            "info",
        ),
        "blocked": section(Fate::Blocks, "Deletion is blocked while these objects still reference this one.", "error"),
    }))
}
