//! Views over all audits that the caller may see.

use super::donut::donuts;
use super::score::brief;
use crate::compliance::head::{Head, all_heads};
use crate::compliance::lines::{Finding, findings, progress_of, scores_of};
use crate::compliance::words::{AUDIT_STATUS, key};
use engine::declare::Answer;
use engine::kept::{self, Basis};
use engine::read::Reading;
use engine::{Access, ApiError, Call, Context};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

const COLOURS: [&str; 5] = ["#BFDBFE", "#5470c6", "#BBF7D0", "#46D39A", "#E55759"];

async fn everything(call: &Call<'_>) -> Result<(Vec<Head>, HashMap<Uuid, Vec<Finding>>), ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let heads = all_heads(&mut reading).await?;
    let found = findings(&mut reading, &heads).await?;
    Ok((heads, found))
}

/// Donuts and score of each audit, as a bare list. Dashboards ask for it again and again, and it is made of all rows of
/// all audits: it is kept.
pub(super) async fn recap(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read_marked().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let heads = all_heads(&mut reading).await?;
    let turn = kept::turn(&reading, &basis(&reading, &call.access, &heads)?).await;
    if let Some(recap) = turn.found() {
        return Ok(Answer::Kept(recap));
    }
    let found = findings(&mut reading, &heads).await?;
    let one = |head: &Head| {
        let findings = found.get(&head.id).map_or(&[][..], Vec::as_slice);
        json!({
            "id": head.id,
            "name": head.name,
            "folder": { "id": head.folder, "name": folder_name(call.ctx, head.folder) },
            "framework": { "str": head.framework.label },
            "donut": donuts(head, findings),
            "global_score": brief(head, &scores_of(head, findings)),
        })
    };
    let recap: Value = heads.iter().map(one).collect();
    Ok(Answer::Kept(turn.keep(recap.to_string().into_bytes())))
}

/// What the recap depends on beside the data: the audits and rows that are seen, what is withheld of them, and the names
/// of folders, which come from a picture in memory.
fn basis(reading: &Reading<'_>, audits: &Access, heads: &[Head]) -> Result<Basis, ApiError> {
    let own = reading.ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    let mut basis = Basis::of(reading, "recap");
    basis.sees(audits).sees(&reading.access(own));
    for head in heads {
        basis.on(folder_name(reading.ctx, head.folder)).on(head.withheld().join(" "));
    }
    Ok(basis)
}

/// Progress by framework and domain.
pub(super) async fn analytics(call: Call<'_>) -> Result<Answer, ApiError> {
    let (heads, found) = everything(&call).await?;
    let mut frameworks: Vec<(Uuid, &str, Vec<&Head>)> = Vec::new();
    for head in &heads {
        match frameworks.iter_mut().find(|(id, ..)| *id == head.framework.id) {
            Some((.., audits)) => audits.push(head),
            None => frameworks.push((head.framework.id, &head.framework.name, vec![head])),
        }
    }
    let progress = |head: &Head| progress_of(head, found.get(&head.id).into_iter().flatten());
    let mut answer = Map::new();
    for (id, name, audits) in frameworks {
        let mut domains: Vec<(Uuid, Vec<(&Head, i64)>)> = Vec::new();
        for head in audits {
            let entry = (head, progress(head));
            match domains.iter_mut().find(|(folder, _)| *folder == head.folder) {
                Some((_, list)) => list.push(entry),
                None => domains.push((head.folder, vec![entry])),
            }
        }
        let all: Vec<i64> = domains.iter().flat_map(|(_, list)| list.iter().map(|(_, progress)| *progress)).collect();
        let domains: Vec<Value> = domains.iter().map(|(folder, list)| domain(call.ctx, *folder, list)).collect();
        let entry = json!({ "framework_id": id, "framework_average": average(&all), "domains": domains });
        // Two frameworks may share a name; neither is lost.
        let key = if answer.contains_key(name) { format!("{name} ({id})") } else { name.to_owned() };
        answer.insert(key, entry);
    }
    Ok(Answer::Json(Value::Object(answer)))
}

fn domain(ctx: &Context, folder: Uuid, list: &[(&Head, i64)]) -> Value {
    let all: Vec<i64> = list.iter().map(|(_, progress)| *progress).collect();
    let audit = |(head, progress): &(&Head, i64)| {
        let perimeter = head.perimeter.as_ref();
        json!({
            "assessment_id": head.id,
            "assessment_name": head.name,
            "progress": progress,
            "perimeter": perimeter.map_or("No Perimeter", |perimeter| perimeter.name.as_str()),
            "perimeter_id": perimeter.map(|perimeter| perimeter.id),
            "status": head.status,
        })
    };
    let audits: Vec<Value> = list.iter().map(audit).collect();
    json!({
        "domain": folder_name(ctx, folder),
        "domain_id": folder,
        "domain_average": average(&all),
        "assessments": audits,
    })
}

/// The mean, with one decimal.
fn average(list: &[i64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "percentages of some audits")]
    let mean = list.iter().sum::<i64>() as f64 / list.len().max(1) as f64;
    (mean * 10.0).round() / 10.0
}

/// How many audits stand where.
pub(super) async fn per_status(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut statement = rows.sql("SELECT t.status, count(*) FROM compliance_assessments t WHERE ");
    call.access.push_condition("t", &mut statement);
    statement.push(" GROUP BY t.status");
    let counts: HashMap<Option<String>, i64> = rows
        .all(&call.access, &statement, |row| Ok((row.text(0)?, row.int(1)?.unwrap_or(0))))
        .await?
        .into_iter()
        .collect();
    let count = |status: Option<&str>| counts.get(&status.map(str::to_owned)).copied().unwrap_or(0);
    let mut keys = vec!["undefined".to_owned()];
    let mut labels = vec!["undefined"];
    let mut values = vec![json!({ "value": count(None), "itemStyle": { "color": "#CCC" } })];
    for ((code, label), colour) in AUDIT_STATUS.iter().zip(COLOURS) {
        keys.push(key(code));
        labels.push(label);
        values.push(json!({ "value": count(Some(code)), "itemStyle": { "color": colour } }));
    }
    Ok(Answer::Json(json!({ "results": { "localLables": keys, "labels": labels, "values": values } })))
}

/// The name of the folder that a visible row stands in.
pub(super) fn folder_name(ctx: &Context, folder: Uuid) -> String {
    ctx.principal.grants().tree().get(folder).map(|node| node.name.clone()).unwrap_or_default()
}
