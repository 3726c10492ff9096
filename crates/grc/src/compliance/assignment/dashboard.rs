//! The side of those who answer: what is assigned to me, and whether I am no more than that.

use crate::compliance::numbers::{Viewer, Visibility};
use crate::compliance::viewer::viewer;
use engine::declare::Answer;
use engine::read::Wording;
use engine::{Access, ApiError, Call, Cell, Verb, required};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// `GET auditee-dashboard/`: one row for each assignment of the caller.
pub(in crate::compliance) async fn dashboard(call: Call<'_>) -> Result<Answer, ApiError> {
    let registry = call.ctx.engine.registry();
    let found = (registry.get("requirement-assignments"), registry.get("frameworks"), call.ctx.principal.user());
    let (Some(assignments), Some(frameworks), Some(user)) = found else { return Ok(Answer::Json(json!([]))) };
    let access = call.ctx.access(assignments, Verb::View);
    let mut rows = call.read().await?;
    let mut statement = rows.sql(&format!(
        "SELECT t.id, t.status, a.id, a.name, a.status, a.folder_id, f.id, {}, a.field_visibility FROM requirement_assignments t \
         JOIN compliance_assessments a ON a.id = t.compliance_assessment_id LEFT JOIN frameworks f ON f.id = a.framework_id AND ",
        Wording::of(call.ctx).reference(frameworks, "f")
    ));
    call.ctx.access(frameworks, Verb::View).push_condition("f", &mut statement);
    statement.push(" WHERE ");
    access.push_condition("t", &mut statement);
    statement.push(" AND ");
    call.access.push_condition("a", &mut statement);
    statement.push(" AND ");
    super::is_assigned("t", user, &mut statement);
    statement.push(" ORDER BY a.name_key, t.created_at, t.id");
    let tree = call.ctx.principal.grants().tree();
    let mut withheld = HashSet::new();
    let mut mine: Vec<(Uuid, Value)> = rows
        .all(&access, &statement, |row| {
            let folder = required(row.uuid(5)?)?;
            let name = tree.get(folder).map(|node| node.name.clone());
            let label = row.text(7)?;
            let framework = row.uuid(6)?.map(|id| json!({ "str": label, "id": id }));
            let id = required(row.uuid(0)?)?;
            let visibility = Visibility::stored(&row.json(8)?.unwrap_or_default());
            let viewer = viewer(call.ctx, folder);
            if viewer == Viewer::Respondent && !visibility.shows("result", viewer) {
                withheld.insert(id);
            }
            let row = json!({
                "id": row.uuid(2)?, "assignment_id": id, "name": row.text(3)?,
                "folder": { "str": name, "id": folder }, "framework": framework,
                "status": row.text(4)?, "assignment_status": row.text(1)?,
            });
            Ok((id, row))
        })
        .await?;
    let ids: Vec<Uuid> = mine.iter().map(|(id, _)| *id).collect();
    let actors = actors(&call, &mut rows, &ids).await?;
    let counted = counted(&call, &mut rows, &ids).await?;
    for (id, row) in &mut mine {
        let (total, assessed) = counted.get(id).copied().unwrap_or_default();
        let assessed = if withheld.contains(id) { 0 } else { assessed };
        row["actor"] = json!(actors.get(id).cloned().unwrap_or_default());
        row["total_requirements"] = json!(total);
        row["assessed_requirements"] = json!(assessed);
        row["progress_percent"] = json!((assessed * 100).checked_div(total).unwrap_or(0));
    }
    Ok(Answer::Json(mine.into_iter().map(|(_, row)| row).collect()))
}

/// Who has to answer, as far as the caller sees them.
async fn actors(call: &Call<'_>, rows: &mut engine::Rows, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Value>>, ApiError> {
    let Some(actors) = call.ctx.engine.registry().get("actors") else { return Ok(HashMap::new()) };
    let access = call.ctx.access(actors, Verb::View);
    let mut statement = rows.sql(&format!(
        "SELECT l.source_id, r.id, {} FROM requirement_assignments__actor l JOIN actors r ON r.id = l.target_id WHERE ",
        Wording::of(call.ctx).reference(actors, "r")
    ));
    statement.bind_in("l.source_id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY l.source_id, l.position");
    let mut found: HashMap<Uuid, Vec<Value>> = HashMap::new();
    rows.each(&access, &statement, |row| {
        let actor = json!({ "str": row.text(2)?, "id": row.uuid(1)? });
        found.entry(required(row.uuid(0)?)?).or_default().push(actor);
        Ok(())
    })
    .await?;
    Ok(found)
}

/// How many requirements each assignment has, and how many of them were assessed.
async fn counted(
    call: &Call<'_>,
    rows: &mut engine::Rows,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (i64, i64)>, ApiError> {
    let Some(assessments) = call.ctx.engine.registry().get("requirement-assessments") else {
        return Ok(HashMap::new());
    };
    let access = call.ctx.access(assessments, Verb::View);
    let mut statement = rows.sql(
        "SELECT l.source_id, count(*), SUM(CASE WHEN r.result <> 'not_assessed' THEN 1 ELSE 0 END) \
         FROM requirement_assignments__requirement_assessments l JOIN requirement_assessments r ON r.id = l.target_id \
         JOIN requirement_nodes n ON n.id = r.requirement_id WHERE n.assessable AND ",
    );
    statement.bind_in("l.source_id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("r", &mut statement);
    statement.push(" GROUP BY l.source_id");
    let counts = rows
        .all(&access, &statement, |row| {
            Ok((required(row.uuid(0)?)?, (row.int(1)?.unwrap_or(0), row.int(2)?.unwrap_or(0))))
        })
        .await?;
    Ok(counts.into_iter().collect())
}

/// `GET {id}/is-auditee/`: whether the caller sees of this audit no more than what is assigned to them.
pub(in crate::compliance) async fn is_auditee(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    let access = Access::system("the folder of an audit that was shown");
    let mut rows = call.read().await?;
    let mut statement = rows.sql("SELECT t.folder_id FROM compliance_assessments t WHERE t.id = ");
    statement.bind(id);
    let folder = rows.one(&access, &statement, |row| required(row.uuid(0)?)).await?;
    let folder = folder.ok_or(ApiError::NoRow(call.resource.type_name))?;
    let is_auditee = call.access.covers_assigned(folder) && !call.access.covers(folder);
    Ok(Answer::Json(json!({ "is_auditee": is_auditee })))
}
