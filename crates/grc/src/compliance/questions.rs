//! Questions of nodes, as they are shown with their choices, for many nodes at once.

use super::head::part;
use super::questionnaire::Questionnaire;
use engine::read::{Reading, Wording};
use engine::{ApiError, Cell, required};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Which nodes are meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of<'a> {
    /// These.
    Nodes(&'a [Uuid]),
    /// All of these frameworks.
    Frameworks(&'a [Uuid]),
}

/// `{urn: {type, text, choices, …}}` by node, in the language of the answer; nodes without questions are absent.
pub(super) async fn questions(reading: &mut Reading<'_>, of: Of<'_>) -> Result<HashMap<Uuid, Value>, ApiError> {
    let wording = Wording::of(reading.ctx);
    let (text, note) = (wording.text("q", "text"), wording.text("q", "annotation"));
    let mut statement = reading.rows.sql(&format!(
        "SELECT q.id, q.requirement_node_id, q.urn, q.type, {text}, q.weight, COALESCE({note}, {text}), q.depends_on \
         FROM questions q JOIN requirement_nodes n ON n.id = q.requirement_node_id WHERE "
    ));
    only(&mut statement, of);
    statement.push(" ORDER BY q.requirement_node_id, q.position, q.id");
    let found = reading
        .rows
        .all(&part(), &statement, |row| {
            let mut question = Map::new();
            question.insert("type".into(), json!(row.text(3)?));
            question.insert("text".into(), json!(row.text(4)?));
            question.insert("weight".into(), json!(row.int(5)?.unwrap_or(1)));
            question.insert("annotation".into(), json!(row.text(6)?));
            let depends_on = row.json(7)?.filter(|depends_on| !depends_on.is_null());
            let kind = row.text(3)?.unwrap_or_default();
            let urn = row.text(2)?.unwrap_or_default();
            Ok((required(row.uuid(0)?)?, required(row.uuid(1)?)?, urn, kind, question, depends_on))
        })
        .await?;
    let mut choices = if found.is_empty() { HashMap::new() } else { choices(reading, of).await? };
    let mut nodes: HashMap<Uuid, Map<String, Value>> = HashMap::new();
    for (id, node, urn, kind, mut question, depends_on) in found {
        if kind.ends_with("_choice") {
            question.insert("choices".into(), Value::Array(choices.remove(&id).unwrap_or_default()));
        }
        question.extend(depends_on.map(|depends_on| ("depends_on".to_owned(), depends_on)));
        nodes.entry(node).or_default().insert(urn, Value::Object(question));
    }
    Ok(nodes.into_iter().map(|(node, questions)| (node, Value::Object(questions))).collect())
}

/// The same as far as answers decide something.
pub(super) async fn questionnaire(reading: &mut Reading<'_>, node: Uuid) -> Result<Questionnaire, ApiError> {
    let found = questions(reading, Of::Nodes(&[node])).await?;
    Ok(found.get(&node).map(Questionnaire::read).unwrap_or_default())
}

async fn choices(reading: &mut Reading<'_>, of: Of<'_>) -> Result<HashMap<Uuid, Vec<Value>>, ApiError> {
    let wording = Wording::of(reading.ctx);
    let (value, note) = (wording.text("c", "value"), wording.text("c", "annotation"));
    let mut statement = reading.rows.sql(&format!(
        "SELECT c.question_id, c.urn, {value}, c.add_score, c.compute_result, c.select_implementation_groups, c.color, \
         {}, COALESCE({note}, {value}) FROM question_choices c JOIN questions q ON q.id = c.question_id \
         JOIN requirement_nodes n ON n.id = q.requirement_node_id WHERE ",
        wording.text("c", "description")
    ));
    only(&mut statement, of);
    statement.push(" ORDER BY c.question_id, c.position, c.id");
    let mut found: HashMap<Uuid, Vec<Value>> = HashMap::new();
    reading
        .rows
        .each(&part(), &statement, |row| {
            let mut choice = Map::new();
            choice.insert("urn".into(), json!(row.text(1)?));
            choice.insert("value".into(), json!(row.text(2)?));
            let given = [
                ("add_score", row.int(3)?.map(|score| json!(score))),
                ("compute_result", row.text(4)?.map(|result| json!(result))),
                (
                    "select_implementation_groups",
                    row.json(5)?.filter(|groups| groups != &json!([]) && !groups.is_null()),
                ),
                ("color", row.text(6)?.map(|color| json!(color))),
                ("description", row.text(7)?.map(|text| json!(text))),
            ];
            choice.extend(given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
            choice.insert("annotation".into(), json!(row.text(8)?));
            found.entry(required(row.uuid(0)?)?).or_default().push(Value::Object(choice));
            Ok(())
        })
        .await?;
    Ok(found)
}

fn only(statement: &mut engine::Statement, of: Of<'_>) {
    let (column, ids) = match of {
        Of::Nodes(ids) => ("n.id", ids),
        Of::Frameworks(ids) => ("n.framework_id", ids),
    };
    statement.bind_in(column, Cell::Uuids(ids.to_vec()));
}
