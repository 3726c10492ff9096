//! Writing a mapping into the rows of an audit.

use super::load::Side;
use super::project::{Mapping, Projection};
use super::{Best, Change, Verdict};
use crate::compliance::requirement::clears;
use engine::audit::{self, Entry};
use engine::declare::link_table;
use engine::{Access, ApiError, Context, Rows, Storage, Verb};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

const COLUMNS: [(&str, Storage); 8] = [
    ("id", Storage::Uuid),
    ("result", Storage::Text),
    ("status", Storage::Text),
    ("is_scored", Storage::Bool),
    ("score", Storage::Int),
    ("documentation_score", Storage::Int),
    ("observation", Storage::Text),
    ("mapping_inference", Storage::Json),
];
const LINK: [(&str, Storage); 3] =
    [("source_id", Storage::Uuid), ("target_id", Storage::Uuid), ("position", Storage::Int)];
/// Links that are there come first, whoever sees them.
const BEHIND: i64 = 1_000_000;

/// Writes what changes, and where it came from, with a fixed number of statements. Answers how many
/// rows changed.
pub(super) async fn write(
    ctx: &Context,
    rows: &mut Rows,
    access: &Access,
    (mapping, best): (&Mapping<'_>, &Best<'_>),
    projections: &[Projection<'_>],
) -> Result<usize, ApiError> {
    let is_foreign = !best.way.is_empty();
    let told = projections.iter().filter(|one| is_foreign || !one.merged.change.is_empty());
    let table: Vec<Value> = told
        .map(|one| {
            let Change { result, status, scores, observation, .. } = &one.merged.change;
            json!([
                one.target.id,
                result.map(Verdict::code),
                status,
                scores.map(|_| true),
                scores.map(|(score, _)| score),
                scores.and_then(|(_, said)| said),
                observation,
                is_foreign.then(|| mapping.inference(best, one)),
            ])
        })
        .collect();
    if table.is_empty() {
        return Ok(0);
    }
    let mut statement = rows.sql(
        "UPDATE requirement_assessments SET result = COALESCE(v.result, requirement_assessments.result), \
         status = COALESCE(v.status, requirement_assessments.status), \
         is_scored = COALESCE(v.is_scored, requirement_assessments.is_scored), \
         score = COALESCE(v.score, requirement_assessments.score), \
         documentation_score = COALESCE(v.documentation_score, requirement_assessments.documentation_score), \
         observation = COALESCE(v.observation, requirement_assessments.observation), \
         extended_result = CASE WHEN v.result IS NULL THEN requirement_assessments.extended_result \
         WHEN requirement_assessments.extended_result IN ('major_nonconformity', 'minor_nonconformity') \
         AND v.result NOT IN ('non_compliant', 'partially_compliant') THEN NULL \
         WHEN requirement_assessments.extended_result = 'good_practice' AND v.result <> 'compliant' THEN NULL \
         ELSE requirement_assessments.extended_result END, \
         mapping_inference = COALESCE(v.mapping_inference, requirement_assessments.mapping_inference), updated_at = ",
    );
    statement.bind(ctx.now()).push(" FROM ").bind_rows(&COLUMNS, Value::Array(table));
    statement.push(" v WHERE v.id = requirement_assessments.id AND ");
    access.push_condition("requirement_assessments", &mut statement);
    rows.execute(access, &statement).await?;
    for (field, path, of) in [
        ("applied_controls", "applied-controls", (|change| &change.controls) as fn(&Change) -> &BTreeSet<Uuid>),
        ("evidences", "evidences", |change| &change.evidences),
        ("security_exceptions", "security-exceptions", |change| &change.exceptions),
    ] {
        if ctx.engine.registry().get(path).is_some() {
            link(rows, access, field, projections, of).await?;
        }
    }
    Ok(projections.iter().filter(|one| !one.merged.change.is_empty()).count())
}

async fn link(
    rows: &mut Rows,
    access: &Access,
    field: &str,
    projections: &[Projection<'_>],
    of: fn(&Change) -> &BTreeSet<Uuid>,
) -> Result<(), ApiError> {
    let pairs = projections.iter().flat_map(|one| of(&one.merged.change).iter().map(|id| (one.target.id, *id)));
    let table: Vec<Value> = pairs.zip(BEHIND..).map(|((row, id), position)| json!([row, id, position])).collect();
    if table.is_empty() {
        return Ok(());
    }
    let links = link_table("requirement-assessments", field);
    let mut statement = rows.sql(&format!(
        "INSERT INTO {links} (source_id, target_id, position) SELECT v.source_id, v.target_id, v.position FROM "
    ));
    statement.bind_rows(&LINK, Value::Array(table));
    statement.push(" v JOIN requirement_assessments t ON t.id = v.source_id WHERE ");
    access.push_condition("t", &mut statement);
    statement.push(" ON CONFLICT (source_id, target_id) DO NOTHING");
    rows.execute(access, &statement).await.map(drop)
}

/// What writing a projection changes of the fields of its row, before and after.
pub(super) fn changes(one: &Projection<'_>) -> Vec<(&'static str, Value, Value)> {
    let (found, stored, change) = (&one.target.found, &one.target.stored, &one.merged.change);
    let code = |verdict: Option<Verdict>| verdict.map_or("not_assessed", Verdict::code);
    let extended = stored.extended.as_deref();
    let cleared = change.result.is_some_and(|result| clears(Some(result.code()), extended));
    let (score, documentation) = (change.scores.map(|(score, _)| score), change.scores.and_then(|(_, said)| said));
    [
        ("result", json!(code(found.result)), change.result.map(|verdict| json!(verdict.code()))),
        ("extended_result", json!(extended), cleared.then_some(Value::Null)),
        ("status", json!(found.status), change.status.as_ref().map(|status| json!(status))),
        ("is_scored", json!(stored.is_scored), change.scores.map(|_| json!(true))),
        ("score", json!(stored.score), score.map(|score| json!(score))),
        ("documentation_score", json!(stored.documentation), documentation.map(|score| json!(score))),
        ("observation", json!(found.observation), change.observation.as_ref().map(|text| json!(text))),
    ]
    .into_iter()
    .filter_map(|(name, old, new)| Some((name, old, new?)))
    .filter(|(_, old, new)| old != new)
    .collect()
}

/// One entry for each row that changed, as if each had been changed by hand.
pub(super) async fn record(
    ctx: &Context,
    rows: &mut Rows,
    target: &Side,
    projections: &[Projection<'_>],
) -> Result<(), ApiError> {
    for one in projections.iter().filter(|one| !one.merged.change.is_empty()) {
        let (found, change) = (&one.target.found, &one.merged.change);
        let mut changes: Map<String, Value> =
            changes(one).into_iter().map(|(name, old, new)| (name.to_owned(), json!([old, new]))).collect();
        for (name, old, new) in [
            ("applied_controls", &found.controls, &change.controls),
            ("evidences", &found.evidences, &change.evidences),
            ("security_exceptions", &found.exceptions, &change.exceptions),
        ] {
            let all: BTreeSet<&Uuid> = old.iter().chain(new).collect();
            if !new.is_empty() {
                changes.insert(name.to_owned(), json!([old, all]));
            }
        }
        let entry = Entry {
            action: "update",
            resource: "requirement-assessments",
            object: Some(one.target.id),
            name: one.target.label.clone(),
            folder: Some(target.head.folder),
            changes,
        };
        audit::record(ctx, rows, entry).await?;
    }
    Ok(())
}

/// What the caller may change of rows.
pub(super) fn changing(ctx: &Context) -> Result<Access, ApiError> {
    let resource = ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    Ok(ctx.access(resource, Verb::Change))
}
