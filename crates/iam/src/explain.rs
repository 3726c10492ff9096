//! Why somebody may or may not: the assignments that decide, in words.

use crate::Iam;
use engine::access::{Folders, Grants};
use engine::declare::Resource;
use engine::{Access, ApiError, Cell, Context, Query, Verb, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// `GET /api/explain-access/?resource=…&id=…&user=…`, for administrators.
pub async fn explain(iam: &Iam, ctx: &Context, query: &Query) -> Result<Value, ApiError> {
    let users = ctx.engine.registry().get("users").ok_or(ApiError::NotFound)?;
    if !ctx.access(users, Verb::Change).covers(ctx.principal.grants().tree().root()) {
        return Err(ApiError::Forbidden);
    }
    let id = |name: &'static str| -> Result<Uuid, ApiError> {
        let text = query.last(name).ok_or_else(|| ApiError::field(name, "This parameter is required."))?;
        text.parse().map_err(|_| ApiError::field(name, "Enter a valid UUID."))
    };
    let path = query.last("resource").unwrap_or_default();
    let resource = ctx.engine.registry().get(path);
    let resource = resource.ok_or_else(|| ApiError::field("resource", format!("There is no resource {path}.")))?;
    let (object, user) = (id("id")?, id("user")?);

    let everything = Access::system("an administrator asks why somebody may or may not");
    let mut rows = ctx.engine.read().await?;
    let folder = if resource.scope == engine::declare::Scope::Itself { "id" } else { "folder_id" };
    let mut statement =
        rows.sql(&format!("SELECT t.{folder}, t.is_published FROM {} t WHERE t.id = ", resource.table()));
    statement.bind(object);
    let found =
        rows.one(&everything, &statement, |row| Ok((required(row.uuid(0)?)?, row.bool(1)?.unwrap_or(false)))).await?;
    let (folder, published) = found.ok_or(ApiError::NoRow(resource.type_name))?;
    let mut statement = rows.sql("SELECT u.email, u.is_active FROM users u WHERE u.id = ");
    statement.bind(user);
    let who = rows
        .one(&everything, &statement, |row| Ok((row.text(0)?.unwrap_or_default(), row.bool(1)?.unwrap_or(false))))
        .await?;
    let (email, active) = who.ok_or(ApiError::NoRow("User"))?;

    let grants = iam.directory().grants(user, iam.directory().epoch().await?).await?;
    let tree = grants.tree();
    let assignments = assignments(&mut rows, &everything, user).await?;
    let place = tree.get(folder).map_or("?", |node| node.name.as_str());
    let assigned = is_assigned(&mut rows, &everything, resource, object, user).await?;
    let mut allowed = Map::new();
    let mut reasons = Vec::new();
    if !active {
        reasons.push(format!("The account {email} is not active: nothing is allowed."));
    }
    for verb in Verb::ALL {
        let codename = resource.codename(verb);
        let mut holds = false;
        for assignment in assignments.iter().filter(|assignment| assignment.codenames.contains(&codename)) {
            let here = assignment.folder == folder;
            let above = assignment.recursive && tree.ancestors(folder).any(|node| node.id == assignment.folder);
            if here || above {
                let at = tree.get(assignment.folder).map_or("?", |node| node.name.as_str());
                let reach = if here { "in" } else { "and reaches down from" };
                let limited = resource.assigned_rows.is_some() && crate::people::is_assigned_only(&assignment.role);
                let (given, how_far) = match (limited, verb) {
                    (false, _) => (true, ""),
                    (true, Verb::Add) => (false, ", but for rows assigned to its holder alone, and no new row is"),
                    (true, _) if assigned => (true, " for rows assigned to its holder, as this one is"),
                    (true, _) => (false, ", but for rows assigned to its holder alone, and this one is not"),
                };
                holds |= given;
                reasons.push(format!(
                    "{codename}: the role {} {} gives it {reach} {at}{how_far}.",
                    assignment.role, assignment.through
                ));
            }
        }
        if !holds
            && verb == Verb::View
            && published
            && grants.published_from(&seen_whole(&grants, resource, &codename)).contains(folder)
        {
            holds = true;
            reasons
                .push(format!("{codename}: it is published in {place}, and {email} may see this kind further down."));
        }
        if !holds && verb == Verb::View && resource.own_column == Some("id") && object == user {
            holds = true;
            reasons.push(format!("{codename}: everybody sees themselves."));
        }
        if !holds {
            reasons.push(format!("{codename}: no assignment of {email} gives it in {place}."));
        }
        allowed.insert(verb.as_str().into(), json!(holds && active));
    }
    Ok(
        json!({ "resource": path, "id": object, "user": { "str": email, "id": user }, "allowed": allowed, "reasons": reasons }),
    )
}

/// The folders of which somebody sees every row of a kind.
fn seen_whole(grants: &Grants, resource: &Resource, codename: &str) -> Folders {
    match resource.assigned_rows {
        Some(_) => grants.reach(codename).every_row,
        None => grants.folders(codename),
    }
}

/// Whether a row is assigned to somebody; rows of most kinds cannot be.
async fn is_assigned(
    rows: &mut engine::Rows,
    access: &Access,
    resource: &Resource,
    object: Uuid,
    user: Uuid,
) -> Result<bool, ApiError> {
    let Some(condition) = resource.assigned_rows else { return Ok(false) };
    let mut statement = rows.sql(&format!("SELECT t.id FROM {} t WHERE t.id = ", resource.table()));
    statement.bind(object).push(" AND ");
    condition("t", user, &mut statement);
    Ok(!rows.ids(access, &statement).await?.is_empty())
}

struct Assignment {
    role: String,
    through: String,
    folder: Uuid,
    recursive: bool,
    codenames: Vec<String>,
}

async fn assignments(rows: &mut engine::Rows, access: &Access, user: Uuid) -> Result<Vec<Assignment>, ApiError> {
    let mut statement = rows.sql(
        "SELECT r.id, r.name, g.name, f.target_id, a.is_recursive FROM role_assignments a \
         JOIN roles r ON r.id = a.role_id JOIN role_assignments__perimeter_folders f ON f.source_id = a.id \
         LEFT JOIN user_groups g ON g.id = a.user_group_id WHERE a.user_id = ",
    );
    statement.bind(user);
    statement.push(" OR a.user_group_id IN (SELECT m.target_id FROM users__user_groups m WHERE m.source_id = ");
    statement.bind(user).push(") ORDER BY r.name, a.id");
    let found = rows
        .all(access, &statement, |row| {
            let through = row
                .text(2)?
                .map_or_else(|| "(assigned directly)".to_owned(), |group| format!("(through the group {group})"));
            let role = (required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default());
            Ok((role, through, required(row.uuid(3)?)?, row.bool(4)?.unwrap_or(false)))
        })
        .await?;
    let ids: Vec<Uuid> = found.iter().map(|((id, _), ..)| *id).collect();
    let mut statement = rows.sql(
        "SELECT l.source_id, p.codename FROM roles__permissions l JOIN permissions p ON p.id = l.target_id WHERE ",
    );
    statement.bind_in("l.source_id", Cell::Uuids(ids));
    let held =
        rows.all(access, &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default()))).await?;
    let codenames = |role: Uuid| held.iter().filter(|(id, _)| *id == role).map(|(_, name)| name.clone()).collect();
    Ok(found
        .into_iter()
        .map(|((id, role), through, folder, recursive)| Assignment {
            role,
            through,
            folder,
            recursive,
            codenames: codenames(id),
        })
        .collect())
}
