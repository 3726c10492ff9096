//! Reading the log: filtered, paged, newest first, in the folders where the caller may.

use super::mask::{Changes, mask, withhold};
use crate::access::Folders;
use crate::context::{Context, Query};
use crate::error::{ApiError, FieldErrors};
use crate::plan::{self, Page};
use crate::rows::required;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Write as _;
use store::{Kind, Statement, Value};
use uuid::Uuid;

const COLUMNS: &str = "t.id, t.seq, t.at, t.actor_id, t.actor_name, t.token_id, t.address, t.agent, t.request_id, \
                       t.action, t.resource, t.object_id, t.object_name, t.folder_id, t.changes, t.credential";

/// A page of the log. Holders of `view_central_auditlog` read entries of their folders (and
/// those of no folder when they hold it everywhere); with `view_object_audittrail` one object's
/// entries can be read; everyone reads what they did themselves, and a
/// token with limits what was done with it.
pub async fn list(ctx: &Context, query: &Query, path: &str) -> Result<Vec<u8>, ApiError> {
    let mut rows = ctx.engine.read().await?;
    let one_object = query.last("object_id").is_some_and(|id| !id.is_empty());
    let grants = ctx.principal.grants();
    let mut folders = grants.folders("view_central_auditlog");
    if one_object {
        folders = either(folders, grants.folders("view_object_audittrail"));
    }
    let mut condition = rows.sql(" WHERE ");
    push_visible(ctx, &folders, &mut condition);
    push_filters(query, &mut condition)?;

    let access = crate::access::Access::system("the condition above is the access rule of the log");
    let page = Page::of(query);
    let mut statement = rows.sql("SELECT count(*) FROM audit_entries t");
    statement.append(&condition);
    let count = rows.one(&access, &statement, |row| required(row.int(0)?)).await?.unwrap_or(0).unsigned_abs();

    let (next, previous) = page.links(path, query, count);
    let mut out = format!("{{\"count\":{count},\"next\":{next},\"previous\":{previous},\"results\":[").into_bytes();
    let mut statement = rows.sql(&format!("SELECT {COLUMNS} FROM audit_entries t"));
    statement.append(&condition);
    statement.push(" ORDER BY t.at DESC, t.id DESC").push(&page.clause());
    let tree = grants.tree();
    let mut entries: Vec<Vec<u8>> = Vec::new();
    let mut changes: Vec<Changes> = Vec::new();
    rows.each(&access, &statement, |row| {
        let mut entry = Vec::with_capacity(512);
        write_entry(row, tree, &mut entry)?;
        entries.push(entry);
        let told = row.text(14)?.unwrap_or_default();
        changes.push(Changes {
            resource: row.text(10)?.unwrap_or_default(),
            object: row.uuid(11)?,
            folder: row.uuid(13)?,
            fields: serde_json::from_str(&told).unwrap_or_else(|_| json!({})),
        });
        Ok(())
    })
    .await?;
    if folders != Folders::All {
        withhold(ctx, &mut rows, &mut changes).await?;
        mask(ctx, &mut rows, &mut changes).await?;
    }
    for (index, (entry, changes)) in entries.iter().zip(&changes).enumerate() {
        out.extend_from_slice(if index == 0 { b"" } else { b"," });
        out.extend_from_slice(entry);
        let _ = write!(out, ",\"changes\":{}}}", changes.fields);
    }
    out.extend_from_slice(b"]}");
    Ok(out)
}

/// The folders of both.
fn either(one: Folders, other: Folders) -> Folders {
    match (one, other) {
        (Folders::These(one), Folders::These(other)) => {
            let both: BTreeSet<Uuid> = one.iter().chain(other.iter()).copied().collect();
            Folders::These(both.into_iter().collect())
        }
        _ => Folders::All,
    }
}

