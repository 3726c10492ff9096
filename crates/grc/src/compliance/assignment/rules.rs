//! What an assignment may say, and when it may change.

use super::{DRAFT, IN_PROGRESS};
use engine::declare::Preparing;
use engine::write::Saving;
use engine::{Access, ApiError, Cell, Verb, required};
use serde_json::{Value, json};
use uuid::Uuid;

/// An assignment that names no folder stands where its audit stands.
pub(super) async fn prepare(preparing: &mut Preparing<'_>) -> Result<(), ApiError> {
    let unset = !preparing.body.contains_key("folder");
    let audit = preparing.body.get("compliance_assessment").and_then(Value::as_str);
    let audit = audit.and_then(|text| text.parse::<Uuid>().ok());
    let (true, Some(audit)) = (unset, audit) else { return Ok(()) };
    let Some(resource) = preparing.ctx.engine.registry().get("compliance-assessments") else { return Ok(()) };
    let access = preparing.ctx.access(resource, Verb::View);
    let mut statement = preparing.rows.sql("SELECT t.folder_id FROM compliance_assessments t WHERE t.id = ");
    statement.bind(audit).push(" AND ");
    access.push_condition("t", &mut statement);
    if let Some(folder) = preparing.rows.one(&access, &statement, |row| required(row.uuid(0)?)).await? {
        preparing.body.insert("folder".into(), json!(folder));
    }
    Ok(())
}

/// Somebody has to be named, and a row of the audit has to be answered once.
pub(super) async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    is_open(saving, "edit")?;
    if saving.values.linked("actor").is_some_and(<[_]>::is_empty) {
        saving.errors.add("actor", "This list may not be empty.");
    }
    let assigns = ["actor", "requirement_assessments"].iter().any(|name| saving.values.linked(name).is_some());
    if let (true, Some(audit)) = (assigns, saving.reference("compliance_assessment")) {
        may_assign(saving, audit).await?;
    }
    let (Some(rows), Some(audit)) =
        (saving.values.linked("requirement_assessments").map(<[_]>::to_vec), saving.reference("compliance_assessment"))
    else {
        return Ok(());
    };
    // Whether the other assignment may be seen or not: there can be one.
    let access = Access::system("a row stands in one assignment, seen or not");
    saving.rows.take_turn(&access, &format!("requirement-assignments {audit}")).await?;
    let mut foreign =
        saving.rows.sql("SELECT t.id FROM requirement_assessments t WHERE t.compliance_assessment_id <> ");
    foreign.bind(audit).push(" AND ").bind_in("t.id", Cell::Uuids(rows.clone()));
    if !saving.rows.ids(&access, &foreign).await?.is_empty() {
        let sentence = "Requirement assessments must belong to the compliance assessment of the assignment.";
        saving.errors.add("requirement_assessments", sentence);
        return Ok(());
    }
    let mut taken = saving
        .rows
        .sql("SELECT l.target_id FROM requirement_assignments__requirement_assessments l WHERE l.source_id <> ");
    taken.bind(saving.id).push(" AND ").bind_in("l.target_id", Cell::Uuids(rows));
    if !saving.rows.ids(&access, &taken).await?.is_empty() {
        let sentence = "Some requirement assessments are already assigned to another assignment.";
        saving.errors.add("requirement_assessments", sentence);
    }
    Ok(())
}

/// An assignment may stand elsewhere than its audit; who answers there is for those who assign there.
async fn may_assign(saving: &mut Saving<'_>, audit: Uuid) -> Result<(), ApiError> {
    let access = Access::system("the folder of an audit that was found visible");
    let mut statement = saving.rows.sql("SELECT t.folder_id FROM compliance_assessments t WHERE t.id = ");
    statement.bind(audit);
    let folder = saving.rows.one(&access, &statement, |row| required(row.uuid(0)?)).await?;
    let may = saving.ctx.access(saving.resource, if saving.is_new { Verb::Add } else { Verb::Change });
    if folder.is_some_and(|folder| may.covers(folder)) { Ok(()) } else { Err(ApiError::Forbidden) }
}

/// Only what is not handed in yet is deleted.
pub(super) async fn check_delete(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    is_open(saving, "delete")
}

/// Once answers were handed in, who answers what is settled.
fn is_open(saving: &Saving<'_>, verb: &str) -> Result<(), ApiError> {
    match saving.before.get("status") {
        Some(Cell::Text(status)) if status != DRAFT && status != IN_PROGRESS => {
            Err(ApiError::error(403, format!("Cannot {verb} assignment in '{status}' status.")))
        }
        _ => Ok(()),
    }
}
