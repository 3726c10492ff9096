//! Merging rows: one stays and takes over whatever the others are related to, and the others go.
//!
//! Everything that refers to the others is found through the declarations, so a kind that is declared tomorrow moves
//! along. What is a part of another row (a comment) moves with the right to delete that row; what merely names it is
//! changed, and whoever merges must be allowed to change it. Rows of kinds that refer to their own kind are not for this.

use super::delete::delete_noting;
use super::relink::may_relink;
use super::row::{Cells, stored};
use super::save::save;
use super::update::refuse_other_version;
use super::{Values, take_along};
use crate::access::{Access, Verb};
use crate::audit::shown;
use crate::context::Context;
use crate::declare::{Field, Kind, OnDelete, Resource};
use crate::error::ApiError;
use crate::plan;
use crate::read::labels_of;
use crate::registry::By;
use crate::rows::{Rows, required};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeSet, HashMap};
use store::Value;
use uuid::Uuid;

/// Says which cells the row that stays takes over: its own are given first, then those of the others in their order.
pub type Fill = fn(&Cells, &[Cells]) -> Vec<(&'static str, Value)>;

/// What came of a merge, as far as the caller sees it.
#[derive(Debug, Default)]
pub struct Merged {
    /// Cells that were taken over, by field.
    pub filled: Map<String, Json>,
    /// What the row is related to now and was not before.
    pub moved: Vec<Moved>,
}

/// Relatives of one kind that came along.
#[derive(Debug)]
pub struct Moved {
    /// The field that shows them, or the kind where no field does.
    pub name: &'static str,
    /// Ids and labels, in label order.
    pub objects: Vec<(Uuid, String)>,
}

/// A table that links rows of the merged kind (`near`) with others (`far`).
struct Relation<'a> {
    name: &'static str,
    table: String,
    near: &'static str,
    far: &'static str,
    relatives: &'a Resource,
    /// The field of the relatives that holds the link, where it is theirs.
    theirs: Option<&'static str>,
}

/// Merges `others` into a row, inside a transaction of the caller's. Whoever does it may change the row, delete each of
/// the others and change whatever names these. Any refusal leaves nothing behind.
pub async fn merge_in(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    into: Uuid,
    others: &[Uuid],
    fill: Fill,
) -> Result<Merged, ApiError> {
    let folder = plan::require(ctx, rows, resource, Verb::Change, into).await?;
    for other in others {
        plan::require(ctx, rows, resource, Verb::Delete, *other).await?;
    }
    let access = ctx.access(resource, Verb::Change);
    // Locked in one order, whoever merges what into what.
    let all: BTreeSet<Uuid> = others.iter().copied().chain([into]).collect();
    let mut found: HashMap<Uuid, Cells> = HashMap::new();
    for id in all {
        found.insert(id, stored(rows, resource, &access, id).await?.ok_or_else(|| resource.not_found())?);
    }
    let before = found.remove(&into).ok_or_else(|| resource.not_found())?;
    refuse_other_version(ctx, &before)?;
    let taken: Vec<Cells> = others.iter().filter_map(|other| found.remove(other)).collect();

    let mut merged = Merged::default();
    let mut values = Values::default();
    for relation in relations(ctx, resource) {
        let Some((moved, note)) = relink(ctx, rows, resource, &relation, into, others).await? else { continue };
        values.noted.extend(note.map(|note| (relation.name.to_owned(), note)));
        merged.moved.extend(moved);
    }
    merged.moved.extend(repoint(ctx, rows, resource, into, others).await?);
    take_along(ctx, rows, resource.home(), vec![into], folder).await?;

    for (name, value) in fill(&before, &taken) {
        let Some(field) = resource.stored(name).filter(|field| field.input) else { continue };
        if let (Kind::Reference { target, .. }, Value::Uuid(id)) = (&field.kind, &value)
            && plan::visible_among(ctx, rows, target, &[*id]).await?.is_empty()
        {
            continue;
        }
        merged.filled.insert(name.to_owned(), shown(Some(&value)));
        values.set(name, value);
    }
    let name = |cells: &Cells| cells.get(resource.label_field).map_or(Json::Null, |name| shown(Some(name)));
    let gone = others.iter().zip(&taken).map(|(id, cells)| json!({ "id": id, "str": name(cells) }));
    values.noted.insert("merged".into(), json!([null, gone.collect::<Vec<_>>()]));
    save(ctx, rows, resource, into, &before, &mut values, folder, &access).await?;

    // What the caller says of versions is said of the row that stays.
    let ctx = Context { if_match: None, ..ctx.clone() };
    for other in others {
        let note = json!([null, { "id": into, "str": name(&before) }]);
        delete_noting(&ctx, rows, resource, *other, Map::from_iter([("merged_into".to_owned(), note)])).await?;
    }
    Ok(merged)
}

