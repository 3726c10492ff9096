//! Answers get a name: an id, and since when they are what they are. What they say stays in their row.

use crate::compliance::questionnaire::Answers;
use engine::{Access, ApiError, Engine, Rows, Statement, Storage, required};
use serde_json::{Value, json};
use uuid::Uuid;

/// Whose answers are meant.
#[derive(Clone, Copy, Debug)]
pub(in crate::compliance) enum Of {
    /// Those of all rows of this audit.
    Audit(Uuid),
    /// Those of all rows of audits of this framework.
    Framework(Uuid),
}

const COLUMNS: [(&str, Storage); 3] = [("id", Storage::Uuid), ("line", Storage::Uuid), ("urn", Storage::Text)];

fn part() -> Access {
    Access::system("answers are parts of a row that may be written")
}

/// Names what a row says anew, in one statement. Answers that had a name keep it, and so do those that are taken back.
pub(in crate::compliance) async fn changed(
    rows: &mut Rows,
    engine: &Engine,
    row: Uuid,
    before: &Answers,
    now: &Answers,
) -> Result<(), ApiError> {
    let all = before.urns().chain(now.urns().filter(|urn| before.get(urn).is_none()));
    let changed = all.filter(|urn| before.get(urn) != now.get(urn));
    let table: Result<Vec<Value>, ApiError> = changed.map(|urn| Ok(json!([engine.new_id()?, row, urn]))).collect();
    insert(rows, table?, "DO UPDATE SET updated_at = excluded.updated_at").await
}

/// Names whatever many rows say that has no name yet: after answers were taken over from another audit, and after a
/// framework that asks again what it had ceased to ask. Two statements, however many rows.
pub(in crate::compliance) async fn missing(rows: &mut Rows, engine: &Engine, of: Of) -> Result<(), ApiError> {
    let mut statement = rows.sql("SELECT t.id, t.answers FROM requirement_assessments t WHERE t.answers <> '{}' AND ");
    only(&mut statement, of);
    let said: Vec<(Uuid, Value)> =
        rows.all(&part(), &statement, |row| Ok((required(row.uuid(0)?)?, row.json(1)?.unwrap_or_default()))).await?;
    let mut table = Vec::new();
    for (row, answers) in &said {
        for urn in Answers::stored(answers).urns() {
            table.push(json!([engine.new_id()?, row, urn]));
        }
    }
    insert(rows, table, "DO NOTHING").await
}

fn only(statement: &mut Statement, of: Of) {
    match of {
        Of::Audit(audit) => statement.push("t.compliance_assessment_id = ").bind(audit),
        Of::Framework(framework) => statement
            .push("t.compliance_assessment_id IN (SELECT a.id FROM compliance_assessments a WHERE a.framework_id = ")
            .bind(framework)
            .push(")"),
    };
}

/// Rows say where and when: they were saved by whoever answers.
async fn insert(rows: &mut Rows, table: Vec<Value>, when_there: &str) -> Result<(), ApiError> {
    if table.is_empty() {
        return Ok(());
    }
    let mut statement = rows.sql(
        "INSERT INTO answers (id, folder_id, requirement_assessment_id, question_id, is_published, name_key, \
         search_text, created_at, updated_at) \
         SELECT v.id, t.folder_id, t.id, q.id, t.is_published, '', '', t.updated_at, t.updated_at FROM ",
    );
    statement.bind_rows(&COLUMNS, Value::Array(table));
    statement.push(&format!(
        " v JOIN requirement_assessments t ON t.id = v.line \
         JOIN questions q ON q.requirement_node_id = t.requirement_id AND q.urn = v.urn WHERE 1 = 1 \
         ON CONFLICT (requirement_assessment_id, question_id) {when_there}"
    ));
    rows.execute(&part(), &statement).await.map(drop)
}
