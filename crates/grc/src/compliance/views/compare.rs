//! Audits of one framework beside each other.

use super::donut::donuts;
use super::sections::by_section;
use crate::compliance::head::{Head, all_heads, head};
use crate::compliance::lines::{Finding, Line, lines, score_json, scores_of};
use crate::compliance::numbers::truncated;
use engine::declare::Answer;
use engine::read::Reading;
use engine::{ApiError, Call};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Other audits of the same framework, newest first.
pub(super) async fn comparable(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let own = head(&mut reading, call.item()?).await?;
    let mut others = all_heads(&mut reading).await?;
    others.retain(|head| head.id != own.id && head.framework.id == own.framework.id);
    others.sort_by(|a, b| b.created_at.cmp(&a.created_at).then(a.id.cmp(&b.id)));
    let place = |head: &Head| head.perimeter.as_ref().map(|perimeter| perimeter.id);
    let one = |head: &Head| {
        json!({
            "id": head.id,
            "name": head.name,
            "ref_id": head.ref_id,
            "version": head.version,
            "status": head.status,
            "perimeter": perimeter(head),
            "folder": { "id": head.folder, "str": super::overview::folder_name(call.ctx, head.folder) },
            "created_at": head.created_at,
            "same_perimeter": place(&own).map(|own| Some(own) == place(head)),
        })
    };
    Ok(Answer::Json(json!({ "results": others.iter().map(one).collect::<Value>() })))
}

fn perimeter(head: &Head) -> Value {
    head.perimeter.as_ref().map_or(Value::Null, |perimeter| json!({ "id": perimeter.id, "str": perimeter.name }))
}

/// Two audits, and the rows in which they differ.
pub(super) async fn compare(call: Call<'_>) -> Result<Answer, ApiError> {
    let other = call.query.last("compare_id").filter(|text| !text.is_empty());
    let other = other.ok_or_else(|| ApiError::error(400, "compare_id parameter is required"))?;
    let other: Uuid =
        other.parse().map_err(|_| ApiError::field("compare_id", format!("“{other}” is not a valid UUID.")))?;
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let base = head(&mut reading, call.item()?).await?;
    let other = head(&mut reading, other).await?;
    if base.framework.id != other.framework.id {
        return Err(ApiError::error(400, "Only audits of the same framework can be compared."));
    }
    let (mut left, mut right) = (lines(&mut reading, &base).await?, lines(&mut reading, &other).await?);
    // What one side withholds says nothing on the other.
    let withheld = [base.withheld(), other.withheld()].concat();
    for line in left.iter_mut().chain(&mut right) {
        line.withhold(&withheld);
    }
    Ok(Answer::Json(json!({
        "framework": { "id": base.framework.id, "str": base.framework.name },
        "base": side(&base, &left),
        "compare": side(&other, &right),
        "differences": differences(&left, &right, &withheld),
    })))
}

fn side(head: &Head, lines: &[Line]) -> Value {
    let findings: Vec<Finding> = lines.iter().map(|line| line.finding.clone()).collect();
    let scores = scores_of(head, &findings);
    json!({
        "id": head.id,
        "name": head.name,
        "version": head.version,
        "status": head.status,
        "perimeter": perimeter(head),
        "selected_implementation_groups": head.group_names(),
        "created_at": head.created_at,
        "updated_at": head.updated_at,
        "observation": head.observation,
        "global_score": score_json(scores.maturity),
        "max_score": head.scale().max,
        "total_max_score": scores.total_max,
        "score_calculation_method": head.method,
        "donut_data": donuts(head, &findings),
        "radar_data": radar(head, lines),
    })
}

/// One ray for each section, over all its requirements whatever the selected groups: the same rays
/// for both audits.
fn radar(head: &Head, lines: &[Line]) -> Value {
    let (mut labels, mut met, mut scores) = (Vec::new(), Vec::new(), Vec::new());
    for (section, below) in by_section(lines) {
        let assessed: Vec<&Finding> =
            below.iter().map(|line| &line.finding).filter(|one| one.about.assessable).collect();
        if assessed.is_empty() {
            continue;
        }
        let fine = assessed.iter().filter(|one| matches!(one.result.as_ref(), "compliant" | "partially_compliant"));
        #[expect(clippy::cast_precision_loss, reason = "numbers of requirements are small")]
        let share = fine.count() as f64 / assessed.len() as f64;
        labels.push(section.name.clone().or_else(|| section.ref_id.clone()).unwrap_or_default());
        met.push((share * 1000.0).round() / 10.0);
        let score = scores_of(head, assessed.iter().copied()).maturity;
        scores.push(score.map_or(json!(0), |score| json!(truncated(score))));
    }
    json!({ "labels": labels, "compliance_percentages": met, "maturity_scores": scores })
}

fn differences(left: &[Line], right: &[Line], withheld: &[&str]) -> Vec<Value> {
    let others: HashMap<Uuid, &Line> = right.iter().map(|line| (line.node, line)).collect();
    let found = |line: &Line| {
        let finding = &line.finding;
        let mut found = json!({
            "id": line.id, "status": finding.status, "result": finding.result, "extended_result": finding.extended,
            "is_scored": finding.is_scored, "score": finding.score, "documentation_score": finding.documentation,
        });
        if let Some(fields) = found.as_object_mut() {
            fields.retain(|name, _| !withheld.contains(&name.as_str()));
        }
        found
    };
    let counts = |finding: &Finding| finding.is_scored && !withheld.contains(&"is_scored");
    let same = |a: &Finding, b: &Finding| {
        (&a.status, &a.result, &a.extended, counts(a), a.score, a.documentation)
            == (&b.status, &b.result, &b.extended, counts(b), b.score, b.documentation)
    };
    left.iter()
        .filter(|line| line.finding.about.assessable)
        .filter_map(|line| Some((line, *others.get(&line.node)?)))
        .filter(|(line, other)| !same(&line.finding, &other.finding))
        .map(|(line, other)| {
            json!({
                "requirement": {
                    "id": line.node, "urn": line.urn, "ref_id": line.ref_id, "name": line.name, "str": line.label,
                },
                "base": found(line),
                "compare": found(other),
            })
        })
        .collect()
}
