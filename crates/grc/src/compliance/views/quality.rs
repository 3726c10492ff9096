//! `quality_check`: what a careful colleague would say of an audit.

use crate::compliance::head::{Head, all_heads, head};
use crate::compliance::lines::{Line, lines};
use crate::compliance::related::{distinct, evidences_of, links, shapes};
use engine::declare::{Answer, Shape};
use engine::read::Reading;
use engine::{ApiError, Call};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What was found, by how much it weighs.
#[derive(Default)]
struct Findings {
    errors: Vec<Value>,
    warnings: Vec<Value>,
    info: Vec<Value>,
}

impl Findings {
    fn to_json(&self) -> Value {
        json!({
            "errors": self.errors,
            "warnings": self.warnings,
            "info": self.info,
            "count": self.errors.len() + self.warnings.len() + self.info.len(),
        })
    }
}

/// Over all audits that the caller sees: what the audits themselves say.
pub(super) async fn all(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let heads = all_heads(&mut reading).await?;
    let ids: Vec<Uuid> = heads.iter().map(|head| head.id).collect();
    let objects = objects(&mut reading, "compliance-assessments", &ids).await?;
    let one = |head: &Head| {
        let mut findings = Findings::default();
        of_audit(head, objects.get(&head.id).unwrap_or(&Value::Null), &mut findings);
        json!({ "id": head.id, "name": head.name, "quality_check": findings.to_json() })
    };
    Ok(Answer::Json(json!({ "results": heads.iter().map(one).collect::<Value>() })))
}

/// One audit with its rows and their evidence.
pub(super) async fn one(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let own = objects(&mut reading, "compliance-assessments", &[head.id]).await?;
    let mut findings = Findings::default();
    of_audit(&head, own.get(&head.id).unwrap_or(&Value::Null), &mut findings);

    let mut lines = lines(&mut reading, &head).await?;
    lines.retain(|line| line.finding.counts(&head));
    let controls = links(&mut reading, &head, "applied_controls", "applied-controls").await?;
    let direct = links(&mut reading, &head, "evidences", "evidences").await?;
    let of_controls = evidences_of(&mut reading, &head, &distinct(controls.iter().map(|link| link.to))).await?;
    let controlled: HashSet<Uuid> = controls.iter().map(|link| link.row).collect();
    let mut proved: HashSet<Uuid> = direct.iter().map(|link| link.row).collect();
    proved.extend(controls.iter().filter(|link| of_controls.contains_key(&link.to)).map(|link| link.row));
    // Of links that are out of sight nothing is missing.
    let hidden = head.hidden();
    let controlled = |line: &Line| hidden.contains(&"applied_controls") || controlled.contains(&line.id);
    let proved = |line: &Line| hidden.contains(&"evidences") || proved.contains(&line.id);
    let missing: Vec<&Line> = lines
        .iter()
        .filter(|line| match line.finding.result.as_ref() {
            "compliant" => !controlled(line) || !proved(line),
            "partially_compliant" => !controlled(line),
            _ => false,
        })
        .collect();
    let rows_of =
        objects(&mut reading, "requirement-assessments", &missing.iter().map(|line| line.id).collect::<Vec<_>>())
            .await?;
    for line in missing {
        let object = rows_of.get(&line.id).unwrap_or(&Value::Null);
        if !controlled(line) {
            let sentence = format!(
                "{}: Requirement assessment's result is compliant or partially compliant with no applied control applied",
                line.label
            );
            findings.info.push(entry(
                &sentence,
                "requirementAssessmentNoAppliedControl",
                "requirement-assessments",
                line.id,
                object,
            ));
        }
        if line.finding.result == "compliant" && !proved(line) {
            let sentence = format!("{}: the requirement is compliant and nothing proves it", line.label);
            findings.warnings.push(entry(
                &sentence,
                "requirementAssessmentNoEvidence",
                "requirement-assessments",
                line.id,
                object,
            ));
        }
    }
    let used = direct.iter().map(|link| link.to).chain(of_controls.values().flatten().copied());
    evidence_without_content(&mut reading, &distinct(used), &mut findings).await?;
    Ok(Answer::Json(findings.to_json()))
}

fn of_audit(head: &Head, object: &Value, findings: &mut Findings) {
    let path = "compliance-assessments";
    if head.status.as_deref() == Some("in_progress") {
        let sentence = format!("{}: Compliance assessment is still in progress", head.name);
        findings.info.push(entry(&sentence, "complianceAssessmentInProgress", path, head.id, object));
    }
    if object["authors"].as_array().is_some_and(Vec::is_empty) {
        let sentence = format!("{}: No author assigned to this compliance assessment", head.name);
        findings.info.push(entry(&sentence, "complianceAssessmentNoAuthor", path, head.id, object));
    }
}

/// An evidence that holds neither a file nor a link proves nothing.
async fn evidence_without_content(
    reading: &mut Reading<'_>,
    ids: &[Uuid],
    findings: &mut Findings,
) -> Result<(), ApiError> {
    let Some(resource) = reading.ctx.engine.registry().get("evidences").filter(|_| !ids.is_empty()) else {
        return Ok(());
    };
    for shape in shapes(reading, resource, Shape::Detail, ids).await? {
        let empty = |field: &str| shape[field].as_str().is_none_or(str::is_empty);
        if let (true, Some(id)) =
            (empty("attachment") && empty("link"), shape["id"].as_str().and_then(|id| id.parse().ok()))
        {
            let sentence = format!("{}: Evidence has no file uploaded", shape["name"].as_str().unwrap_or_default());
            findings.warnings.push(entry(&sentence, "evidenceNoFile", "evidences", id, &shape));
        }
    }
    Ok(())
}

fn entry(sentence: &str, id: &str, path: &str, object: Uuid, fields: &Value) -> Value {
    let kind = path.trim_end_matches('s').replace('-', "");
    json!({
        "msg": sentence,
        "msgid": id,
        "link": format!("{path}/{object}"),
        "obj_type": kind,
        "object": [{ "model": format!("core.{kind}"), "pk": object, "fields": fields }],
    })
}

/// Write shapes by id.
async fn objects(reading: &mut Reading<'_>, path: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Value>, ApiError> {
    let Some(resource) = reading.ctx.engine.registry().get(path) else { return Ok(HashMap::new()) };
    let shapes = shapes(reading, resource, Shape::Write, ids).await?;
    let by_id = |shape: Value| Some((shape["id"].as_str()?.parse().ok()?, shape));
    Ok(shapes.into_iter().filter_map(by_id).collect())
}
