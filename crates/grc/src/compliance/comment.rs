//! Comments: what people say to each other about a row of an audit, a control, and later a scenario or a finding.
//!
//! A comment stands where the thing stands that it is about. What it says is its author's alone; that it was dealt
//! with is for whoever may change comments there.

use super::READ;
use super::assignment::names_assigned_row;
use super::audit::refuse_locked;
use engine::declare::{
    Field, Resource, Scope, boolean, created_at, folder, is_published, long_text, reference, text, updated_at,
};
use engine::write::Saving;
use engine::{Access, ApiError, Statement, Verb};
use uuid::Uuid;

/// What a comment can be about; each is about one thing.
const ABOUT: &[&str] = &["requirement_assessment", "risk_scenario", "applied_control", "finding"];

/// How a comment is called where there is no room for all of it.
const LABEL: &str = "substr({t}.body, 1, 100)";

/// A comment.
pub(super) fn comment() -> Resource {
    let about = |name, kind| -> Field { reference(name, kind).cascade().frozen().filter() };
    Resource::new("comments", "comment")
        .scope(Scope::Folder)
        .called("Comment", "Comment", "Comments")
        .module("compliance")
        .label(LABEL, "body")
        .ordered_by(&["created_at"])
        .field(text("str").derived(LABEL).only(READ))
        .field(long_text("body").required().search().column())
        .field(about("requirement_assessment", "requirement-assessments").column())
        .field(about("applied_control", "applied-controls").column())
        .field(about("risk_scenario", "risk-scenarios"))
        .field(about("finding", "findings"))
        .field(reference("author", "users").read_only().only(READ).filter().column())
        .field(folder().read_only().only(READ))
        .field(created_at().only(READ))
        .field(updated_at().only(READ))
        .field(is_published("false"))
        .field(boolean("is_active").default("true").filter().column())
        .field(boolean("is_tainted").read_only().only(READ))
        .follows(ABOUT)
        .assigned_rows(is_assigned)
        .before_save(|saving| Box::pin(check(saving)))
        .before_delete(|saving| Box::pin(check_delete(saving)))
}

/// Of what is said of rows of audits, respondents see what is said of theirs.
fn is_assigned(alias: &str, user: Uuid, into: &mut Statement) {
    into.push(&format!("({alias}.requirement_assessment_id IS NULL OR "));
    names_assigned_row(&format!("{alias}.requirement_assessment_id"), user, into);
    into.push(")");
}

/// Whoever writes it is its author, and the only one who edits it. That it was edited stays to be seen.
async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    refuse_if_locked(saving).await?;
    if saving.is_new {
        if let Some(user) = saving.ctx.principal.user() {
            saving.values.set("author", user);
        }
        return Ok(());
    }
    if ["body", "is_published"].into_iter().any(|name| saving.changes(name)) && !is_own(saving) {
        return Err(ApiError::Forbidden);
    }
    if saving.changes("body") {
        saving.values.set("is_tainted", true);
    }
    Ok(())
}

/// Those who answer for single rows take back what they said themselves, and nothing of others.
async fn check_delete(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    refuse_if_locked(saving).await?;
    let everywhere = saving.ctx.access(saving.resource, Verb::Delete).covers(saving.folder());
    if everywhere || is_own(saving) { Ok(()) } else { Err(ApiError::Forbidden) }
}

fn is_own(saving: &Saving<'_>) -> bool {
    saving.ctx.principal.user().is_some_and(|user| saving.reference("author") == Some(user))
}

/// What is said of the rows of an audit rests while it is locked.
async fn refuse_if_locked(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let Some(row) = saving.reference("requirement_assessment") else { return Ok(()) };
    let access = Access::system("comments rest with their audit");
    let mut statement = saving.rows.sql(
        "SELECT a.is_locked FROM requirement_assessments t JOIN compliance_assessments a \
         ON a.id = t.compliance_assessment_id WHERE t.id = ",
    );
    statement.bind(row);
    let is_locked = saving.rows.one(&access, &statement, |row| row.bool(0)).await?.flatten();
    refuse_locked(is_locked.unwrap_or(false))
}
