//! `update_requirement`: one row of an audit by the urn or the reference of its requirement.

use crate::compliance::head::part;
use crate::compliance::words::RESULT;
use engine::declare::Answer;
use engine::write::{Mode, update_in};
use engine::{ApiError, Body, Call, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What is handed on to the row.
const FIELDS: [&str; 4] = ["result", "status", "score", "observation"];

/// Changes the row as a PATCH of it would.
pub(super) async fn update(call: Call<'_>) -> Result<Answer, ApiError> {
    let text = |name: &str| call.body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (urn, ref_id) = (text("urn"), text("ref_id"));
    let (Some(named), Some(result)) = (urn.or(ref_id), call.body.get("result").filter(|result| !result.is_null()))
    else {
        return Err(ApiError::error(400, "urn and result are required fields"));
    };
    if !RESULT.iter().any(|(code, _)| *result == json!(code)) {
        let codes: Vec<String> = RESULT.iter().map(|(code, _)| format!("'{code}'")).collect();
        let sentence = format!("invalid result value. Must be one of: [{}]", codes.join(", "));
        return Err(ApiError::error(400, sentence));
    }
    let resource = call.ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    let mut rows = call.write().await?;
    let column = if urn.is_some() { "n.urn" } else { "lower(n.ref_id)" };
    let mut statement = rows.sql(&format!(
        "SELECT t.id, n.urn FROM requirement_assessments t JOIN requirement_nodes n ON n.id = t.requirement_id \
         WHERE {column} = "
    ));
    statement.bind(named.replace('\0', "").to_lowercase());
    statement.push(" AND t.compliance_assessment_id = ").bind(call.item()?).push(" LIMIT 2");
    // The audit was found visible, and the change below asks for the row itself.
    let read = |row: &engine::Row<'_>| Ok((required(row.uuid(0)?)?, row.text(1)?));
    let found: Vec<(Uuid, Option<String>)> = rows.all(&part(), &statement, read).await?;
    let (id, urn) = match &found[..] {
        [one] => one.clone(),
        [] => {
            let key = if urn.is_some() { "urn" } else { "ref_id" };
            return Err(ApiError::error(404, format!("Requirement with {key} {named} not found")));
        }
        _ => {
            return Err(ApiError::error(400, format!("More than one requirement has the ref_id {named}: use its urn")));
        }
    };
    let sent = FIELDS.iter().filter_map(|field| Some(((*field).to_owned(), call.body.get(*field)?.clone())));
    let mut body: Body = sent.collect();
    if call.body.get("score").is_some_and(|score| !score.is_null()) {
        body.insert("is_scored".into(), json!(true));
    }
    // The caller speaks of the requirement, not of a version of the row.
    let ctx = engine::Context { if_match: None, strict: false, ..call.ctx.clone() };
    update_in(&ctx, &mut rows, resource, id, Mode::Patch, &body).await?;
    rows.commit().await?;
    let mut answer = Map::new();
    answer.insert("message".into(), json!("Requirement updated successfully"));
    answer.insert("urn".into(), json!(urn));
    let told = ["result", "status", "score", "is_scored"].iter();
    answer.extend(told.filter_map(|field| Some(((*field).to_owned(), body.get(*field)?.clone()))));
    Ok(Answer::Json(Value::Object(answer)))
}
