//! What lists and details of rows show beside the row itself: the node it is about, and its audit.

use super::texts::texts;
use crate::compliance::head::{Head, heads_by_id, part, scale_list};
use crate::compliance::numbers::Viewer;
use crate::compliance::questionnaire::{Answers, Questionnaire};
use crate::compliance::questions::{Of, questions};
use engine::declare::Columns;
use engine::read::{Reading, Wording};
use engine::{ApiError, Cell, Storage, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// A row, as far as its context needs it.
pub(super) struct Found {
    pub(super) id: Uuid,
    pub(super) audit: Uuid,
    node: Uuid,
    answers: Value,
}

/// A node, in pieces of JSON.
struct Node {
    name: Vec<u8>,
    description: Vec<u8>,
    assessable: bool,
    scale: (Option<i64>, Option<i64>),
    scale_name: Option<String>,
    /// The object without its relations and questions.
    fields: Vec<(&'static str, Vec<u8>)>,
}

/// Names, requirement, audit, perimeter and answers of a page, with a fixed number of statements.
pub(super) async fn context(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let found = rows(reading, ids).await?;
    let mut audits: Vec<Uuid> = found.iter().map(|row| row.audit).collect();
    let mut node_ids: Vec<Uuid> = found.iter().map(|row| row.node).collect();
    for list in [&mut audits, &mut node_ids] {
        list.sort_unstable();
        list.dedup();
    }
    let nodes = nodes(reading, &node_ids).await?;
    let heads = heads_by_id(reading, &audits).await?;
    let asked = questions(reading, Of::Nodes(&node_ids)).await?;
    let controls = linked(reading, "reference_controls", "reference-controls", &node_ids).await?;
    let threats = linked(reading, "threats", "threats", &node_ids).await?;

    let requirements: HashMap<Uuid, Vec<u8>> = nodes
        .iter()
        .map(|(id, node)| (*id, requirement(*id, node, asked.get(id), controls.get(id), threats.get(id))))
        .collect();
    let questionnaires: HashMap<Uuid, Questionnaire> =
        asked.iter().map(|(id, questions)| (*id, Questionnaire::read(questions))).collect();
    let contexts: HashMap<Uuid, Vec<u8>> =
        heads.values().map(|head| (head.id, audit(head).to_string().into_bytes())).collect();

    let mut columns = Columns::new();
    let mut put = |name: &'static str, id: Uuid, cell: Vec<u8>| {
        columns.entry(name).or_default().insert(id, cell);
    };
    for row in &found {
        let Some(node) = nodes.get(&row.node) else { continue };
        put("name", row.id, node.name.clone());
        put("description", row.id, node.description.clone());
        put("assessable", row.id, node.assessable.to_string().into_bytes());
        put("requirement", row.id, requirements[&row.node].clone());
        let answers = questionnaires
            .get(&row.node)
            .map_or_else(|| json!({}), |questionnaire| Answers::stored(&row.answers).shown(questionnaire));
        put("answers", row.id, answers.to_string().into_bytes());
        let Some(head) = heads.get(&row.audit) else { continue };
        put("compliance_assessment", row.id, contexts[&head.id].clone());
        put("perimeter", row.id, perimeter(reading.ctx, head).to_string().into_bytes());
        put("is_locked", row.id, head.is_locked.to_string().into_bytes());
        if node.assessable && head.visibility.shows("score", head.viewer) {
            let scale = head.scale();
            put("effective_min_score", row.id, json!(node.scale.0.unwrap_or(scale.min)).to_string().into_bytes());
            put("effective_max_score", row.id, json!(node.scale.1.unwrap_or(scale.max)).to_string().into_bytes());
            let named = node.scale_name.as_ref().and_then(|name| head.scores_definition.get(name).cloned());
            let definition = named.unwrap_or_else(|| scale_list(&head.scores_definition));
            put("effective_scores_definition", row.id, definition.to_string().into_bytes());
        }
    }
    Ok(columns)
}

/// `{"str": "Domain/Perimeter", "id"}`, or null.
pub(in crate::compliance) fn perimeter(ctx: &engine::Context, head: &Head) -> Value {
    let Some(perimeter) = &head.perimeter else { return Value::Null };
    let tree = ctx.principal.grants().tree();
    let folder = tree.get(perimeter.folder).map_or("", |node| node.name.as_str());
    json!({ "str": format!("{folder}/{}", perimeter.name), "id": perimeter.id })
}

fn audit(head: &Head) -> Value {
    let sees = |field: &str| head.visibility.shows(field, Viewer::Auditor);
    let visibility = if head.framework.visibility.is_object() { head.framework.visibility.clone() } else { json!({}) };
    json!({
        "str": head.name,
        "id": head.id,
        "name": head.name,
        "is_locked": head.is_locked,
        "min_score": head.scale().min,
        "max_score": head.scale().max,
        "scores_definition": head.scores_definition,
        "score_calculation_method": head.method,
        "progress_status_enabled": sees("status"),
        "extended_result_enabled": sees("extended_result"),
        "field_visibility": head.visibility.to_json(),
        "framework": {
            "str": head.framework.label,
            "implementation_groups_definition": head.framework.groups_definition,
            "field_visibility": visibility,
        },
    })
}

/// The rows of a page.
pub(super) async fn rows(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Vec<Found>, ApiError> {
    let mut statement = reading.rows.sql(
        "SELECT t.id, t.compliance_assessment_id, t.requirement_id, t.answers FROM requirement_assessments t WHERE ",
    );
    // The page was planned with the caller's access.
    statement.bind_in("t.id", Cell::Uuids(ids.to_vec()));
    reading
        .rows
        .all(&part(), &statement, |row| {
            Ok(Found {
                id: required(row.uuid(0)?)?,
                audit: required(row.uuid(1)?)?,
                node: required(row.uuid(2)?)?,
                answers: row.json(3)?.unwrap_or_default(),
            })
        })
        .await
}

async fn nodes(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Node>, ApiError> {
    let (own, above) = (texts(reading.ctx, "n"), texts(reading.ctx, "p"));
    let columns: [(&'static str, &str, Storage); 12] = [
        ("urn", "n.urn", Storage::Text),
        ("annotation", &own.annotation, Storage::Text),
        ("name", &own.name, Storage::Text),
        ("description", &own.description, Storage::Text),
        ("typical_evidence", &own.typical_evidence, Storage::Text),
        ("ref_id", "n.ref_id", Storage::Text),
        ("implementation_groups", "n.implementation_groups", Storage::Json),
        ("display_mode", "n.display_mode", Storage::Text),
        ("min_score", "n.min_score", Storage::Int),
        ("max_score", "n.max_score", Storage::Int),
        ("scores_definition_ref", "n.scores_definition_ref", Storage::Text),
        ("weight", "n.weight", Storage::Int),
    ];
    let list: Vec<&str> = columns.iter().map(|(_, sql, _)| *sql).collect();
    let mut statement = reading.rows.sql(&format!(
        "SELECT n.id, n.assessable, {}, p.id, p.urn, p.ref_id, {}, {}, {}, {} FROM requirement_nodes n \
         LEFT JOIN requirement_nodes p ON p.framework_id = n.framework_id AND p.urn = n.parent_urn WHERE ",
        own.short,
        above.name,
        above.description,
        above.long,
        list.join(", "),
    ));
    statement.bind_in("n.id", Cell::Uuids(ids.to_vec()));
    let cell = |row: &engine::Row<'_>, at: usize, kind: Storage| {
        let mut out = Vec::new();
        row.write_json(at, kind, &mut out).map(|()| out)
    };
    let found = reading
        .rows
        .all(&part(), &statement, |row| {
            let mut fields = Vec::with_capacity(columns.len() + 2);
            for (index, (name, _, kind)) in columns.iter().enumerate() {
                fields.push((*name, cell(row, 9 + index, *kind)?));
            }
            let parent = match row.uuid(3)? {
                None => Value::Null,
                Some(id) => json!({
                    "str": row.text(8)?, "urn": row.text(4)?, "id": id, "ref_id": row.text(5)?, "name": row.text(6)?,
                    "description": row.text(7)?,
                }),
            };
            fields.push(("parent_requirement", parent.to_string().into_bytes()));
            Ok((
                required(row.uuid(0)?)?,
                Node {
                    name: cell(row, 2, Storage::Text)?,
                    description: fields[3].1.clone(),
                    assessable: row.bool(1)?.unwrap_or(false),
                    scale: (row.int(17)?, row.int(18)?),
                    scale_name: row.text(19)?,
                    fields,
                },
            ))
        })
        .await?;
    Ok(found.into_iter().collect())
}

fn requirement(
    id: Uuid,
    node: &Node,
    questions: Option<&Value>,
    controls: Option<&Vec<Value>>,
    threats: Option<&Vec<Value>>,
) -> Vec<u8> {
    let mut out = format!("{{\"id\":\"{id}\"").into_bytes();
    let mut put = |name: &str, cell: &[u8]| {
        out.extend_from_slice(format!(",\"{name}\":").as_bytes());
        out.extend_from_slice(cell);
    };
    for (name, cell) in &node.fields {
        put(name, cell);
    }
    let list = |list: Option<&Vec<Value>>| json!(list.map_or(&[][..], Vec::as_slice)).to_string();
    put("associated_reference_controls", list(controls).as_bytes());
    put("associated_threats", list(threats).as_bytes());
    put("questions", questions.unwrap_or(&Value::Null).to_string().as_bytes());
    out.push(b'}');
    out
}

/// Objects of a catalogue that nodes name, as far as the caller sees them.
async fn linked(
    reading: &mut Reading<'_>,
    field: &str,
    target: &'static str,
    nodes: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Value>>, ApiError> {
    let Some(target) = reading.ctx.engine.registry().get(target) else { return Ok(HashMap::new()) };
    let access = reading.access(target);
    let wording = Wording::of(reading.ctx);
    let mut statement = reading.rows.sql(&format!(
        "SELECT l.source_id, r.id, r.urn, {}, {} FROM requirement_nodes__{field} l JOIN {} r ON r.id = l.target_id WHERE ",
        wording.reference(target, "r"),
        wording.text("r", "description"),
        target.table()
    ));
    statement.bind_in("l.source_id", Cell::Uuids(nodes.to_vec())).push(" AND ");
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY l.source_id, l.position");
    let mut found: HashMap<Uuid, Vec<Value>> = HashMap::new();
    reading
        .rows
        .each(&access, &statement, |row| {
            let label = row.text(3)?.unwrap_or_default();
            let words = match row.text(4)?.filter(|text| !text.is_empty()) {
                Some(description) => format!("{label}: {description}"),
                None => label,
            };
            let entry = json!({ "str": words, "urn": row.text(2)?, "id": required(row.uuid(1)?)? });
            found.entry(required(row.uuid(0)?)?).or_default().push(entry);
            Ok(())
        })
        .await?;
    Ok(found)
}
