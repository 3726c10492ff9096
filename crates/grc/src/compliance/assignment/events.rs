//! What happened to an assignment: one event for every change of its status.

use engine::declare::Columns;
use engine::read::Reading;
use engine::{Access, ApiError, Cell, Context, Rows, Verb, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Notes a new status.
pub(super) async fn record(
    ctx: &Context,
    rows: &mut Rows,
    access: &Access,
    assignment: Uuid,
    (status, notes): (&str, Option<&str>),
) -> Result<(), ApiError> {
    let mut statement = rows.sql(
        "INSERT INTO requirement_assignment_events (id, assignment_id, event_type, event_actor_id, event_notes, created_at) \
         VALUES (",
    );
    statement.bind(ctx.engine.new_id()?).push(", ").bind(assignment).push(", ").bind(status).push(", ");
    statement.bind(ctx.principal.user()).push(", ").bind(notes.map(str::to_owned)).push(", ");
    statement.bind(ctx.now()).push(")");
    rows.execute(access, &statement).await.map(drop)
}

/// The events of a page of assignments, newest first. People whom the caller may not see are not named.
pub(super) async fn shown(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let registry = reading.ctx.engine.registry();
    let assignments = registry.get("requirement-assignments").ok_or(ApiError::NotFound)?;
    let people = registry.get("users").ok_or(ApiError::NotFound)?;
    let access = reading.access(assignments);
    let mut statement = reading.rows.sql(
        "SELECT e.assignment_id, e.id, e.event_type, e.event_notes, e.created_at, u.id, u.email, u.first_name, u.last_name \
         FROM requirement_assignment_events e LEFT JOIN users u ON u.id = e.event_actor_id AND ",
    );
    reading.ctx.access(people, Verb::View).push_condition("u", &mut statement);
    statement.push(" WHERE ").bind_in("e.assignment_id", Cell::Uuids(ids.to_vec()));
    statement.push(" ORDER BY e.assignment_id, e.created_at DESC, e.id DESC");
    let mut events: HashMap<Uuid, Vec<Value>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    reading
        .rows
        .each(&access, &statement, |row| {
            let email = row.text(6)?;
            let actor = match row.uuid(5)? {
                Some(id) => json!({
                    "str": email, "id": id, "email": email,
                    "first_name": row.text(7)?.unwrap_or_default(), "last_name": row.text(8)?.unwrap_or_default(),
                }),
                None => Value::Null,
            };
            let at = required(row.time(4)?)?.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
            let event = json!({
                "id": row.uuid(1)?, "event_type": row.text(2)?, "event_actor": actor, "event_notes": row.text(3)?,
                "created_at": at,
            });
            events.entry(required(row.uuid(0)?)?).or_default().push(event);
            Ok(())
        })
        .await?;
    let cells = events.into_iter().map(|(id, list)| (id, Value::Array(list).to_string().into_bytes())).collect();
    Ok(Columns::from([("events", cells)]))
}
