//! The lock: what an audit refuses while it is on.

use engine::write::Saving;
use engine::{Access, ApiError, Cell, Context, Dialect, Rows, required};
use serde_json::json;
use uuid::Uuid;

/// The refusal of anything that changes rows of a locked audit.
pub(in crate::compliance) fn refuse_locked(is_locked: bool) -> Result<(), ApiError> {
    if !is_locked {
        return Ok(());
    }
    let sentence = "⚠️ Cannot modify the requirement when the audit is locked.";
    Err(ApiError::refused(400, json!({ "non_field_errors": [sentence] })))
}

/// An audit changes with its rows: whoever locks it meanwhile waits until this transaction ends, or is seen by
/// whatever is read of the audit after this.
pub(in crate::compliance) async fn hold(rows: &mut Rows, ctx: &Context, audit: Uuid) -> Result<(), ApiError> {
    let mut touch = rows.sql("UPDATE compliance_assessments SET updated_at = ");
    touch.bind(ctx.now()).push(" WHERE id = ").bind(audit);
    rows.execute(&Access::system("an audit changes with its rows"), &touch).await.map(drop)
}

/// The same for several audits, whose number costs nothing.
pub(in crate::compliance) async fn hold_all(rows: &mut Rows, ctx: &Context, audits: Vec<Uuid>) -> Result<(), ApiError> {
    let access = Access::system("audits change with their rows");
    if rows.dialect() == Dialect::Postgres {
        // In one order, so that two who want the same audits wait for each other instead of colliding.
        let mut lock = rows.sql("SELECT t.id FROM compliance_assessments t WHERE ");
        lock.bind_in("t.id", Cell::Uuids(audits.clone())).push(" ORDER BY t.id FOR UPDATE");
        rows.ids(&access, &lock).await?;
    }
    let mut touch = rows.sql("UPDATE compliance_assessments SET updated_at = ");
    touch.bind(ctx.now()).push(" WHERE ").bind_in("id", Cell::Uuids(audits));
    rows.execute(&access, &touch).await.map(drop)
}

/// A locked audit takes nothing but the word that unlocks it. Saying again what holds changes nothing.
pub(super) async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.before.get("is_locked") != Some(&Cell::Bool(true)) {
        return Ok(());
    }
    let cells = saving.values.cells.iter();
    let changed = cells
        .filter(|(name, _)| *name != "is_locked" && saving.before.contains_key(name))
        .any(|(name, value)| saving.before.get(name) != Some(value));
    if changed || links_change(saving).await? {
        let sentence =
            "⚠️ Cannot modify the audit attributes when it is locked. Only the 'Locked' field can be modified.";
        saving.errors.add("non_field_errors", sentence);
    }
    Ok(())
}

async fn links_change(saving: &mut Saving<'_>) -> Result<bool, ApiError> {
    for (name, wanted) in saving.values.links.clone() {
        let target = saving.resource.stored(name).and_then(|field| match field.kind {
            engine::declare::Kind::References { target } => Some(target),
            _ => None,
        });
        let Some(target) = target.and_then(|target| saving.ctx.engine.registry().get(target)) else { continue };
        let access = saving.ctx.access(target, engine::Verb::View);
        let table = engine::declare::link_table(saving.resource.path, name);
        let mut statement = saving
            .rows
            .sql(&format!("SELECT l.target_id FROM {table} l JOIN {} r ON r.id = l.target_id WHERE ", target.table()));
        access.push_condition("r", &mut statement);
        statement.push(" AND l.source_id = ").bind(saving.id);
        let mut held: Vec<Uuid> = saving.rows.all(&access, &statement, |row| required(row.uuid(0)?)).await?;
        let mut wanted = wanted;
        held.sort_unstable();
        wanted.sort_unstable();
        if held != wanted {
            return Ok(true);
        }
    }
    Ok(false)
}
