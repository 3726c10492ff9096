//! Actors: whoever owns work, a person or a team. Made and named with their target.

use chrono::NaiveDate;
use engine::declare::{Columns, Resource, Scope, computed, is_published, reference};
use engine::read::Reading;
use engine::{Access, ApiError, Cell, Context, Rows, Statement, required};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

const LABEL: &str = "COALESCE((SELECT au.email FROM users au WHERE au.id = {t}.user_id), \
                     (SELECT ag.name FROM teams ag WHERE ag.id = {t}.team_id))";

/// An actor.
pub fn actor() -> Resource {
    Resource::new("actors", "actor")
        .scope(Scope::Folder)
        .called("Actor", "actor", "Actors")
        .label(LABEL, "str")
        .ordered_by(&["str"])
        .field(computed("str", "target", "string", |reading, ids| Box::pin(targets(reading, ids))).column())
        .field(computed("type", "target", "string", |reading, ids| Box::pin(targets(reading, ids))).column())
        .field(computed("specific", "target", "object", |reading, ids| Box::pin(targets(reading, ids))))
        .field(reference("user", "users").cascade().read_only().only(&[]))
        .field(reference("team", "teams").cascade().read_only().only(&[]))
        .field(is_published("true").read_only().only(&[]))
        .own_rows("user_id")
        .read_only()
        .searchable()
}

/// Label, type and target of a page of actors, in one statement.
async fn targets(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let resource = reading.ctx.engine.registry().get("actors").ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let label = resource.label_over("t");
    let mut statement = reading.rows.sql(&format!("SELECT t.id, t.user_id, t.team_id, {label} FROM actors t WHERE "));
    statement.bind_in("t.id", Cell::Uuids(ids.to_vec()));
    let mut columns: Columns = ["str", "type", "specific"].into_iter().map(|name| (name, HashMap::new())).collect();
    reading
        .rows
        .each(&access, &statement, |row| {
            let id = required(row.uuid(0)?)?;
            let kind = if row.uuid(1)?.is_some() { "user" } else { "team" };
            let target = row.uuid(1)?.or(row.uuid(2)?);
            let label = row.text(3)?.unwrap_or_default();
            let specific = json!({ "str": label, "id": target });
            for (name, value) in [("str", json!(label)), ("type", json!(kind)), ("specific", specific)] {
                columns.entry(name).or_default().insert(id, value.to_string().into_bytes());
            }
            Ok(())
        })
        .await?;
    Ok(columns)
}

/// Appends the condition that a column holds an actor that a person acts as: the person's own, or
/// that of a team which the person leads, stands in for or belongs to.
pub fn push_acts_as(column: &str, user: Uuid, into: &mut Statement) {
    into.push(&format!("{column} IN (SELECT xa.id FROM actors xa WHERE xa.user_id = ")).bind(user);
    into.push(" OR xa.team_id IN (SELECT xt.id FROM teams xt WHERE xt.leader_id = ").bind(user);
    into.push(" UNION SELECT xm.source_id FROM teams__members xm WHERE xm.target_id = ").bind(user);
    into.push(" UNION SELECT xd.source_id FROM teams__deputies xd WHERE xd.target_id = ").bind(user).push("))");
}

/// Addresses of the people who act as one of these actors and whose accounts work: each once, in their order.
pub async fn addresses_behind(
    rows: &mut Rows,
    access: &Access,
    actors: &[Uuid],
    today: NaiveDate,
) -> Result<Vec<String>, ApiError> {
    let among = || Cell::Uuids(actors.to_vec());
    let mut statement =
        rows.sql("SELECT u.email FROM users u WHERE u.is_active AND (u.expiry_date IS NULL OR u.expiry_date >= ");
    statement.bind(today).push(") AND u.id IN (SELECT xa.user_id FROM actors xa WHERE ").bind_in("xa.id", among());
    let of_team = [
        "SELECT xt.leader_id FROM actors xa JOIN teams xt ON xt.id = xa.team_id WHERE ",
        "SELECT xm.target_id FROM actors xa JOIN teams__members xm ON xm.source_id = xa.team_id WHERE ",
        "SELECT xd.target_id FROM actors xa JOIN teams__deputies xd ON xd.source_id = xa.team_id WHERE ",
    ];
    for sql in of_team {
        statement.push(" UNION ").push(sql).bind_in("xa.id", among());
    }
    statement.push(") ORDER BY u.email");
    rows.all(access, &statement, |row| required(row.text(0)?)).await
}

/// What an actor stands for.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    /// A person.
    User(Uuid),
    /// A team.
    Team(Uuid),
}

/// Makes the actor of a person or team, or follows a new name.
pub async fn ensure(ctx: &Context, rows: &mut Rows, of: Of, name: &str, folder: Option<Uuid>) -> Result<(), ApiError> {
    let access = Access::system("an actor follows its target");
    let (column, target, published) = match of {
        Of::User(id) => ("user_id", id, true),
        Of::Team(id) => ("team_id", id, false),
    };
    let folder = folder.unwrap_or_else(|| ctx.principal.grants().tree().root());
    let (key, now) = (name.to_lowercase(), ctx.now());
    let mut statement = rows.sql("UPDATE actors SET name_key = ");
    statement.bind(key.clone()).push(", search_text = ").bind(key.clone()).push(", updated_at = ").bind(now);
    statement.push(", folder_id = ").bind(folder).push(&format!(" WHERE {column} = ")).bind(target);
    if rows.execute(&access, &statement).await? > 0 {
        return Ok(());
    }
    let mut statement = rows.sql(&format!(
        "INSERT INTO actors (id, folder_id, {column}, is_published, name_key, search_text, created_at, updated_at) VALUES ("
    ));
    statement.bind(ctx.engine.new_id()?).push(", ").bind(folder).push(", ").bind(target).push(", ");
    statement.bind(published).push(", ").bind(key.clone()).push(", ").bind(key).push(", ");
    statement.bind(now).push(", ").bind(now).push(")");
    rows.execute(&access, &statement).await.map(drop)
}
