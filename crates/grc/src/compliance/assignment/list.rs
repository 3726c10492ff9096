//! `requirements_list` of an assignment: the nodes of its framework, and the assigned rows as those
//! see them who have to answer.

use crate::compliance::head::{head, part};
use crate::compliance::numbers::Viewer;
use crate::compliance::questionnaire::{Answers, Asked, Questionnaire};
use engine::declare::{Answer, Shape};
use engine::read::{Reading, write_rows};
use engine::{ApiError, Call, Verb, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Fields that tell of the scale, and nothing where scores are hidden.
const SCALE: [&str; 3] = ["effective_min_score", "effective_max_score", "effective_scores_definition"];

/// Both lists in the order of the framework.
pub(super) async fn requirements(call: Call<'_>) -> Result<Answer, ApiError> {
    let registry = call.ctx.engine.registry();
    let (Some(nodes), Some(own)) = (registry.get("requirement-nodes"), registry.get("requirement-assessments")) else {
        return Err(ApiError::NotFound);
    };
    let id = call.item()?;
    let mut rows = call.read().await?;
    let mut statement = rows.sql("SELECT t.compliance_assessment_id FROM requirement_assignments t WHERE t.id = ");
    statement.bind(id);
    let audit = rows.one(&call.access, &statement, |row| required(row.uuid(0)?)).await?.ok_or(ApiError::NotFound)?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, audit).await?;
    let assigned = assigned(&mut reading, own, id).await?;
    let mut statement = reading.rows.sql("SELECT t.id FROM requirement_nodes t WHERE t.framework_id = ");
    statement.bind(head.framework.id);
    let all = reading.rows.ids(&part(), &statement).await?;

    let mut requirements = b"[".to_vec();
    write_rows(&mut reading, nodes, Shape::Detail, &all, " ORDER BY t.order_id, t.id", &mut requirements).await?;
    requirements.push(b']');
    let mut findings = b"[".to_vec();
    write_rows(&mut reading, own, Shape::Detail, &assigned, " ORDER BY t.position, t.id", &mut findings).await?;
    findings.push(b']');
    let mut findings: Vec<Map<String, Value>> = parsed(&findings)?;
    let hidden = head.hidden_from(Viewer::Respondent);
    let mut total = Asked::default();
    for row in &mut findings {
        row.retain(|name, _| !hidden.contains(&name.as_str()));
        if hidden.contains(&"score") {
            row.extend(SCALE.map(|name| (name.to_owned(), Value::Null)));
        }
        let questions = Questionnaire::read(row.get("requirement").map_or(&Value::Null, |node| &node["questions"]));
        let asked = questions.asked(&Answers::stored(row.get("answers").unwrap_or(&Value::Null)));
        row.insert("visible_questions".into(), json!(asked.visible));
        row.insert("answered_questions".into(), json!(asked.answered));
        total = total + asked;
    }
    Ok(Answer::Json(json!({
        "requirements": parsed::<Value>(&requirements)?,
        "requirement_assessments": findings,
        "total_visible_questions": total.visible,
        "total_answered_questions": total.answered,
        "viewer_role": "respondent",
    })))
}

fn parsed<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::Internal(error.to_string()))
}

/// The rows of an assignment that the caller sees.
async fn assigned(
    reading: &mut Reading<'_>,
    own: &engine::declare::Resource,
    assignment: Uuid,
) -> Result<Vec<Uuid>, ApiError> {
    let access = reading.ctx.access(own, Verb::View);
    let mut statement = reading.rows.sql(
        "SELECT t.id FROM requirement_assessments t JOIN requirement_assignments__requirement_assessments l \
         ON l.target_id = t.id WHERE l.source_id = ",
    );
    statement.bind(assignment).push(" AND ");
    access.push_condition("t", &mut statement);
    reading.rows.ids(&access, &statement).await
}
