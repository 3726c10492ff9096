//! `current-user`: who I am and what I may do, for clients that adapt to it.

use crate::preferences;
use engine::{Access, ApiError, Context, Verb, required};
use serde_json::{Map, Value, json};

/// The caller, in the contract's shape.
pub async fn current_user(ctx: &Context) -> Result<Value, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let access = Access::system("everybody may see themselves");
    let mut rows = ctx.engine.read().await?;
    let mut statement = rows.sql(
        "SELECT u.email, u.first_name, u.last_name, u.is_active, u.date_joined, u.is_third_party, u.is_local, \
         u.has_mfa_enabled, u.is_superuser, (SELECT a.id FROM actors a WHERE a.user_id = u.id) FROM users u WHERE u.id = ",
    );
    statement.bind(user);
    let (mut me, actor) = rows
        .one(&access, &statement, |row| {
            let mut me = Map::new();
            me.insert("id".into(), json!(user));
            for (name, index) in [("email", 0), ("first_name", 1), ("last_name", 2)] {
                me.insert(name.into(), json!(row.text(index)?.unwrap_or_default()));
            }
            me.insert("is_active".into(), json!(row.bool(3)?));
            let joined = row.time(4)?.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
            me.insert("date_joined".into(), json!(joined));
            for (name, index) in [("is_third_party", 5), ("is_local", 6), ("has_mfa_enabled", 7), ("is_superuser", 8)] {
                me.insert(name.into(), json!(row.bool(index)?));
            }
            Ok((me, row.uuid(9)?))
        })
        .await?
        .ok_or(ApiError::Forbidden)?;

    let mut groups = rows.sql(
        "SELECT g.name, g.builtin FROM user_groups g JOIN users__user_groups m ON m.target_id = g.id WHERE m.source_id = ",
    );
    groups.bind(user).push(" ORDER BY g.name, g.id");
    let groups = rows.all(&access, &groups, |row| Ok(json!([row.text(0)?, row.bool(1)?.unwrap_or(false)]))).await?;
    let mut teams = rows.sql(
        "SELECT DISTINCT a.id FROM actors a JOIN teams t ON t.id = a.team_id LEFT JOIN teams__members m ON m.source_id = t.id \
         LEFT JOIN teams__deputies d ON d.source_id = t.id WHERE t.leader_id = ",
    );
    teams.bind(user).push(" OR m.target_id = ").bind(user).push(" OR d.target_id = ").bind(user);
    let mut actors: Vec<_> = actor.into_iter().collect();
    actors.extend(rows.all(&access, &teams, |row| required(row.uuid(0)?)).await?);

    let grants = ctx.principal.grants();
    let is_admin = grants.role_names().contains("BI-RL-ADM");
    let permissions: Map<String, Value> =
        grants.reached().into_iter().map(|folder| (folder.to_string(), json!(grants.codenames(folder)))).collect();
    let domains: Vec<_> = match ctx.engine.registry().get("folders") {
        Some(folders) => {
            let visible = ctx.access(folders, Verb::View);
            let tree = grants.tree();
            tree.subtree(tree.root()).into_iter().filter(|id| visible.shows_folder(*id)).collect()
        }
        None => Vec::new(),
    };
    me.insert("actor_id".into(), json!(actor));
    me.insert("all_actor_ids".into(), json!(actors));
    me.insert("user_groups".into(), json!(groups));
    me.insert("roles".into(), json!(grants.role_names()));
    me.insert("is_auditee".into(), json!(is_auditee(ctx)));
    me.insert("is_admin".into(), json!(is_admin));
    me.insert("is_sso".into(), json!(false));
    me.insert("accessible_domains".into(), json!(domains));
    me.insert("domain_permissions".into(), Value::Object(permissions));
    me.insert("root_folder_id".into(), json!(grants.tree().root()));
    me.insert("preferences".into(), Value::Object(preferences::get(ctx, &mut rows).await?));
    Ok(Value::Object(me))
}

/// Somebody who holds nothing but respondent roles sees the respondent's side of things.
fn is_auditee(ctx: &Context) -> bool {
    let roles = ctx.principal.grants().role_names();
    !roles.is_empty() && roles.iter().all(|role| crate::people::is_assigned_only(role))
}
