//! Requirements as a tree, in the order of the file: `{node id: {…, "children": {node id: …}}}`.
//!
//! JSON objects here are written by hand, since readers go by the order of their keys.

use super::{labels, question};
use crate::library::{Branch, Question};
use engine::declare::Answer;
use engine::read::{Reading, Wording};
use engine::{ApiError, Call, Context, required};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// One node on its way into a tree.
pub(crate) struct Leaf {
    /// Its id, the key under which it stands.
    pub(crate) id: Uuid,
    /// By what its children name it.
    pub(crate) urn: String,
    /// Below which node it stands.
    pub(crate) parent_urn: Option<String>,
    /// What is told of it, apart from `style` and `children`.
    pub(crate) fields: Map<String, Value>,
    /// Its questions as JSON text, if it has any.
    pub(crate) questions: Option<Vec<u8>>,
}

/// The tree of these nodes, which come in the order of the file.
pub(crate) fn write(leaves: &[Leaf]) -> Vec<u8> {
    let by_urn: HashMap<&str, usize> = leaves.iter().enumerate().map(|(at, leaf)| (leaf.urn.as_str(), at)).collect();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); leaves.len()];
    let mut top = Vec::new();
    for (at, leaf) in leaves.iter().enumerate() {
        match leaf.parent_urn.as_deref().and_then(|urn| by_urn.get(urn)) {
            Some(parent) => below[*parent].push(at),
            None => top.push(at),
        }
    }
    let mut out = Vec::with_capacity(leaves.len() * 700);
    branches(leaves, &top, &below, &mut out);
    out
}

fn branches(leaves: &[Leaf], level: &[usize], below: &[Vec<usize>], out: &mut Vec<u8>) {
    out.push(b'{');
    for (number, at) in level.iter().enumerate() {
        let (leaf, children) = (&leaves[*at], &below[*at]);
        if number > 0 {
            out.push(b',');
        }
        out.extend_from_slice(format!("\"{}\":{{", leaf.id).as_bytes());
        for (name, value) in &leaf.fields {
            out.extend_from_slice(format!("{}:{value},", json!(name)).as_bytes());
        }
        out.extend_from_slice(b"\"questions\":");
        out.extend_from_slice(leaf.questions.as_deref().unwrap_or(b"null"));
        let style = if children.is_empty() { "leaf" } else { "node" };
        out.extend_from_slice(format!(",\"style\":\"{style}\",\"children\":").as_bytes());
        branches(leaves, children, below, out);
        out.push(b'}');
    }
    out.push(b'}');
}

/// `tree/` of a framework.
pub(super) async fn of_framework(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    let mut rows = call.read().await?;
    framework(&mut Reading { ctx: call.ctx, rows: &mut rows }, id).await.map(Answer::Raw)
}

/// `tree/` of a loaded library: that of its framework.
pub(super) async fn of_loaded(call: Call<'_>) -> Result<Answer, ApiError> {
    let frameworks = call.ctx.engine.registry().get("frameworks").ok_or(ApiError::NotFound)?;
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let access = reading.access(frameworks);
    let mut statement = reading.rows.sql("SELECT t.id FROM frameworks t WHERE t.library_id = ");
    statement.bind(call.item()?).push(" AND ");
    access.push_condition("t", &mut statement);
    let found = reading.rows.ids(&access, &statement).await?;
    let framework_id = found.first().ok_or_else(no_framework)?;
    framework(&mut reading, *framework_id).await.map(Answer::Raw)
}

/// `tree/` of a stored library. Nothing of it is loaded, so ids are new each time.
pub(super) async fn of_stored(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let (library, _) = super::load::read_file(&mut rows, call.item()?).await?;
    if library.objects.framework.is_none() {
        return Err(no_framework());
    }
    let mut leaves = Vec::new();
    gather(call.ctx, &library.tree(), &mut leaves)?;
    Ok(Answer::Raw(write(&leaves)))
}

fn no_framework() -> ApiError {
    ApiError::refused(404, json!("This library doesn't contain any framework."))
}

/// The nodes of a loaded framework as a tree.
async fn framework(reading: &mut Reading<'_>, id: Uuid) -> Result<Vec<u8>, ApiError> {
    let resource = reading.ctx.engine.registry().get("requirement-nodes").ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let wording = Wording::of(reading.ctx);
    let mut statement = reading.rows.sql(&format!(
        "SELECT t.id, t.urn, t.parent_urn, t.ref_id, {}, {}, t.implementation_groups, t.weight, t.min_score, \
         t.max_score, t.display_mode, t.assessable, {} FROM requirement_nodes t WHERE t.framework_id = ",
        wording.text("t", "name"),
        wording.text("t", "description"),
        wording.sql(resource, labels::LONG, "t"),
    ));
    statement.bind(id).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.order_id, t.id");
    let mut leaves = reading
        .rows
        .all(&access, &statement, |row| {
            let (urn, parent_urn) = (row.text(1)?.unwrap_or_default(), row.text(2)?);
            let fields = fields(&json!({
                "urn": urn, "parent_urn": parent_urn, "ref_id": row.text(3)?, "name": row.text(4)?,
                "description": row.text(5)?, "implementation_groups": row.json(6)?, "weight": row.int(7)?,
                "min_score": row.int(8)?, "max_score": row.int(9)?, "display_mode": row.text(10)?,
                "assessable": row.bool(11)?, "node_content": row.text(12)?,
            }));
            Ok(Leaf { id: required(row.uuid(0)?)?, urn, parent_urn, fields, questions: None })
        })
        .await?;
    let ids: Vec<Uuid> = leaves.iter().map(|leaf| leaf.id).collect();
    let mut questions = question::of_nodes(reading, &ids).await?;
    for leaf in &mut leaves {
        leaf.questions = questions.remove(&leaf.id);
    }
    Ok(write(&leaves))
}

