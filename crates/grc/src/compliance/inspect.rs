//! `inspect_requirement`: one requirement across all audits that the caller sees.

use super::head::{Head, heads_by_id};
use super::numbers::percent;
use super::viewer::viewer;
use engine::declare::{Answer, Shape};
use engine::read::{Reading, write_rows};
use engine::{ApiError, Call, required};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A row of an audit about the requirement.
struct Found {
    id: Uuid,
    audit: Uuid,
    result: String,
}

/// What was found in one domain.
#[derive(Default)]
struct Domain {
    all: i64,
    compliant: i64,
    assessed: i64,
    /// Audits by the name of their perimeter.
    perimeters: BTreeMap<Option<String>, Vec<Value>>,
}

/// The rows about a requirement, and by domain how far they are.
pub(crate) async fn inspect(call: Call<'_>) -> Result<Answer, ApiError> {
    let own = call.ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let access = reading.access(own);
    let mut statement = reading.rows.sql(
        "SELECT t.id, t.compliance_assessment_id, t.result FROM requirement_assessments t WHERE t.requirement_id = ",
    );
    statement.bind(call.item()?).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.created_at, t.id");
    let found: Vec<Found> = reading
        .rows
        .all(&access, &statement, |row| {
            let (id, audit) = (required(row.uuid(0)?)?, required(row.uuid(1)?)?);
            Ok(Found { id, audit, result: row.text(2)?.unwrap_or_default() })
        })
        .await?;
    let audits: Vec<Uuid> = found.iter().map(|row| row.audit).collect();
    let heads = heads_by_id(&mut reading, &audits).await?;
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let mut out = b"{\"requirement_assessments\":[".to_vec();
    write_rows(&mut reading, own, Shape::Detail, &ids, " ORDER BY t.created_at, t.id", &mut out).await?;
    out.extend_from_slice(format!("],\"metrics\":{}}}", metrics(&call, &found, &heads)).as_bytes());
    Ok(Answer::Raw(out))
}

/// By domain, in the order of their names. A result that is hidden from the caller is none.
fn metrics(call: &Call<'_>, found: &[Found], heads: &HashMap<Uuid, Head>) -> Value {
    let tree = call.ctx.principal.grants().tree();
    let mut domains: BTreeMap<(String, Uuid), Domain> = BTreeMap::new();
    for row in found {
        let Some(head) = heads.get(&row.audit) else { continue };
        let name = tree.get(head.folder).map(|node| node.name.clone()).unwrap_or_default();
        let domain = domains.entry((name, head.folder)).or_default();
        let shown = head.visibility.shows("result", viewer(call.ctx, head.folder));
        domain.all += 1;
        domain.compliant += i64::from(shown && row.result == "compliant");
        domain.assessed += i64::from(shown && row.result != "not_assessed");
        let perimeter = head.perimeter.as_ref().map(|perimeter| perimeter.name.clone());
        domain.perimeters.entry(perimeter).or_default().push(json!({
            "id": head.id,
            "name": head.name,
            "version": head.version,
            "show_documentation_score": head.documents(),
            "max_score": head.scale().max,
        }));
    }
    let told = domains.into_iter().map(|((name, _), domain)| {
        let perimeters = domain.perimeters.into_iter();
        json!({
            "name": name,
            "compliance_result": {
                "compliant_count": domain.compliant,
                "total_count": domain.all,
                "compliance_percentage": percent(domain.compliant, domain.all),
            },
            "assessment_progress": {
                "assessed_count": domain.assessed,
                "total_count": domain.all,
                "assessment_completion_rate": percent(domain.assessed, domain.all),
            },
            "perimeters": perimeters
                .map(|(name, audits)| json!({ "name": name, "compliance_assessments": audits }))
                .collect::<Value>(),
        })
    });
    told.collect()
}