/// All tables that link rows of this kind, its own first.
fn relations<'a>(ctx: &'a Context, resource: &'a Resource) -> Vec<Relation<'a>> {
    let registry = ctx.engine.registry();
    let own = resource.fields.iter().filter(|field| !field.told).filter_map(|field| {
        let Kind::References { target } = field.kind else { return None };
        let relatives = registry.get(target)?;
        let table = resource.links(field.name);
        Some(Relation { name: field.name, table, near: "source_id", far: "target_id", relatives, theirs: None })
    });
    let theirs = registry.referrers(resource.path).filter_map(|referrer| {
        let By::Link(field) = referrer.by else { return None };
        let relatives = referrer.resource;
        let back = |one: &&Field| matches!(one.kind, Kind::Reverse { source, field: of } if source == relatives.path && of == field);
        let name = resource.fields.iter().find(back).map_or(relatives.path, |one| one.name);
        let table = relatives.links(field);
        Some(Relation { name, table, near: "target_id", far: "source_id", relatives, theirs: Some(field) })
    });
    own.chain(theirs).collect()
}

/// Moves the links of one table; says what came along, and what the log is told. None when nothing was linked.
async fn relink(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    relation: &Relation<'_>,
    into: Uuid,
    others: &[Uuid],
) -> Result<Option<(Option<Moved>, Option<Json>)>, ApiError> {
    let Relation { table, near, far, relatives, .. } = relation;
    let access = ctx.access(resource, Verb::Change);
    let mut statement = rows.sql(&format!("SELECT l.{near}, l.{far} FROM {table} l WHERE "));
    let all: Vec<Uuid> = others.iter().copied().chain([into]).collect();
    statement.bind_in(&format!("l.{near}"), Value::Uuids(all)).push(" ORDER BY l.position, l.").push(far);
    let links: Vec<(Uuid, Uuid)> =
        rows.all(&access, &statement, |row| Ok((required(row.uuid(0)?)?, required(row.uuid(1)?)?))).await?;
    let had: Vec<Uuid> = links.iter().filter(|(one, _)| *one == into).map(|(_, other)| *other).collect();
    let touched: BTreeSet<Uuid> = links.iter().filter(|(one, _)| *one != into).map(|(_, other)| *other).collect();
    let touched: Vec<Uuid> = touched.into_iter().collect();
    if touched.is_empty() {
        return Ok(None);
    }
    if let Some(field) = relation.theirs {
        may_relink(ctx, rows, relatives, field, &touched).await?;
    }
    let gained: Vec<Uuid> = touched.iter().filter(|one| !had.contains(one)).copied().collect();
    if gained.is_empty() {
        return Ok(Some((None, None)));
    }
    // Behind what the row has of its own; in the relatives' own lists, in the place of what goes.
    let behind = if relation.theirs.is_none() { had.len() } else { 0 };
    let mut statement = rows.sql(&format!(
        "INSERT INTO {table} ({near}, {far}, position) SELECT t.id, m.far, m.at + {behind} FROM {} t CROSS JOIN \
         (SELECT l.{far} AS far, MIN(l.position) AS at FROM {table} l WHERE ",
        resource.table()
    ));
    statement.bind_in(&format!("l.{near}"), Value::Uuids(others.to_vec()));
    statement.push(&format!(" GROUP BY l.{far}) m WHERE t.id = ")).bind(into);
    statement.push(" ON CONFLICT (source_id, target_id) DO NOTHING");
    rows.execute(&access, &statement).await?;

    let both: Vec<Uuid> = had.iter().chain(&gained).copied().collect();
    let labels = labels_of(rows, &ctx.access(relatives, Verb::View), relatives, &both).await?;
    let seen = |ids: &[Uuid]| -> Vec<Uuid> {
        ids.iter().filter(|id| labels.iter().any(|(one, _)| one == *id)).copied().collect()
    };
    let note = json!([seen(&had), seen(&both)]);
    let objects: Vec<(Uuid, String)> = labels.into_iter().filter(|(id, _)| gained.contains(id)).collect();
    if objects.is_empty() {
        return Ok(Some((None, None)));
    }
    Ok(Some((Some(Moved { name: relation.name, objects }), Some(note))))
}

/// Rows that name one of the others in a column of their own name the row that stays.
async fn repoint(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    into: Uuid,
    others: &[Uuid],
) -> Result<Vec<Moved>, ApiError> {
    let access = Access::system("what is a part of a row goes where the row goes; who may change the rest was asked");
    let mut moved = Vec::new();
    for referrer in ctx.engine.registry().referrers(resource.path) {
        let By::Column(column, on_delete) = &referrer.by else { continue };
        let own = referrer.resource;
        let mut statement = rows.sql(&format!("SELECT t.id FROM {} t WHERE ", own.table()));
        statement.bind_in(&format!("t.{column}"), Value::Uuids(others.to_vec()));
        let ids = rows.ids(&access, &statement).await?;
        if ids.is_empty() {
            continue;
        }
        let field = own.fields.iter().find(|field| field.column_name().as_ref() == Some(column));
        if let (Some(field), false) = (field, *on_delete == OnDelete::Cascade) {
            may_relink(ctx, rows, own, field.name, &ids).await?;
        }
        let mut statement = rows.sql(&format!("UPDATE {} SET {column} = ", own.table()));
        statement.bind(into).push(", updated_at = ").bind(ctx.now());
        statement.push(" WHERE ").bind_in("id", Value::Uuids(ids.clone()));
        rows.execute(&access, &statement).await?;
        let objects = labels_of(rows, &ctx.access(own, Verb::View), own, &ids).await?;
        if !objects.is_empty() {
            moved.push(Moved { name: own.path, objects });
        }
    }
    Ok(moved)
}