fn push_visible(ctx: &Context, folders: &Folders, into: &mut Statement) {
    match folders {
        Folders::All => {
            into.push("1=1");
        }
        Folders::These(list) => {
            into.push("(").bind_in("t.folder_id", Value::Uuids(list.to_vec()));
            // A token that may do less than its owner reads its own deeds, not all of its owner's.
            match (ctx.principal.user(), ctx.principal.token()) {
                (_, Some(token)) if ctx.principal.grants().is_limited() => {
                    into.push(" OR t.token_id = ").bind(token);
                }
                (Some(user), _) => {
                    into.push(" OR t.actor_id = ").bind(user);
                }
                (None, _) => {}
            }
            into.push(")");
        }
    }
}

fn push_filters(query: &Query, into: &mut Statement) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    for (name, column) in [("resource", "resource"), ("action", "action"), ("request_id", "request_id")] {
        let values: Vec<String> = query.all(name).filter(|text| !text.is_empty()).map(str::to_owned).collect();
        if !values.is_empty() {
            into.push(" AND ").bind_in(&format!("t.{column}"), Value::Texts(values));
        }
    }
    let columns = [("object_id", "object_id"), ("actor", "actor_id"), ("token", "token_id"), ("folder", "folder_id")];
    for (name, column) in columns {
        if let Some(text) = query.last(name).filter(|text| !text.is_empty()) {
            match text.parse::<Uuid>() {
                Ok(id) => {
                    into.push(&format!(" AND t.{column} = ")).bind(id);
                }
                Err(_) => errors.add(name, "Enter a valid UUID."),
            }
        }
    }
    for (name, operator) in [("at__gte", ">="), ("at__lt", "<")] {
        if let Some(text) = query.last(name).filter(|text| !text.is_empty()) {
            match plan::moment(text) {
                Some(at) => {
                    into.push(&format!(" AND t.at {operator} ")).bind(at);
                }
                None => errors.add(name, "Enter a valid date/time."),
            }
        }
    }
    if let Some(text) = query.last("search").filter(|text| !text.is_empty()) {
        let pattern =
            format!("%{}%", text.replace('\0', "").replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        into.push(" AND (lower(t.object_name) LIKE lower(").bind(pattern.clone()).push(") ESCAPE '\\'");
        into.push(" OR lower(t.actor_name) LIKE lower(").bind(pattern).push(") ESCAPE '\\')");
    }
    errors.into_result()
}

/// An entry up to its changes, which are told last.
fn write_entry(row: &store::Row<'_>, tree: &crate::access::FolderTree, out: &mut Vec<u8>) -> Result<(), store::Error> {
    let cell = |name: &str, index: usize, kind: Kind, out: &mut Vec<u8>| {
        let _ = write!(out, ",\"{name}\":");
        row.write_json(index, kind, out)
    };
    out.extend_from_slice(b"{\"id\":");
    row.write_json(0, Kind::Uuid, out)?;
    cell("seq", 1, Kind::Int, out)?;
    cell("at", 2, Kind::Time, out)?;
    let actor = row.uuid(3)?.map(|id| json!({ "str": row.text(4).ok().flatten(), "id": id }));
    let _ = write!(out, ",\"actor\":{}", json!(actor));
    cell("actor_name", 4, Kind::Text, out)?;
    let token = row.uuid(5)?.map(|id| json!({ "str": id, "id": id }));
    let _ = write!(out, ",\"token\":{}", json!(token));
    cell("credential", 15, Kind::Text, out)?;
    cell("ip", 6, Kind::Text, out)?;
    cell("user_agent", 7, Kind::Text, out)?;
    cell("request_id", 8, Kind::Text, out)?;
    cell("action", 9, Kind::Text, out)?;
    cell("resource", 10, Kind::Text, out)?;
    cell("object_id", 11, Kind::Uuid, out)?;
    cell("object_name", 12, Kind::Text, out)?;
    let folder = row.uuid(13)?.map(|id| json!({ "str": tree.get(id).map(|node| node.name.clone()), "id": id }));
    let _ = write!(out, ",\"folder\":{}", json!(folder));
    let state = if row.int(1)?.is_some() { "sealed" } else { "pending" };
    let _ = write!(out, ",\"state\":\"{state}\"");
    Ok(())
}
