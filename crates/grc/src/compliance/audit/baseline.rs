//! Audits that begin where another one stands.

use crate::compliance::head::Head;
use crate::compliance::mapping;
use engine::declare::link_table;
use engine::write::Saving;
use engine::{Access, ApiError, Verb};

/// Relations that rows take over: the same objects, as far as the caller sees them.
const LINKS: [(&str, &str); 2] = [("evidences", "evidences"), ("applied_controls", "applied-controls")];

/// What the caller sees of rows.
pub(super) fn seen(saving: &Saving<'_>) -> Access {
    let rows = saving.ctx.engine.registry().get("requirement-assessments");
    rows.map_or_else(|| saving.ctx.access(saving.resource, Verb::View), |rows| saving.ctx.access(rows, Verb::View))
}

/// Takes over what the rows of the baseline are linked to, or, from another framework, what mappings make of them.
pub(super) async fn take_over(saving: &mut Saving<'_>, base: &Head) -> Result<(), ApiError> {
    if saving.reference("framework") == Some(base.framework.id) {
        return links(saving, base).await;
    }
    if !mapping::from_baseline(saving, base.id).await? {
        saving.errors.add("baseline", "No mapping leads from the framework of the baseline to this framework.");
    }
    Ok(())
}

/// Links the rows of the new audit to what the rows of the baseline are linked to.
async fn links(saving: &mut Saving<'_>, base: &Head) -> Result<(), ApiError> {
    let hidden = base.hidden();
    for (field, target) in LINKS.into_iter().filter(|(field, _)| !hidden.contains(field)) {
        let Some(target) = saving.ctx.engine.registry().get(target) else { continue };
        let access = saving.ctx.access(target, Verb::View);
        let table = link_table("requirement-assessments", field);
        let mut statement = saving.rows.sql(&format!(
            "INSERT INTO {table} (source_id, target_id, position) SELECT t.id, l.target_id, l.position \
             FROM requirement_assessments t JOIN requirement_assessments b ON b.requirement_id = t.requirement_id \
             JOIN {table} l ON l.source_id = b.id JOIN {} r ON r.id = l.target_id WHERE t.compliance_assessment_id = ",
            target.table()
        ));
        statement.bind(saving.id).push(" AND b.compliance_assessment_id = ").bind(base.id).push(" AND ");
        access.push_condition("r", &mut statement);
        statement.push(" AND ");
        seen(saving).push_condition("b", &mut statement);
        saving.rows.execute(&access, &statement).await?;
    }
    Ok(())
}
