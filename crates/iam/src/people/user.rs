//! People. Passwords, sessions and tokens are not here: see `account`, `sessions`, `tokens`.

use crate::groups;
use crate::{sessions, tokens};
use engine::declare::Shape::{Detail, List, Write};
use engine::declare::{
    BoxFuture, Resource, Scope, Takes, Unique, boolean, date, email, folder, is_published, long_text, references, text,
    time,
};
use engine::write::Saving;
use engine::{ApiError, Cell, Context, Statement, Verb};
use serde_json::json;

/// A person with an account.
pub fn user() -> Resource {
    Resource::new("users", "user")
        .scope(Scope::Folder)
        .called("User", "user", "Users")
        .label("{t}.email", "email")
        .ordered_by(&["email"])
        .field(email("email").required().max(100).search().filter().order().column())
        .field(text("first_name").blank().max(150).search().filter().order().column())
        .field(text("last_name").blank().max(150).search().filter().order().column())
        .field(boolean("is_active").default("true").filter().order().column())
        .field(time("date_joined").order())
        .field(references("user_groups", "user-groups").with(&["builtin"]).filter().column())
        .field(references("idp_groups", "idp-groups").read_only().only(&[List, Detail]).filter())
        .field(boolean("keep_local_login").filter())
        .field(boolean("is_third_party").filter())
        .field(boolean("is_local").default("true").only(&[Write]))
        .field(long_text("observation").nullable())
        .field(boolean("has_mfa_enabled").read_only())
        .field(date("expiry_date").filter())
        .field(boolean("is_superuser"))
        .field(folder().read_only().only(&[List, Detail]))
        .field(is_published("true").read_only().only(&[]))
        .unique(Unique { field: "email", in_folder: false, on_update: true, refusal: email_taken })
        .operations(|offered| {
            offered.autocomplete = Some(&["first_name", "last_name", "email", "is_active"]);
        })
        .filter("exclude_current", Takes::Truth, exclude_current)
        .filter("exclude_user_groups", Takes::Ids, exclude_user_groups)
        .filter("is_approver", Takes::Truth, is_approver)
        .own_rows("id")
        .affects_access()
        .before_save(|saving| Box::pin(before_save(saving)))
        .after_save(|saving| Box::pin(after_save(saving)))
        .before_delete(|saving| Box::pin(before_delete(saving)))
}

fn email_taken(_: &str) -> serde_json::Value {
    json!({ "email": ["user with this email already exists."] })
}

async fn before_save(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.is_new && saving.values.get("date_joined").is_none() {
        let now = saving.ctx.now();
        saving.values.set("date_joined", now);
    }
    groups::guard_administrators(saving.ctx, saving.rows, saving.id).await?;
    if let Some(wanted) = saving.values.linked("user_groups").map(<[_]>::to_vec) {
        groups::may_change_membership(saving.ctx, saving.rows, saving.id, &wanted).await?;
    }
    Ok(())
}

async fn after_save(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let email = saving.text("email").unwrap_or_default().to_owned();
    super::actor::ensure(saving.ctx, saving.rows, super::actor::Of::User(saving.id), &email, None).await?;
    if saving.changes("is_active") && !saving.truth("is_active") {
        tokens::revoke_all(saving.ctx, saving.rows, saving.id, "user_deactivated").await?;
        sessions::end_all(saving.ctx, saving.rows, saving.id, None).await?;
    }
    if saving.changes("is_third_party") && saving.truth("is_third_party") {
        tokens::revoke_all(saving.ctx, saving.rows, saving.id, "third_party").await?;
    }
    let account = ["is_active", "expiry_date"].into_iter().any(|name| saving.changes(name));
    let may_demote = account || saving.values.linked("user_groups").is_some();
    if may_demote && !saving.is_new {
        groups::keep_an_administrator(saving.ctx, saving.rows, "attemptToRemoveOnlyAdminUserGroup").await?;
    }
    Ok(())
}

fn before_delete<'a>(saving: &'a mut Saving<'_>) -> BoxFuture<'a, Result<(), ApiError>> {
    Box::pin(async move {
        groups::guard_administrators(saving.ctx, saving.rows, saving.id).await?;
        groups::leave(saving.rows, saving.id).await?;
        groups::keep_an_administrator(saving.ctx, saving.rows, "attemptToDeleteOnlyAdminAccountError").await?;
        tokens::revoke_all(saving.ctx, saving.rows, saving.id, "user_deleted").await
    })
}

fn exclude_current(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    if let ("true" | "True", Some(user)) = (value, ctx.principal.user()) {
        into.push(" AND t.id <> ").bind(user);
    }
    Ok(())
}

/// Leaves out the members of groups. A group that the caller cannot see has none.
fn exclude_user_groups(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    let groups: Result<Vec<uuid::Uuid>, _> = value.split(',').map(|one| one.trim().parse()).collect();
    let groups = groups.map_err(|_| format!("“{value}” is not a valid value."))?;
    into.push(" AND t.id NOT IN (SELECT x.source_id FROM users__user_groups x JOIN user_groups xg ON xg.id = x.target_id WHERE ");
    into.bind_in("xg.id", Cell::Uuids(groups));
    if let Some(resource) = ctx.engine.registry().get("user-groups") {
        into.push(" AND ");
        ctx.access(resource, Verb::View).push_condition("xg", into);
    }
    into.push(")");
    Ok(())
}

/// People who hold `approve_riskacceptance` somewhere.
fn is_approver(_: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    let not = match value {
        "true" | "True" => "",
        "false" | "False" => "NOT ",
        _ => return Ok(()),
    };
    into.push(&format!(
        " AND t.id {not}IN (SELECT COALESCE(a.user_id, m.source_id) FROM role_assignments a \
         JOIN roles__permissions rp ON rp.source_id = a.role_id \
         JOIN permissions p ON p.id = rp.target_id AND p.codename = 'approve_riskacceptance' \
         LEFT JOIN users__user_groups m ON m.target_id = a.user_group_id \
         WHERE COALESCE(a.user_id, m.source_id) IS NOT NULL)"
    ));
    Ok(())
}
