//! Folders: the tree of domains that decides who sees what.

use super::transfer;
use engine::access::{FolderKind, FolderTree};
use engine::declare::Shape::{Detail, List};
use engine::declare::{
    Answer, Choices, IdsShape, Resource, Scope, Unique, boolean, choice, created_at, folder_as, get, is_published,
    long_text, path, post, references, text, updated_at,
};
use engine::plan::Page;
use engine::write::Saving;
use engine::{Access, ApiError, Call, Cell, Verb, required};
use iam::groups;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

const CONTENT_TYPES: Choices = &[("GLOBAL", "GLOBAL"), ("DOMAIN", "DOMAIN"), ("ENCLAVE", "ENCLAVE")];

/// A folder: the root, a domain at any depth, or an enclave.
pub fn folder_resource() -> Resource {
    Resource::new("folders", "folder")
        .scope(Scope::Itself)
        .called("Folder", "Folder", "Domains")
        .module("organisation")
        .ordered_by(&["created_at"])
        .field(path())
        .field(folder_as("parent_folder").nullable().order())
        .field(references("filtering_labels", "filtering-labels").filter())
        .field(
            choice("content_type", CONTENT_TYPES)
                .as_code()
                .read_only()
                .only(super::READ)
                .default("\"DOMAIN\"")
                .filter(),
        )
        .field(created_at())
        .field(updated_at())
        .field(is_published("true"))
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable().search().column())
        .field(boolean("builtin").read_only().only(&[List, Detail]))
        .field(boolean("create_iam_groups"))
        .unique(Unique { field: "name", in_folder: true, on_update: true, refusal: crate::refusals::name_taken })
        .operations(|offered| offered.ids = Some(IdsShape::ByName))
        .protected_by("builtin")
        .affects_access()
        .before_save(|saving| Box::pin(check(saving)))
        .after_save(|saving| Box::pin(keep_groups(saving)))
        .action(get("org_tree").needs(Verb::View).run(|call| Box::pin(org_tree(call))))
        .action(get("my_assignments").needs(Verb::View).run(|call| Box::pin(my_assignments(call))))
        .action(get("get_accessible_objects").needs(Verb::View).run(|call| Box::pin(accessible_objects(call))))
        .action(get("users").on_item().needs(Verb::View).run(|call| Box::pin(people(call))))
        .action(get("export").on_item().needs(Verb::View).run(|call| Box::pin(transfer::export(call))))
        .action(post("import").needs(Verb::Add).run(|call| Box::pin(transfer::import(call))).takes_file())
        .action(post("import-dummy").needs(Verb::Add).run(|call| Box::pin(transfer::import_dummy(call))))
        .action(super::quality::all("folder"))
        .action(super::quality::one("folder"))
}

/// No slash in a name, no loop in the tree, and the root stays where it is.
async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.values.get("name").is_some() && saving.text("name").is_some_and(|name| name.contains('/')) {
        saving.errors.add("name", "The name cannot contain '/' for a Folder.");
    }
    let root = saving.ctx.principal.grants().tree().root();
    if saving.id == root {
        saving
            .values
            .cells
            .retain(|(name, _)| !matches!(*name, "parent_folder" | "create_iam_groups" | "is_published"));
        return Ok(());
    }
    // The picture in memory may be a moment old; the rows in this transaction are not.
    let access = Access::system("a loop is a loop, seen or not");
    if saving.changes("parent_folder") && !saving.is_new {
        // Two moves that are harmless alone can close a loop together.
        saving.rows.take_turn(&access, "parents of folders").await?;
    }
    let mut next = saving.reference("parent_folder");
    while let Some(id) = next {
        if id == saving.id {
            saving.errors.add("parent_folder", "A folder cannot be moved below itself.");
            break;
        }
        let mut statement = saving.rows.sql("SELECT t.parent_folder_id FROM folders t WHERE t.id = ");
        statement.bind(id);
        next = saving.rows.one(&access, &statement, |row| row.uuid(0)).await?.flatten();
    }
    Ok(())
}

/// The flag makes the groups of a domain, or removes them, at once.
async fn keep_groups(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if !saving.changes("create_iam_groups") {
        return Ok(());
    }
    let id = saving.id;
    if saving.truth("create_iam_groups") {
        groups::create_for(saving.ctx, saving.rows, id).await
    } else if saving.is_new {
        Ok(())
    } else {
        groups::remove_from(saving.rows, id).await
    }
}

