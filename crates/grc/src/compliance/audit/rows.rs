//! The rows of a new audit: one for each node of the framework, in a fixed number of statements.

use crate::compliance::answer::{Of, missing};
use engine::write::Saving;
use engine::{Access, ApiError, Engine, Rows, Storage, required};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// What new rows begin with.
pub(super) struct Plan {
    /// The audit that they are taken over from, and its rows that the caller sees.
    pub baseline: Option<(Uuid, Access)>,
    /// Fields of those that the caller does not see.
    pub withheld: Vec<&'static str>,
    /// Scores are in sight, so every requirement begins with the lowest.
    pub scored: bool,
    /// The same for what is written down.
    pub documented: bool,
}

/// A node that gets a row.
struct Node {
    id: Uuid,
    ref_id: Option<String>,
    name: Option<String>,
}

/// Columns of the table that rows are made from.
const COLUMNS: [(&str, Storage); 5] = [
    ("id", Storage::Uuid),
    ("requirement_id", Storage::Uuid),
    ("name", Storage::Text),
    ("name_key", Storage::Text),
    ("position", Storage::Int),
];

/// What a row is called: `1.1 - Access control`, as far as there is either.
pub(in crate::compliance) fn name_of(ref_id: Option<&str>, name: Option<&str>) -> String {
    let texts = [ref_id, name].into_iter().flatten().filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(" - ")
}

/// Makes all rows of the audit that is being saved.
pub(super) async fn make(saving: &mut Saving<'_>, plan: &Plan) -> Result<(), ApiError> {
    let Some(framework) = saving.reference("framework") else { return Ok(()) };
    // The rows are part of the audit that the caller was just allowed to add.
    let access = Access::system("rows of an audit are made with it");
    let nodes = nodes(saving.rows, &access, framework).await?;
    let table = table(&saving.ctx.engine, &nodes, 0)?;
    insert(saving.rows, &access, saving.id, table, plan).await?;
    if plan.baseline.is_none() {
        return Ok(());
    }
    // Answers that were taken over are answers of this audit.
    missing(saving.rows, &saving.ctx.engine, Of::Audit(saving.id)).await
}

/// Makes rows for nodes that came into the framework after the audit was made.
pub(in crate::compliance) async fn add(
    rows: &mut Rows,
    engine: &Engine,
    audit: Uuid,
    nodes: &[(Uuid, String)],
    after: i64,
) -> Result<(), ApiError> {
    let access = Access::system("audits follow their framework");
    let list: Result<Vec<Json>, ApiError> =
        nodes.iter().zip(after + 1..).map(|((node, name), position)| line(engine, *node, name, position)).collect();
    let plan = Plan { baseline: None, withheld: Vec::new(), scored: false, documented: false };
    insert(rows, &access, audit, Json::Array(list?), &plan).await
}

fn line(engine: &Engine, node: Uuid, name: &str, position: i64) -> Result<Json, ApiError> {
    Ok(json!([engine.new_id()?, node, name, name.to_lowercase(), position]))
}

fn table(engine: &Engine, nodes: &[Node], first: i64) -> Result<Json, ApiError> {
    nodes
        .iter()
        .zip(first..)
        .map(|(node, position)| line(engine, node.id, &name_of(node.ref_id.as_deref(), node.name.as_deref()), position))
        .collect()
}

async fn nodes(rows: &mut Rows, access: &Access, framework: Uuid) -> Result<Vec<Node>, ApiError> {
    let mut statement = rows.sql("SELECT n.id, n.ref_id, n.name FROM requirement_nodes n WHERE n.framework_id = ");
    statement.bind(framework).push(" ORDER BY n.order_id, n.id");
    rows.all(access, &statement, |row| {
        Ok(Node { id: required(row.uuid(0)?)?, ref_id: row.text(1)?, name: row.text(2)? })
    })
    .await
}

/// One statement for all rows: what they share comes from the audit, what differs from the table.
async fn insert(rows: &mut Rows, access: &Access, audit: Uuid, table: Json, plan: &Plan) -> Result<(), ApiError> {
    let taken = |field: &str, unset: &str| {
        if plan.withheld.contains(&field) { unset.to_owned() } else { format!("COALESCE(b.{field}, {unset})") }
    };
    let lowest = |field: &str, in_sight: bool| {
        if !in_sight {
            return taken(field, "NULL");
        }
        let (least, none) = (taken(field, "COALESCE(n.min_score, a.min_score, 0)"), taken(field, "NULL"));
        format!("CASE WHEN n.assessable THEN {least} ELSE {none} END")
    };
    // Sections are never scored.
    let is_scored = if plan.scored { "n.assessable" } else { "1 = 0" };
    let (score, documentation) = (lowest("score", plan.scored), lowest("documentation_score", plan.documented));
    let (status, result) = (taken("status", "'to_do'"), taken("result", "'not_assessed'"));
    let observation = taken("observation", "NULL");
    let mut statement = rows.sql(&format!(
        "INSERT INTO requirement_assessments (id, folder_id, compliance_assessment_id, requirement_id, name, name_key, \
         search_text, position, created_at, updated_at, is_published, status, result, observation, is_scored, score, \
         documentation_score, selected, answers, mapping_inference) \
         SELECT v.id, a.folder_id, a.id, n.id, v.name, v.name_key, v.name_key, v.position, a.updated_at, a.updated_at, \
         a.is_published, {status}, {result}, {observation}, {is_scored}, \
         {score}, {documentation}, 1 = 1, COALESCE(b.answers, '{{}}'), '{{}}' FROM ",
    ));
    statement.bind_rows(&COLUMNS, table);
    statement.push(" v JOIN requirement_nodes n ON n.id = v.requirement_id JOIN compliance_assessments a ON a.id = ");
    statement.bind(audit);
    statement.push(" LEFT JOIN requirement_assessments b ON b.requirement_id = n.id AND b.compliance_assessment_id = ");
    statement.bind(plan.baseline.as_ref().map(|(base, _)| *base));
    if let Some((_, seen)) = &plan.baseline {
        statement.push(" AND ");
        seen.push_condition("b", &mut statement);
    }
    rows.execute(access, &statement).await.map(drop)
}