/// What an audit would tell of a node is there and null, as recorded.
fn fields(known: &Value) -> Map<String, Value> {
    const OF_AUDITS: [&str; 13] = [
        "ra_id",
        "status",
        "result",
        "extended_result",
        "is_scored",
        "score",
        "documentation_score",
        "answers",
        "mapping_inference",
        "status_display",
        "status_i18n",
        "result_i18n",
        "questions",
    ];
    let nulls = OF_AUDITS.iter().filter(|name| **name != "questions").map(|name| ((*name).to_owned(), Value::Null));
    let mut fields: Map<String, Value> = nulls.collect();
    fields.extend(known.as_object().cloned().unwrap_or_default());
    fields
}

fn gather(ctx: &Context, branches: &[Branch<'_>], into: &mut Vec<Leaf>) -> Result<(), ApiError> {
    for branch in branches {
        let node = branch.node;
        let texts = node.entry.translated(&ctx.language);
        let fields = fields(&json!({
            "urn": node.entry.urn, "parent_urn": node.parent_urn, "ref_id": node.entry.ref_id, "name": texts.name,
            "description": texts.description, "implementation_groups": Value::Null, "weight": node.weight,
            "min_score": node.min_score, "max_score": node.max_score,
            "display_mode": node.display_mode.as_deref().unwrap_or("default"), "assessable": node.assessable,
            "node_content": content(node.entry.ref_id.as_deref(), texts.name, texts.description),
        }));
        let questions = (!node.questions.is_empty()).then(|| file_questions(&ctx.language, &node.questions));
        let (urn, parent_urn) = (node.entry.urn.clone(), node.parent_urn.clone());
        into.push(Leaf { id: ctx.engine.new_id()?, urn, parent_urn, fields, questions });
        gather(ctx, &branch.children, into)?;
    }
    Ok(())
}

/// Short name, name and description in one line, as far as there are any.
fn content(ref_id: Option<&str>, name: Option<&str>, description: Option<&str>) -> String {
    let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let short: Vec<String> = [given(ref_id), given(name)].into_iter().flatten().collect();
    let short = short.join(" - ");
    given(description).map_or(short.clone(), |description| format!("{short}: {description}"))
}

fn file_questions(language: &str, questions: &[Question]) -> Vec<u8> {
    let told = questions.iter().map(|question| {
        let text = question.translations.get(language, "text").unwrap_or(&question.text);
        let mut told = question::Told::new(&question.urn, question.kind.code(), text, question.weight);
        for choice in &question.choices {
            told.choices.push(question::without_nulls(json!({
                "urn": choice.urn,
                "value": choice.translations.get(language, "value").unwrap_or(&choice.value),
                "description": choice.translations.get(language, "description").or(choice.description.as_deref()),
                "color": choice.color, "add_score": choice.add_score, "compute_result": choice.compute_result,
            })));
        }
        told
    });
    question::write(&told.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::{Leaf, Map, content, write};
    use uuid::Uuid;

    fn leaf(number: u128, parent: Option<u128>) -> Leaf {
        let urn = |number: u128| format!("urn:{number}");
        Leaf {
            id: Uuid::from_u128(number),
            urn: urn(number),
            parent_urn: parent.map(urn),
            fields: Map::new(),
            questions: None,
        }
    }

    #[test]
    fn nodes_keep_the_order_of_the_file_whatever_their_ids() {
        let text = String::from_utf8(write(&[leaf(9, None), leaf(3, Some(9)), leaf(1, Some(9)), leaf(2, None)]))
            .expect("text");
        let places: Vec<usize> =
            [9, 3, 1, 2].map(|number| text.find(&Uuid::from_u128(number).to_string()).expect("there")).into();
        assert!(places.is_sorted(), "{text}");
        let tree: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(tree[Uuid::from_u128(9).to_string()]["children"].as_object().map(serde_json::Map::len), Some(2));
        assert_eq!(tree[Uuid::from_u128(9).to_string()]["style"], "node");
        assert_eq!(tree[Uuid::from_u128(2).to_string()]["style"], "leaf");
    }

    #[test]
    fn a_line_holds_what_there_is() {
        assert_eq!(content(Some("1.1"), Some("First"), Some("What")), "1.1 - First: What");
        assert_eq!(content(Some("1.1"), None, Some("What")), "1.1: What");
        assert_eq!(content(None, Some("First"), None), "First");
    }
}
