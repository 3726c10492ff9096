//! Questions about a requirement.

use super::{READ, document};
use engine::declare::{
    Choices, Columns, Resource, Scope, choice, computed, created_at, folder, integer, is_published, long_text,
    reference, text, updated_at,
};
use engine::read::{Reading, Wording, write_rows};
use engine::{ApiError, Cell, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

const TYPES: Choices = &[
    ("text", "Text"),
    ("number", "Number"),
    ("boolean", "Boolean"),
    ("unique_choice", "Unique choice"),
    ("multiple_choice", "Multiple choice"),
    ("date", "Date"),
];

/// A question.
pub fn question() -> Resource {
    Resource::new("questions", "question")
        .scope(Scope::Folder)
        .called("Question", "Question", "Questions")
        .module("catalog")
        .label("COALESCE({t}.text, {t}.urn)", "text")
        .ordered_by(&["created_at", "order"])
        .field(long_text("annotation").nullable().translated().read_only())
        .field(computed("choices", "choices", "array", |reading, ids| Box::pin(choices(reading, ids))))
        .field(document("config").nullable())
        .field(created_at().only(READ))
        .field(document("depends_on").nullable())
        .field(folder().read_only())
        .field(is_published("true").read_only())
        .field(integer("order", i64::MIN, i64::MAX).kept_in("position").read_only().order())
        .field(text("ref_id").nullable().max(100).read_only().filter())
        .field(reference("requirement_node", "requirement-nodes").cascade().bare().read_only().filter())
        .field(long_text("text").nullable().translated().read_only().search().column())
        .field(super::translations())
        .field(choice("type", TYPES).as_code().read_only().filter().column())
        .field(updated_at().only(READ))
        .field(text("urn").max(255).read_only().filter())
        .field(integer("weight", i64::MIN, i64::MAX).read_only().default("1"))
        .read_only()
        .part()
}

/// The choices of each question, as they are shown alone.
async fn choices(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let resource = reading.ctx.engine.registry().get("question-choices").ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let mut statement = reading.rows.sql("SELECT t.id FROM question_choices t WHERE ");
    statement.bind_in("t.question_id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    let choice_ids = reading.rows.ids(&access, &statement).await?;
    let mut out = vec![b'['];
    let order = " ORDER BY t.question_id, t.position, t.id";
    write_rows(reading, resource, engine::declare::Shape::List, &choice_ids, order, &mut out).await?;
    out.push(b']');
    let rows: Vec<Value> = serde_json::from_slice(&out).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut by_question: HashMap<Uuid, Vec<Value>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    for row in rows {
        if let Some(id) = row["question"].as_str().and_then(|text| text.parse().ok()) {
            by_question.entry(id).or_default().push(row);
        }
    }
    let cells = by_question.into_iter().map(|(id, rows)| (id, json!(rows).to_string().into_bytes()));
    Ok(Columns::from([("choices", cells.collect())]))
}

/// One question as nodes and trees tell of it.
pub(crate) struct Told {
    urn: String,
    head: Value,
    /// Its choices, in order.
    pub(crate) choices: Vec<Value>,
}

impl Told {
    /// Without choices yet.
    pub(crate) fn new(urn: &str, kind: &str, text: &str, weight: i64) -> Self {
        let head = json!({ "type": kind, "text": text, "weight": weight });
        Self { urn: urn.to_owned(), head, choices: Vec::new() }
    }
}

/// `{urn: {type, text, choices, …}}` in the order of the questions.
pub(crate) fn write(questions: &[Told]) -> Vec<u8> {
    let entries = questions.iter().map(|question| {
        let mut told = question.head.clone();
        if !question.choices.is_empty() {
            told["choices"] = json!(question.choices);
        }
        format!("{}:{told}", json!(question.urn))
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(",")).into_bytes()
}

/// An object without the keys that say nothing.
pub(crate) fn without_nulls(mut object: Value) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    object
}

/// The questions of these nodes, in the language asked for, as JSON text; nodes without any are
/// not there. Two statements, however many nodes.
pub(crate) async fn of_nodes(reading: &mut Reading<'_>, nodes: &[Uuid]) -> Result<HashMap<Uuid, Vec<u8>>, ApiError> {
    let registry = reading.ctx.engine.registry();
    let questions = registry.get("questions").ok_or(ApiError::NotFound)?;
    let choices = registry.get("question-choices").ok_or(ApiError::NotFound)?;
    let wording = Wording::of(reading.ctx);
    let access = reading.access(questions);
    let mut statement = reading.rows.sql(&format!(
        "SELECT t.id, t.requirement_node_id, t.urn, t.type, {}, t.weight, t.depends_on, t.config, {} FROM questions t \
         WHERE ",
        wording.text("t", "text"),
        wording.text("t", "annotation"),
    ));
    statement.bind_in("t.requirement_node_id", Cell::Uuids(nodes.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.requirement_node_id, t.position, t.id");
    let found = reading
        .rows
        .all(&access, &statement, |row| {
            let text = |index| row.text(index).map(Option::unwrap_or_default);
            let mut told = Told::new(&text(2)?, &text(3)?, &text(4)?, required(row.int(5)?)?);
            for (name, value) in [("depends_on", row.json(6)?), ("config", row.json(7)?)] {
                if let Some(value) = value {
                    told.head[name] = value;
                }
            }
            if let Some(annotation) = row.text(8)? {
                told.head["annotation"] = json!(annotation);
            }
            Ok((required(row.uuid(0)?)?, required(row.uuid(1)?)?, told))
        })
        .await?;
    let access = reading.access(choices);
    let mut statement = reading.rows.sql(&format!(
        "SELECT t.question_id, t.urn, {}, {}, t.color, t.add_score, t.compute_result, t.select_implementation_groups, \
         {} FROM question_choices t WHERE ",
        wording.text("t", "value"),
        wording.text("t", "description"),
        wording.text("t", "annotation"),
    ));
    statement.bind_in("t.question_id", Cell::Uuids(found.iter().map(|(id, ..)| *id).collect())).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.question_id, t.position, t.id");
    let mut by_question: HashMap<Uuid, Vec<Value>> = HashMap::new();
    reading
        .rows
        .each(&access, &statement, |row| {
            let choice = without_nulls(json!({
                "urn": row.text(1)?, "value": row.text(2)?, "description": row.text(3)?, "color": row.text(4)?,
                "add_score": row.int(5)?, "compute_result": row.text(6)?, "select_implementation_groups": row.json(7)?,
                "annotation": row.text(8)?,
            }));
            by_question.entry(required(row.uuid(0)?)?).or_default().push(choice);
            Ok(())
        })
        .await?;
    let mut by_node: HashMap<Uuid, Vec<Told>> = HashMap::new();
    for (id, node, mut told) in found {
        told.choices = by_question.remove(&id).unwrap_or_default();
        by_node.entry(node).or_default().push(told);
    }
    Ok(by_node.into_iter().map(|(node, told)| (node, write(&told))).collect())
}
