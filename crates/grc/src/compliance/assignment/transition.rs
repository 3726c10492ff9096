//! From one status to the next, and who may take the step.

use super::{CHANGES_REQUESTED, CLOSED, DRAFT, IN_PROGRESS, SUBMITTED, events};
use engine::audit::{self, Entry};
use engine::declare::Answer;
use engine::{Access, ApiError, Call, Rows, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What the permission is called.
const TRANSITION: &str = "transition_requirementassignment";

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// Whoever has to answer.
    Actor,
    /// Whoever assesses.
    Auditor,
}

/// What may follow what.
const STEPS: [(&str, &str, By); 6] = [
    (DRAFT, IN_PROGRESS, By::Auditor),
    (IN_PROGRESS, SUBMITTED, By::Actor),
    (CHANGES_REQUESTED, SUBMITTED, By::Actor),
    (SUBMITTED, CHANGES_REQUESTED, By::Auditor),
    (SUBMITTED, CLOSED, By::Auditor),
    // Opened again.
    (CLOSED, SUBMITTED, By::Auditor),
];

/// An assignment, as far as a step needs it.
struct Found {
    status: String,
    folder: Uuid,
    audit: String,
}

/// `POST set_status/ {"status", "reviewer_observation"}`.
pub(super) async fn set_status(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    let wanted = match call.body.get("status") {
        Some(Value::String(status)) if !status.is_empty() => status.as_str(),
        _ => return Err(ApiError::error(400, "Missing 'status' field.")),
    };
    let mut rows = call.write().await?;
    let found = find(&call, &mut rows, id).await?;
    let grants = call.ctx.principal.grants();
    if !grants.holds(TRANSITION, found.folder) {
        return Err(ApiError::Forbidden);
    }
    let step = STEPS.iter().find(|(from, to, _)| *from == found.status && *to == wanted);
    let Some((from, to, by)) = step else {
        let sentence = format!("Invalid transition from '{}' to '{wanted}'.", found.status);
        return Err(ApiError::error(400, sentence));
    };
    match by {
        // What a role gives for assigned rows alone is enough to hand in, and for nothing else, whatever is seen.
        By::Auditor if !grants.reach(TRANSITION).every_row.contains(found.folder) => {
            return Err(ApiError::error(403, "Auditee users cannot perform this action."));
        }
        By::Actor if !is_actor(&call, &mut rows, id).await? => {
            return Err(ApiError::error(403, "You are not assigned to this assignment."));
        }
        _ => {}
    }
    let notes = call.body.get("reviewer_observation").and_then(Value::as_str).map(str::trim);
    let notes = notes.filter(|notes| !notes.is_empty());
    if *to == CHANGES_REQUESTED && notes.is_none() {
        return Err(ApiError::error(400, "Reviewer observation is required for this transition."));
    }

    let access = &call.access;
    let mut statement = rows.sql("UPDATE requirement_assignments SET status = ");
    statement.bind(*to).push(", name_key = ").bind(*to).push(" WHERE id = ").bind(id);
    rows.execute(access, &statement).await?;
    events::record(call.ctx, &mut rows, access, id, (to, notes)).await?;
    let changes = Map::from_iter([("status".to_owned(), json!([from, to]))]);
    let resource = call.resource.path;
    let entry =
        Entry { action: "update", resource, object: Some(id), name: found.audit, folder: Some(found.folder), changes };
    audit::record(call.ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(Answer::Json(json!({ "status": to })))
}

/// The assignment, held until the end: of two steps at once the second sees the first.
async fn find(call: &Call<'_>, rows: &mut Rows, id: Uuid) -> Result<Found, ApiError> {
    let mut touch = rows.sql("UPDATE requirement_assignments SET updated_at = ");
    touch.bind(call.ctx.now()).push(" WHERE id = ").bind(id);
    rows.execute(&call.access, &touch).await?;
    let label = call.resource.label_over("t");
    let mut statement =
        rows.sql(&format!("SELECT t.status, t.folder_id, {label} FROM requirement_assignments t WHERE t.id = "));
    statement.bind(id).push(" AND ");
    call.access.push_condition("t", &mut statement);
    let found = rows
        .one(&call.access, &statement, |row| {
            let status = required(row.text(0)?)?;
            Ok(Found { status, folder: required(row.uuid(1)?)?, audit: row.text(2)?.unwrap_or_default() })
        })
        .await?;
    found.ok_or(ApiError::NoRow(call.resource.type_name))
}

/// Whether the caller is among those who have to answer.
async fn is_actor(call: &Call<'_>, rows: &mut Rows, id: Uuid) -> Result<bool, ApiError> {
    let Some(user) = call.ctx.principal.user() else { return Ok(false) };
    let access = Access::system("whether the caller is an actor of an assignment that was shown");
    let mut statement = rows.sql("SELECT t.id FROM requirement_assignments t WHERE t.id = ");
    statement.bind(id).push(" AND ");
    super::is_assigned("t", user, &mut statement);
    Ok(!rows.ids(&access, &statement).await?.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{By, CLOSED, DRAFT, STEPS, SUBMITTED};
    use crate::compliance::assignment::STATUS;

    #[test]
    fn every_status_can_be_reached_and_left() {
        for (status, _) in STATUS {
            assert!(*status == DRAFT || STEPS.iter().any(|(_, to, _)| to == status), "{status} is never reached");
            assert!(STEPS.iter().any(|(from, ..)| from == status), "{status} is never left");
        }
        assert!(!STEPS.iter().any(|(from, to, _)| from == to), "a step goes somewhere");
        assert!(STEPS.iter().all(|(_, to, by)| *by == By::Auditor || *to == SUBMITTED), "who answers hands in");
        assert!(!STEPS.iter().any(|(from, to, _)| *from == DRAFT && *to == CLOSED));
    }
}
