//! What the rows of an audit are linked to, as far as the caller sees it.

use super::head::{Head, part};
use engine::declare::{Resource, Shape, link_table};
use engine::read::{Reading, write_rows};
use engine::{ApiError, Cell, required};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A link from a row of an audit to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    /// The row.
    pub row: Uuid,
    /// The other end.
    pub to: Uuid,
}

/// Links of all rows of an audit through one of their fields; none when the audit hides the field from the caller, or
/// nobody has declared the target.
pub(super) async fn links(
    reading: &mut Reading<'_>,
    head: &Head,
    field: &str,
    target: &str,
) -> Result<Vec<Link>, ApiError> {
    let registry = reading.ctx.engine.registry();
    let (Some(target), Some(own)) = (registry.get(target), registry.get("requirement-assessments")) else {
        return Ok(Vec::new());
    };
    if head.hidden().contains(&field) {
        return Ok(Vec::new());
    }
    let (access, own) = (reading.access(target), reading.access(own));
    let mut statement = reading.rows.sql(&format!(
        "SELECT t.id, r.id FROM requirement_assessments t JOIN {} l ON l.source_id = t.id \
         JOIN {} r ON r.id = l.target_id WHERE t.compliance_assessment_id = ",
        link_table("requirement-assessments", field),
        target.table()
    ));
    statement.bind(head.id).push(" AND ");
    own.push_condition("t", &mut statement);
    statement.push(" AND ");
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY t.position, l.position, r.id");
    let link = |row: &engine::Row<'_>| Ok(Link { row: required(row.uuid(0)?)?, to: required(row.uuid(1)?)? });
    reading.rows.all(&access, &statement, link).await
}

/// Evidences of controls, by control; none when the audit hides evidences from the caller.
pub(super) async fn evidences_of(
    reading: &mut Reading<'_>,
    head: &Head,
    controls: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Uuid>>, ApiError> {
    let registry = reading.ctx.engine.registry();
    let (Some(evidences), Some(_)) = (registry.get("evidences"), registry.get("applied-controls")) else {
        return Ok(HashMap::new());
    };
    if head.hidden().contains(&"evidences") {
        return Ok(HashMap::new());
    }
    let access = reading.access(evidences);
    let mut statement = reading.rows.sql(
        "SELECT l.source_id, r.id FROM applied_controls__evidences l JOIN evidences r ON r.id = l.target_id WHERE ",
    );
    statement.bind_in("l.source_id", Cell::Uuids(controls.to_vec())).push(" AND ");
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY l.source_id, l.position, r.id");
    let mut found: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    reading
        .rows
        .each(&access, &statement, |row| {
            found.entry(required(row.uuid(0)?)?).or_default().push(required(row.uuid(1)?)?);
            Ok(())
        })
        .await?;
    Ok(found)
}

/// Rows of another kind in one of their shapes, in the order of their names.
pub(super) async fn shapes(
    reading: &mut Reading<'_>,
    resource: &Resource,
    shape: Shape,
    ids: &[Uuid],
) -> Result<Vec<Value>, ApiError> {
    let mut out = vec![b'['];
    write_rows(reading, resource, shape, ids, " ORDER BY t.name_key, t.id", &mut out).await?;
    out.push(b']');
    serde_json::from_slice(&out).map_err(|error| ApiError::Internal(error.to_string()))
}

/// What rows of an audit are called: `{"str", "id"}` by row.
pub(super) async fn labels(reading: &mut Reading<'_>, audit: Uuid) -> Result<HashMap<Uuid, String>, ApiError> {
    let texts = super::requirement::texts(reading.ctx, "n");
    let mut statement = reading.rows.sql(&format!(
        "SELECT t.id, {} FROM requirement_assessments t JOIN requirement_nodes n ON n.id = t.requirement_id \
         WHERE t.compliance_assessment_id = ",
        texts.short
    ));
    statement.bind(audit).push(" AND ");
    super::lines::visible(reading, &mut statement);
    let label = |row: &engine::Row<'_>| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default()));
    Ok(reading.rows.all(&part(), &statement, label).await?.into_iter().collect())
}

/// Ids once each, in the order in which they first come.
pub(super) fn distinct(ids: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    let mut seen = std::collections::HashSet::new();
    ids.into_iter().filter(|id| seen.insert(*id)).collect()
}
