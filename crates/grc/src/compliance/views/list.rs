//! `requirements_list`: the nodes of the framework, and the rows that count.

use crate::compliance::head::{head, part};
use crate::compliance::lines::lines;
use crate::compliance::numbers::Viewer;
use engine::declare::{Answer, Shape};
use engine::read::{Reading, write_rows};
use engine::{ApiError, Call};
use uuid::Uuid;

/// Both lists in the order of the framework.
pub(super) async fn requirements(call: Call<'_>) -> Result<Answer, ApiError> {
    let registry = call.ctx.engine.registry();
    let (Some(nodes), Some(own)) = (registry.get("requirement-nodes"), registry.get("requirement-assessments")) else {
        return Err(ApiError::NotFound);
    };
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let lines = lines(&mut reading, &head).await?;
    let counted: Vec<Uuid> = lines.iter().filter(|line| line.finding.counts(&head)).map(|line| line.id).collect();
    let mut statement = reading.rows.sql("SELECT t.id FROM requirement_nodes t WHERE t.framework_id = ");
    statement.bind(head.framework.id);
    let all = reading.rows.ids(&part(), &statement).await?;

    let mut out = b"{\"requirements\":[".to_vec();
    write_rows(&mut reading, nodes, Shape::Detail, &all, " ORDER BY t.order_id, t.id", &mut out).await?;
    out.extend_from_slice(b"],\"requirement_assessments\":[");
    write_rows(&mut reading, own, Shape::Detail, &counted, " ORDER BY t.position, t.id", &mut out).await?;
    let role = match head.viewer {
        Viewer::Auditor => "auditor",
        Viewer::Respondent => "respondent",
    };
    out.extend_from_slice(format!("],\"viewer_role\":\"{role}\"}}").as_bytes());
    Ok(Answer::Raw(out))
}
