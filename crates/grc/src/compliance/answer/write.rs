//! An answer that is written alone: it has to fit its question, and changes its row as the row's own `answers` would.

use crate::compliance::audit::hold;
use crate::compliance::questionnaire::{Answers, Question, Questionnaire};
use crate::compliance::questions::{Of as Nodes, questions};
use crate::library::QuestionType;
use engine::write::{Mode, Saving, update_in};
use engine::{Access, ApiError, Body, Cell, Context, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Of two answers to one question nobody knows which one holds.
const TAKEN: &str = "The fields requirement_assessment, question must make a unique set.";

fn system() -> Access {
    Access::system("an answer follows the rules of its row and its question")
}

/// The row asks the question, and nobody has answered it yet.
pub(super) async fn check(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let (Some(row), Some(question)) = (saving.reference("requirement_assessment"), saving.reference("question")) else {
        return Ok(());
    };
    if !saving.is_new {
        return Ok(());
    }
    let mut statement = saving.rows.sql(
        "SELECT t.compliance_assessment_id, (SELECT count(*) FROM questions q WHERE q.requirement_node_id = \
         t.requirement_id AND q.id = ",
    );
    statement.bind(question).push(") FROM requirement_assessments t WHERE t.id = ").bind(row);
    let found =
        saving.rows.one(&system(), &statement, |row| Ok((required(row.uuid(0)?)?, required(row.int(1)?)?))).await?;
    let Some((audit, asks)) = found else { return Ok(()) };
    if asks == 0 {
        saving.errors.add("question", "The requirement of this row does not ask this question.");
        return Ok(());
    }
    // Whoever answers the same question meanwhile waits here, and is told below.
    hold(saving.rows, saving.ctx, audit).await?;
    let mut statement = saving.rows.sql("SELECT t.id FROM answers t WHERE t.requirement_assessment_id = ");
    statement.bind(row).push(" AND t.question_id = ").bind(question);
    if !saving.rows.ids(&system(), &statement).await?.is_empty() {
        saving.errors.add("non_field_errors", TAKEN);
    }
    Ok(())
}

/// What the body says becomes a change of the row, which keeps it.
pub(super) async fn tell_row(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let Some((row, question)) = asked(saving).await? else { return Ok(()) };
    let said = match said(saving, &question).await? {
        Ok(said) => said,
        Err((field, sentence)) => {
            saving.errors.add(field, sentence);
            return Ok(());
        }
    };
    let answers: Map<String, Value> = said.iter().map(|said| (question.urn.clone(), said.clone())).collect();
    change_row(saving, row, answers).await?;
    // A row passes over in silence what its audit leaves to others; here it is all that is asked for.
    match said {
        Some(said) if !is_kept(saving, &question, &said).await? => Err(ApiError::Forbidden),
        _ => Ok(()),
    }
}

/// What is deleted was said no more.
pub(super) async fn take_back(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let Some((row, question)) = asked(saving).await? else { return Ok(()) };
    let nothing = Value::Null;
    change_row(saving, row, Map::from_iter([(question.urn.clone(), nothing.clone())])).await?;
    if is_kept(saving, &question, &nothing).await? { Ok(()) } else { Err(ApiError::Forbidden) }
}

async fn change_row(saving: &mut Saving<'_>, row: Uuid, answers: Map<String, Value>) -> Result<(), ApiError> {
    let rows = saving.ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    // What the caller says of versions is said of the answer.
    let ctx = Context { if_match: None, strict: false, ..saving.ctx.clone() };
    let body = Body::from_iter([("answers".to_owned(), Value::Object(answers))]);
    update_in(&ctx, saving.rows, rows, row, Mode::Patch, &body).await
}

/// The row, and the question that it answers.
async fn asked(saving: &mut Saving<'_>) -> Result<Option<(Uuid, Question)>, ApiError> {
    let (Some(row), Some(id)) = (saving.reference("requirement_assessment"), saving.reference("question")) else {
        return Ok(None);
    };
    let mut statement = saving.rows.sql("SELECT q.requirement_node_id, q.urn FROM questions q WHERE q.id = ");
    statement.bind(id);
    let read = |row: &engine::Row<'_>| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default()));
    let Some((node, urn)) = saving.rows.one(&system(), &statement, read).await? else { return Ok(None) };
    let found = questions(&mut saving.reading(), Nodes::Nodes(&[node])).await?;
    let question = found.get(&node).and_then(|questions| Questionnaire::read(questions).get(&urn).cloned());
    Ok(question.map(|question| (row, question)))
}

/// What the body says to a question, in the form of a row's `answers`; nothing when it does not speak of it. The inner
/// error is a field and its sentence.
async fn said(
    saving: &mut Saving<'_>,
    question: &Question,
) -> Result<Result<Option<Value>, (&'static str, &'static str)>, ApiError> {
    let value = match saving.values.get("value") {
        Some(Cell::Json(value)) => Some(value.clone()),
        Some(_) => Some(Value::Null),
        None => None,
    };
    let chosen = saving.values.linked("selected_choices").map(<[Uuid]>::to_vec);
    let takes_choices = matches!(question.kind, QuestionType::UniqueChoice | QuestionType::MultipleChoice);
    if !takes_choices {
        if chosen.is_some_and(|chosen| !chosen.is_empty()) {
            return Ok(Err(("selected_choices", "This question takes a value, not a choice.")));
        }
        return Ok(match value {
            Some(value) if !question.takes(&value) => Err(("value", wanted(question.kind))),
            value => Ok(value),
        });
    }
    if value.is_some_and(|value| !value.is_null()) {
        return Ok(Err(("value", "This question takes a choice, not a value.")));
    }
    let Some(chosen) = chosen else { return Ok(Ok(None)) };
    let urns = urns(saving, &chosen).await?;
    if urns.iter().any(|urn| question.choice(urn).is_none()) {
        return Ok(Err(("selected_choices", "This question does not offer this choice.")));
    }
    Ok(match question.kind {
        QuestionType::MultipleChoice => Ok(Some(json!(urns))),
        _ if urns.len() > 1 => Err(("selected_choices", "This question takes one choice.")),
        _ => Ok(Some(urns.into_iter().next().map_or(Value::Null, Value::String))),
    })
}

fn wanted(kind: QuestionType) -> &'static str {
    match kind {
        QuestionType::Number => "A valid number is required.",
        QuestionType::Boolean => "Must be a valid boolean.",
        QuestionType::Date => "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        _ => "Not a valid string.",
    }
}

async fn urns(saving: &mut Saving<'_>, choices: &[Uuid]) -> Result<Vec<String>, ApiError> {
    let mut statement = saving.rows.sql("SELECT c.urn FROM question_choices c WHERE ");
    statement.bind_in("c.id", Cell::Uuids(choices.to_vec())).push(" ORDER BY c.position, c.id");
    saving.rows.all(&system(), &statement, |row| Ok(row.text(0)?.unwrap_or_default())).await
}

/// Whether the row says this by now.
async fn is_kept(saving: &mut Saving<'_>, question: &Question, said: &Value) -> Result<bool, ApiError> {
    let Some(row) = saving.reference("requirement_assessment") else { return Ok(false) };
    let mut statement = saving.rows.sql("SELECT t.answers FROM requirement_assessments t WHERE t.id = ");
    statement.bind(row);
    let kept = saving.rows.one(&system(), &statement, |row| row.json(0)).await?.flatten().unwrap_or_default();
    Ok(Answers::stored(&kept).get(&question.urn) == question.answer_of(said).as_ref())
}
