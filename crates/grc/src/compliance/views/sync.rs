//! `syncToActions`: what controls that are at work say of the requirements they answer.

use crate::compliance::audit::{hold, refuse_locked};
use crate::compliance::head::{Head, head};
use crate::compliance::lines::{Line, lines};
use crate::compliance::related::links;
use crate::compliance::requirement::clears;
use engine::audit::{Entry, record};
use engine::declare::Answer;
use engine::read::Reading;
use engine::trial::dry_run;
use engine::{Access, ApiError, Call, Cell, Rows, Storage, Verb, required};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A row whose result would be another.
struct Change<'a> {
    line: &'a Line,
    new: &'static str,
    /// What was added to the old result says nothing of the new one.
    clears: bool,
}

/// The result that controls come to: all at work, none, or some.
fn verdict(at_work: usize, all: usize) -> &'static str {
    match at_work {
        0 => "non_compliant",
        some if some == all => "compliant",
        _ => "partially_compliant",
    }
}

/// What would change.
pub(super) async fn dry(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let head = head(&mut Reading { ctx: call.ctx, rows: &mut rows }, call.item()?).await?;
    let (lines, at_work) = state(&call, &mut rows, &head).await?;
    Ok(Answer::Json(told(&changes(&lines, &at_work))))
}

/// Changes it, unless `dry_run` is asked for.
pub(super) async fn sync(call: Call<'_>) -> Result<Answer, ApiError> {
    if dry_run(call.query, call.body)? {
        return dry(call).await;
    }
    let mut rows = call.write().await?;
    hold(&mut rows, call.ctx, call.item()?).await?;
    let head = head(&mut Reading { ctx: call.ctx, rows: &mut rows }, call.item()?).await?;
    refuse_locked(head.is_locked)?;
    let resource = call.ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    let access = call.ctx.access(resource, Verb::Change);
    if !access.covers(head.folder) {
        return Err(ApiError::Forbidden);
    }
    let (lines, at_work) = state(&call, &mut rows, &head).await?;
    let changes = changes(&lines, &at_work);
    let answer = told(&changes);
    if !changes.is_empty() {
        apply(&call, &mut rows, &access, head.folder, &changes).await?;
        rows.commit().await?;
    }
    Ok(Answer::Json(answer))
}

/// Rows of the audit, and how many of their controls are at work.
async fn state(
    call: &Call<'_>,
    rows: &mut Rows,
    head: &Head,
) -> Result<(Vec<Line>, HashMap<Uuid, (usize, usize)>), ApiError> {
    let mut reading = Reading { ctx: call.ctx, rows };
    let mut lines = lines(&mut reading, head).await?;
    // A result that is withheld is not told by what it would become.
    lines.retain(|line| !line.finding.result.is_empty());
    let linked = links(&mut reading, head, "applied_controls", "applied-controls").await?;
    let Some(controls) = call.ctx.engine.registry().get("applied-controls") else { return Ok((lines, HashMap::new())) };
    let access = reading.access(controls);
    let mut statement =
        reading.rows.sql(&format!("SELECT t.id FROM {} t WHERE t.status = 'active' AND ", controls.table()));
    statement.bind_in("t.id", Cell::Uuids(linked.iter().map(|link| link.to).collect())).push(" AND ");
    access.push_condition("t", &mut statement);
    let active: HashSet<Uuid> =
        reading.rows.all(&access, &statement, |row| required(row.uuid(0)?)).await?.into_iter().collect();
    let mut found: HashMap<Uuid, (usize, usize)> = HashMap::new();
    for link in linked {
        let (at_work, all) = found.entry(link.row).or_default();
        *at_work += usize::from(active.contains(&link.to));
        *all += 1;
    }
    Ok((lines, found))
}

fn changes<'a>(lines: &'a [Line], at_work: &HashMap<Uuid, (usize, usize)>) -> Vec<Change<'a>> {
    let change = |line: &'a Line| {
        let (at_work, all) = at_work.get(&line.id)?;
        let new = verdict(*at_work, *all);
        let clears = clears(Some(new), line.finding.extended.as_deref());
        (line.finding.about.assessable && line.finding.result != new).then_some(Change { line, new, clears })
    };
    lines.iter().filter_map(change).collect()
}

fn told(changes: &[Change<'_>]) -> Value {
    let one = |change: &Change<'_>| {
        let entry = json!({ "current": change.line.finding.result, "new": change.new });
        (change.line.id.to_string(), json!({ "str": change.line.label, "changes": [entry] }))
    };
    json!({ "changes": changes.iter().map(one).collect::<Map<_, _>>() })
}

async fn apply(
    call: &Call<'_>,
    rows: &mut Rows,
    access: &Access,
    folder: Uuid,
    changes: &[Change<'_>],
) -> Result<(), ApiError> {
    let table: Value = changes.iter().map(|change| json!([change.line.id, change.new])).collect();
    let columns = [("row_id", Storage::Uuid), ("result", Storage::Text)];
    let mut statement = rows.sql("UPDATE requirement_assessments SET updated_at = ");
    statement.bind(call.ctx.now()).push(", result = (SELECT v.result FROM ").bind_rows(&columns, table);
    statement.push(" v WHERE v.row_id = requirement_assessments.id) WHERE ");
    statement.bind_in("id", Cell::Uuids(changes.iter().map(|change| change.line.id).collect()));
    rows.execute(access, &statement).await?;
    let cleared: Vec<Uuid> = changes.iter().filter(|change| change.clears).map(|change| change.line.id).collect();
    if !cleared.is_empty() {
        let mut statement = rows.sql("UPDATE requirement_assessments SET extended_result = NULL WHERE ");
        statement.bind_in("id", Cell::Uuids(cleared));
        rows.execute(access, &statement).await?;
    }
    for change in changes {
        let mut told = Map::new();
        told.insert("result".into(), json!([change.line.finding.result, change.new]));
        if change.clears {
            told.insert("extended_result".into(), json!([change.line.finding.extended, null]));
        }
        let entry = Entry {
            action: "update",
            resource: "requirement-assessments",
            object: Some(change.line.id),
            name: change.line.label.clone(),
            folder: Some(folder),
            changes: told,
        };
        record(call.ctx, rows, entry).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn controls_at_work_decide() {
        assert_eq!([verdict(0, 1), verdict(1, 1)], ["non_compliant", "compliant"]);
        assert_eq!(
            [verdict(0, 2), verdict(1, 2), verdict(2, 2)],
            ["non_compliant", "partially_compliant", "compliant"]
        );
    }
}
