//! How answers are shown: chosen choices as references, everything else as a value.

use crate::compliance::questionnaire::Answers;
use engine::declare::Columns;
use engine::read::{Reading, Wording};
use engine::{Access, ApiError, Cell, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// A choice of a question.
struct Choice {
    id: Uuid,
    urn: String,
    label: String,
}

/// An answer, and what its row says to the question.
struct Said {
    id: Uuid,
    question: Uuid,
    takes_choices: bool,
    answer: Option<Value>,
}

impl Said {
    fn chose(&self, urn: &str) -> bool {
        match &self.answer {
            Some(Value::Array(urns)) => urns.iter().any(|one| one == urn),
            Some(one) => one == urn,
            None => false,
        }
    }
}

/// For readers.
pub(super) async fn read(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    columns(reading, ids, |choice| json!({ "str": choice.label, "id": choice.id })).await
}

/// For whoever writes: bare ids.
pub(super) async fn written(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    columns(reading, ids, |choice| json!(choice.id)).await
}

async fn columns(reading: &mut Reading<'_>, ids: &[Uuid], show: fn(&Choice) -> Value) -> Result<Columns, ApiError> {
    let access = Access::system("what rows say that were found visible");
    let mut statement = reading.rows.sql(
        "SELECT x.id, q.id, q.type, q.urn, t.answers FROM answers x JOIN questions q ON q.id = x.question_id \
         JOIN requirement_assessments t ON t.id = x.requirement_assessment_id WHERE ",
    );
    statement.bind_in("x.id", Cell::Uuids(ids.to_vec()));
    let found: Vec<Said> = reading
        .rows
        .all(&access, &statement, |row| {
            let answers = Answers::stored(&row.json(4)?.unwrap_or_default());
            Ok(Said {
                id: required(row.uuid(0)?)?,
                question: required(row.uuid(1)?)?,
                takes_choices: row.text(2)?.is_some_and(|kind| kind.ends_with("_choice")),
                answer: answers.get(&row.text(3)?.unwrap_or_default()).cloned(),
            })
        })
        .await?;
    let questions: Vec<Uuid> = found.iter().map(|said| said.question).collect();
    let choices = choices(reading, &questions).await?;
    let mut columns = Columns::new();
    for said in found {
        let (mut chosen, mut value) = (Vec::new(), Value::Null);
        if said.takes_choices {
            let all = choices.get(&said.question).map_or(&[][..], Vec::as_slice).iter();
            chosen.extend(all.filter(|choice| said.chose(&choice.urn)).map(show));
        } else {
            value = said.answer.unwrap_or_default();
        }
        for (name, cell) in [("selected_choices", Value::Array(chosen)), ("value", value)] {
            columns.entry(name).or_default().insert(said.id, cell.to_string().into_bytes());
        }
    }
    Ok(columns)
}

/// What may be chosen, by question and in its order, as far as the caller sees it.
async fn choices(reading: &mut Reading<'_>, questions: &[Uuid]) -> Result<HashMap<Uuid, Vec<Choice>>, ApiError> {
    let own = reading.ctx.engine.registry().get("question-choices").ok_or(ApiError::NotFound)?;
    let access = reading.access(own);
    let label = Wording::of(reading.ctx).reference(own, "c");
    let mut statement =
        reading.rows.sql(&format!("SELECT c.question_id, c.id, c.urn, {label} FROM question_choices c WHERE "));
    statement.bind_in("c.question_id", Cell::Uuids(questions.to_vec())).push(" AND ");
    access.push_condition("c", &mut statement);
    statement.push(" ORDER BY c.question_id, c.position, c.id");
    let mut found: HashMap<Uuid, Vec<Choice>> = HashMap::new();
    reading
        .rows
        .each(&access, &statement, |row| {
            let text = |at| row.text(at).map(Option::unwrap_or_default);
            let choice = Choice { id: required(row.uuid(1)?)?, urn: text(2)?, label: text(3)? };
            found.entry(required(row.uuid(0)?)?).or_default().push(choice);
            Ok(())
        })
        .await?;
    Ok(found)
}