/// The folders that the caller may see with the perimeters in them, as one tree.
async fn org_tree(call: Call<'_>) -> Result<Answer, ApiError> {
    let with_perimeters = call.query.last("include_perimeters") != Some("false");
    let mut perimeters: HashMap<Uuid, Vec<Value>> = HashMap::new();
    if let Some(resource) = call.ctx.engine.registry().get("perimeters").filter(|_| with_perimeters) {
        let access = call.ctx.access(resource, Verb::View);
        let mut rows = call.read().await?;
        let mut statement = rows.sql("SELECT t.folder_id, t.name FROM perimeters t WHERE ");
        access.push_condition("t", &mut statement);
        statement.push(" ORDER BY t.name_key, t.id");
        rows.each(&access, &statement, |row| {
            let leaf = json!({
                "name": row.text(1)?, "symbol": "circle", "symbolSize": 10, "itemStyle": { "color": "#222436" },
            });
            perimeters.entry(required(row.uuid(0)?)?).or_default().push(leaf);
            Ok(())
        })
        .await?;
    }
    let tree = call.ctx.principal.grants().tree();
    let writable = call.ctx.access(call.resource, Verb::Change);
    let root = tree.root();
    let mut top = node(tree, root, &call.access, &writable, &perimeters);
    if let Some(map) = top.as_object_mut() {
        map.remove("viewable");
    }
    Ok(Answer::Json(top))
}

fn node(
    tree: &FolderTree,
    id: Uuid,
    viewable: &Access,
    writable: &Access,
    perimeters: &HashMap<Uuid, Vec<Value>>,
) -> Value {
    let (name, kind) = tree.get(id).map_or(("", FolderKind::Root), |folder| (folder.name.as_str(), folder.kind));
    let mut children = nodes_below(tree, id, viewable, writable, perimeters);
    children.extend(perimeters.get(&id).into_iter().flatten().cloned());
    let content_type = match kind {
        FolderKind::Root => "GL",
        FolderKind::Domain => "DO",
        FolderKind::Enclave => "EN",
    };
    let mut node = json!({
        "name": name,
        "uuid": id,
        "viewable": viewable.shows_folder(id),
        "writable": writable.covers(id),
        "content_type": content_type,
    });
    if !children.is_empty() {
        node["children"] = Value::Array(children);
    }
    node
}

/// The visible folders below one. What stands below a hidden one moves up in its place.
fn nodes_below(
    tree: &FolderTree,
    id: Uuid,
    viewable: &Access,
    writable: &Access,
    perimeters: &HashMap<Uuid, Vec<Value>>,
) -> Vec<Value> {
    let mut nodes = Vec::new();
    for child in tree.children(id) {
        if tree.get(*child).is_some_and(|folder| folder.kind == FolderKind::Enclave) {
            continue;
        }
        if viewable.shows_folder(*child) {
            nodes.push(node(tree, *child, viewable, writable, perimeters));
        } else {
            nodes.extend(nodes_below(tree, *child, viewable, writable, perimeters));
        }
    }
    nodes
}

/// What is assigned to the caller's actors. Risks are not declared yet.
async fn my_assignments(call: Call<'_>) -> Result<Answer, ApiError> {
    let me = iam::current_user::current_user(call.ctx).await?;
    let actors = me["all_actor_ids"].as_array().into_iter().flatten();
    let actors: Vec<Uuid> = actors.filter_map(|id| id.as_str().and_then(|text| text.parse().ok())).collect();
    let mut rows = call.read().await?;
    let controls = crate::controls::owned_by(call.ctx, &mut rows, &actors).await?;
    let audits = crate::compliance::assigned_to(call.ctx, &mut rows, &actors).await?;
    let done: i64 = audits.iter().filter_map(|audit| audit["progress"].as_i64()).sum();
    let progress = done / i64::try_from(audits.len()).unwrap_or(i64::MAX).max(1);
    Ok(Answer::Json(json!({
        "risk_assessments": [],
        "audits": audits,
        "controls": controls.details,
        "risk_scenarios": [],
        "metrics": { "progress": { "audits": progress, "controls": controls.progress, "evidences": 0 } },
        "actor_ids": me["all_actor_ids"],
    })))
}

