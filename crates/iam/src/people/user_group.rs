//! Groups of people. The built-in ones come and go with their domain.

use crate::groups;
use engine::audit::{self, Entry};
use engine::declare::{
    Answer, Resource, Scope, boolean, created_at, folder, is_published, long_text, path, post, reverse, text,
    updated_at,
};
use engine::{ApiError, Call, Cell, Verb};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Built-in groups are stored under their code and shown by their words: `Global - Reader`.
const SHOWN: &str = "CASE WHEN {t}.builtin THEN (SELECT gf.name FROM folders gf WHERE gf.id = {t}.folder_id) || ' - ' || \
    CASE {t}.name WHEN 'BI-UG-ADM' THEN 'Administrator' WHEN 'BI-UG-GAD' THEN 'Reader' WHEN 'BI-UG-AUD' THEN 'Reader' \
    WHEN 'BI-UG-ANA' THEN 'Analyst' WHEN 'BI-UG-GAP' THEN 'Approver' WHEN 'BI-UG-APP' THEN 'Approver' \
    WHEN 'BI-UG-DMA' THEN 'Domain manager' WHEN 'BI-UG-GAE' THEN 'Respondent' WHEN 'BI-UG-ADE' THEN 'Respondent' \
    WHEN 'BI-UG-TPR' THEN 'Third-party respondent' WHEN 'BI-UG-TST' THEN 'Technical tester' ELSE {t}.name END \
    ELSE {t}.name END";

/// A group of people.
pub fn user_group() -> Resource {
    Resource::new("user-groups", "usergroup")
        .scope(Scope::Folder)
        .called("UserGroup", "user group", "User groups")
        .label(SHOWN, "name")
        .field(path())
        .field(text("name").required().max(200).search().order().column().shown_as(SHOWN))
        .field(folder().frozen())
        .field(created_at())
        .field(updated_at())
        .field(is_published("false"))
        .field(long_text("description").nullable().column())
        .field(boolean("builtin").read_only().column())
        // Never shown; says that the members in the audit log are people.
        .field(reverse("members", "users", "user_groups").read_only().only(&[]))
        .searches_folder()
        .protected_by("builtin")
        .affects_access()
        .action(post("add-members").on_item().needs(Verb::Change).run(|call| Box::pin(members(call, true))))
        .action(post("remove-members").on_item().needs(Verb::Change).run(|call| Box::pin(members(call, false))))
}

/// Adds people to a group or removes them; answers how many there are now.
async fn members(call: Call<'_>, add: bool) -> Result<Answer, ApiError> {
    let group = call.item()?;
    let wanted = people(call.body)?;
    let mut rows = call.write().await?;
    let registry = call.ctx.engine.registry();
    let users = registry.get("users").ok_or(ApiError::NotFound)?;
    let visible = call.ctx.access(users, Verb::View);
    // People whom the caller may not see are ignored like those who do not exist.
    let mut known = rows.sql("SELECT t.id FROM users t WHERE ");
    known.bind_in("t.id", Cell::Uuids(wanted)).push(" AND ");
    visible.push_condition("t", &mut known);
    let known = rows.ids(&visible, &known).await?;

    if !add && known.iter().any(|user| Some(*user) == call.ctx.principal.user()) {
        groups::stay_manager(&mut rows, group).await?;
    }
    for user in &known {
        let statement = if add {
            let mut statement = rows.sql("INSERT INTO users__user_groups (source_id, target_id, position) VALUES (");
            statement.bind(*user).push(", ").bind(group).push(", 0) ON CONFLICT (source_id, target_id) DO NOTHING");
            statement
        } else {
            let mut statement = rows.sql("DELETE FROM users__user_groups WHERE source_id = ");
            statement.bind(*user).push(" AND target_id = ").bind(group);
            statement
        };
        rows.execute(&call.access, &statement).await?;
    }
    groups::keep_an_administrator(call.ctx, &mut rows, "attemptToRemoveOnlyAdminUserGroup").await?;
    audit::move_epoch(&mut rows, &call.access).await?;
    let mut statement = rows.sql("SELECT count(*) FROM users__user_groups WHERE target_id = ");
    statement.bind(group);
    let count = rows.one(&call.access, &statement, |row| row.int(0)).await?.flatten();
    let mut reading = engine::read::Reading { ctx: call.ctx, rows: &mut rows };
    let name = engine::read::label_of(&mut reading, call.resource, group).await?;
    let (old, new) = if add { (json!([]), json!(known)) } else { (json!(known), json!([])) };
    let entry = Entry {
        action: "update",
        resource: call.resource.path,
        object: Some(group),
        name,
        folder: groups::folder_of(&mut rows, group).await?,
        changes: Map::from_iter([("members".to_owned(), json!([old, new]))]),
    };
    audit::record(call.ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(Answer::Json(json!({ "count": count })))
}

fn people(body: &engine::Body) -> Result<Vec<Uuid>, ApiError> {
    let list = match body.get("users") {
        None => return Err(ApiError::field("users", "This field is required.")),
        Some(Value::Array(list)) => list.clone(),
        Some(Value::String(one)) => vec![json!(one)],
        Some(_) => return Err(ApiError::field("users", "Expected a list of items.")),
    };
    list.iter()
        .map(|one| {
            let text = one.as_str().map_or_else(|| one.to_string(), str::to_owned);
            text.parse().map_err(|_| ApiError::field("non_field_errors", format!("“{text}” is not a valid UUID.")))
        })
        .collect()
}
