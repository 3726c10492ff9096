//! Answers to the questions of a row: what they make of its score and result, and of the groups
//! that the audit selects.

use super::change::Rules;
use crate::compliance::answer::changed;
use crate::compliance::questionnaire::{Answers, Method, Questionnaire, is_dynamic, selection};
use crate::compliance::questions::{Of, questionnaire, questions};
use engine::read::Reading;
use engine::write::Saving;
use engine::{Access, ApiError, Cell, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Takes answers in, and sets what they decide. Where answers score, people do not.
pub(super) async fn compute(saving: &mut Saving<'_>, rules: &Rules) -> Result<(), ApiError> {
    if !["answers", "score", "is_scored"].iter().any(|field| saving.values.get(field).is_some()) {
        return Ok(());
    }
    let questionnaire = questionnaire(&mut saving.reading(), rules.node).await?;
    if questionnaire.scores() {
        saving.values.cells.retain(|(name, _)| !matches!(*name, "score" | "is_scored"));
    }
    let Some(Cell::Json(patch)) = saving.values.get("answers").cloned() else { return Ok(()) };
    let stored = match saving.before.get("answers") {
        Some(Cell::Json(stored)) => Answers::stored(stored),
        _ => Answers::default(),
    };
    match questionnaire.answer(&stored, &patch, rules.scale, Method::of_audit(&rules.method)) {
        Err(sentence) => saving.errors.add("answers", sentence),
        Ok(answered) => {
            saving.values.set("answers", answered.answers.to_json());
            if let Some(score) = answered.computed.score {
                saving.values.set("score", score);
                saving.values.set("is_scored", score.is_some());
            }
            if let Some(result) = answered.computed.result_code() {
                saving.values.set("result", result);
            }
        }
    }
    Ok(())
}

/// New answers get names, and may select other groups of the audit.
pub(super) async fn follow(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let (true, Some(audit)) = (saving.changes("answers"), saving.reference("compliance_assessment")) else {
        return Ok(());
    };
    let stored = |cell: Option<&Cell>| match cell {
        Some(Cell::Json(stored)) => Answers::stored(stored),
        _ => Answers::default(),
    };
    let (before, now) = (stored(saving.before.get("answers")), stored(saving.get("answers")));
    changed(saving.rows, &saving.ctx.engine, saving.id, &before, &now).await?;
    let Some(groups) = selected(&mut saving.reading(), audit).await? else { return Ok(()) };
    let access = Access::system("answers select the groups of their audit");
    let mut statement = saving.rows.sql("UPDATE compliance_assessments SET selected_implementation_groups = ");
    statement.bind(json!(groups)).push(" WHERE id = ").bind(audit);
    saving.rows.execute(&access, &statement).await.map(drop)
}

/// The groups that the answers of an audit select; none where people select them.
pub(in crate::compliance) async fn selected(
    reading: &mut Reading<'_>,
    audit: Uuid,
) -> Result<Option<Vec<String>>, ApiError> {
    let access = Access::system("answers select the groups of their audit");
    let mut statement = reading.rows.sql(
        "SELECT f.id, f.implementation_groups_definition FROM compliance_assessments a \
         JOIN frameworks f ON f.id = a.framework_id WHERE f.is_dynamic AND a.id = ",
    );
    statement.bind(audit);
    let framework = reading
        .rows
        .one(&access, &statement, |row| Ok((required(row.uuid(0)?)?, row.json(1)?.unwrap_or_default())))
        .await?;
    let Some((framework, definition)) = framework else { return Ok(None) };
    let asked = questions(reading, Of::Frameworks(&[framework])).await?;
    let asked: HashMap<Uuid, Questionnaire> =
        asked.iter().map(|(node, questions)| (*node, Questionnaire::read(questions))).collect();
    if !is_dynamic(asked.values()) {
        return Ok(None);
    }
    let mut statement = reading
        .rows
        .sql("SELECT t.requirement_id, t.answers FROM requirement_assessments t WHERE t.compliance_assessment_id = ");
    statement.bind(audit).push(" ORDER BY t.position");
    let rows: Vec<(Uuid, Value)> = reading
        .rows
        .all(&access, &statement, |row| Ok((required(row.uuid(0)?)?, row.json(1)?.unwrap_or_default())))
        .await?;
    let triggered: Vec<String> = rows
        .iter()
        .filter_map(|(node, answers)| Some(asked.get(node)?.triggered(&Answers::stored(answers))))
        .flatten()
        .collect();
    Ok(Some(selection(&definition, &triggered)))
}