/// Names and ids that scripts choose from.
async fn accessible_objects(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut answer = Map::new();
    for (key, path) in [
        ("folders", "folders"),
        ("perimeters", "perimeters"),
        ("frameworks", "frameworks"),
        ("risk_matrices", "risk-matrices"),
    ] {
        let mut list = Vec::new();
        if let Some(resource) = call.ctx.engine.registry().get(path) {
            let access = call.ctx.access(resource, Verb::View);
            let label = if path == "perimeters" {
                "(SELECT f.name FROM folders f WHERE f.id = t.folder_id) || '/' || t.name".to_owned()
            } else {
                resource.label_over("t")
            };
            let mut statement = rows.sql(&format!("SELECT {label}, t.id FROM {} t WHERE ", resource.table()));
            access.push_condition("t", &mut statement);
            statement.push(" ORDER BY t.name_key, t.id");
            list = rows.all(&access, &statement, |row| Ok(json!({ "name": row.text(0)?, "id": row.uuid(1)? }))).await?;
        }
        answer.insert(key.to_owned(), Value::Array(list));
    }
    Ok(Answer::Json(Value::Object(answer)))
}

/// Who holds which roles on a folder, whether there or from above. Shows people to those who
/// may see people.
async fn people(call: Call<'_>) -> Result<Answer, ApiError> {
    let folder = call.item()?;
    let registry = call.ctx.engine.registry();
    let users = registry.get("users").ok_or(ApiError::NotFound)?;
    let access = call.ctx.access(users, Verb::View);
    let tree = call.ctx.principal.grants().tree();
    let above: Vec<Uuid> = tree.ancestors(folder).map(|node| node.id).collect();
    let mut rows = call.read().await?;
    let mut statement = rows.sql(
        "SELECT DISTINCT t.id, t.email, t.first_name, t.last_name, t.is_active, r.name, t.name_key FROM users t \
         JOIN role_assignments a ON a.user_id = t.id OR a.user_group_id IN \
         (SELECT m.target_id FROM users__user_groups m WHERE m.source_id = t.id) \
         JOIN role_assignments__perimeter_folders f ON f.source_id = a.id JOIN roles r ON r.id = a.role_id \
         WHERE (f.target_id = ",
    );
    statement.bind(folder).push(" OR (a.is_recursive AND ");
    statement.bind_in("f.target_id", Cell::Uuids(above)).push(")) AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.name_key, t.id, r.name");
    let mut found: Vec<Value> = Vec::new();
    rows.each(&access, &statement, |row| {
        let id = row.uuid(0)?;
        let role = json!({ "str": words(&row.text(5)?.unwrap_or_default()) });
        match found.last_mut().filter(|last| last["id"] == json!(id)) {
            Some(last) => last["roles"].as_array_mut().expect("made below").push(role),
            None => found.push(json!({
                "id": id, "email": row.text(1)?, "first_name": row.text(2)?, "last_name": row.text(3)?,
                "is_active": row.bool(4)?, "roles": [role],
            })),
        }
        Ok(())
    })
    .await?;
    let page = Page::of(call.query);
    let count = found.len();
    let (next, previous) = page.links(&format!("/api/folders/{folder}/users/"), call.query, count as u64);
    let (skip, take) = (usize::try_from(page.offset).unwrap_or(usize::MAX), usize::try_from(page.limit).unwrap_or(0));
    let results: Vec<Value> = found.into_iter().skip(skip).take(take).collect();
    Ok(Answer::Json(json!({ "count": count, "next": next, "previous": previous, "results": results })))
}

/// The words for a built-in role's code.
fn words(role: &str) -> &str {
    match role {
        "BI-RL-ADM" => "Administrator",
        "BI-RL-AUD" => "Reader",
        "BI-RL-APP" => "Approver",
        "BI-RL-ANA" => "Analyst",
        "BI-RL-DMA" => "Domain manager",
        "BI-RL-ADE" => "Respondent",
        "BI-RL-TPR" => "Third-party respondent",
        "BI-RL-TST" => "Technical tester",
        other => other,
    }
}
