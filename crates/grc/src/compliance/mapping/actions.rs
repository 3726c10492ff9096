//! Mappings on the wire: a preview, the merge itself, and what an audit says of other frameworks.

use super::load::{Side, sides};
use super::project::{Mapping, Projection, results};
use super::{Change, Evidence, Verdict, apply};
use crate::compliance::audit::{hold, refuse_locked};
use crate::compliance::head::part;
use engine::declare::Answer;
use engine::read::{Reading, Wording};
use engine::write::Saving;
use engine::{Access, ApiError, Call, Cell, Verb, required};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// The source that a request names.
fn source_of(said: Option<&str>) -> Result<Uuid, ApiError> {
    let said = said.map(str::trim).filter(|said| !said.is_empty());
    let said = said.ok_or_else(|| ApiError::error(400, "source_audit_id is required"))?;
    said.parse().map_err(|_| hidden())
}

/// An audit that is not there is refused like one that may not be seen.
fn hidden() -> ApiError {
    ApiError::error(403, "Permission denied for source audit")
}

async fn both(reading: &mut Reading<'_>, source: Uuid, target: Uuid) -> Result<(Side, Side), ApiError> {
    let mut found = sides(reading, &[source, target]).await?;
    let onto = found.remove(&target).ok_or(ApiError::NoRow("ComplianceAssessment"))?;
    if source == target {
        // An audit says nothing new of itself, and may be asked.
        found = sides(reading, &[source]).await?;
    }
    let mut from = found.remove(&source).ok_or_else(hidden)?;
    from.withhold();
    Ok((from, onto))
}

/// `GET map_from_preview/?source_audit_id=`.
pub(in crate::compliance) async fn preview(call: Call<'_>) -> Result<Answer, ApiError> {
    let (target, source) = (call.item()?, source_of(call.query.last("source_audit_id"))?);
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let (source, target) = both(&mut reading, source, target).await?;
    let mapping = Mapping::from(&mut reading, &source, Some(&target.framework)).await?;
    let projections = match mapping.way(&target.framework) {
        Some(best) => mapping.project(&best, &target, Evidence::OnFull),
        None => Vec::new(),
    };
    let changed: Vec<&Projection<'_>> = projections.iter().filter(|one| !one.merged.change.is_empty()).collect();
    let new: HashMap<Uuid, Verdict> =
        changed.iter().filter_map(|one| Some((one.target.id, one.merged.change.result?))).collect();
    let now = target.rows.iter().map(|row| code(row.found.result));
    let then = target.rows.iter().map(|row| code(new.get(&row.id).copied().or(row.found.result)));
    let told = |results: Value| if target.head.withheld().contains(&"result") { json!({}) } else { results };
    let about =
        |side: &Side| json!({ "id": side.head.id, "name": side.head.name, "framework": side.head.framework.label });
    Ok(Answer::Json(json!({
        "source_audit": about(&source),
        "target_audit": about(&target),
        "updated_count": changed.len(),
        "current_results": told(results(now)),
        "projected_results": told(results(then)),
        "assessable_requirements_count": target.rows.len(),
        "differences": changed.into_iter().map(|one| difference(&source, &target, one)).collect::<Vec<_>>(),
    })))
}

fn code(verdict: Option<Verdict>) -> &'static str {
    verdict.map_or("not_assessed", Verdict::code)
}

/// What is different of one row, before and after.
fn difference(source: &Side, target: &Side, one: &Projection<'_>) -> Value {
    let (mut base, mut compare) = (Map::new(), Map::new());
    let (withheld, hidden) = (target.head.withheld(), target.head.hidden());
    for (name, old, new) in apply::changes(one).into_iter().filter(|(name, ..)| !withheld.contains(name)) {
        base.insert(name.to_owned(), old);
        compare.insert(name.to_owned(), new);
    }
    let Change { controls, evidences, exceptions, .. } = &one.merged.change;
    let added: Map<String, Value> =
        [("applied_controls", controls), ("evidences", evidences), ("security_exceptions", exceptions)]
            .into_iter()
            .filter(|(name, added)| !added.is_empty() && !hidden.contains(name))
            .map(|(name, added)| (name.to_owned(), json!(added.len())))
            .collect();
    let sources: Vec<Value> = one
        .sources
        .iter()
        .map(|(row, link)| {
            json!({
                "ref_id": row.ref_id, "name": row.label, "coverage": link.coverage.code(),
                "framework": source.head.framework.label,
            })
        })
        .collect();
    json!({
        "requirement": { "ref_id": one.target.ref_id, "name": one.target.label },
        "coverage": one.coverage(), "base": base, "compare": compare, "m2m_added": added, "sources": sources,
    })
}

/// `POST map_from/ {"source_audit_id"}`.
pub(in crate::compliance) async fn map_from(call: Call<'_>) -> Result<Answer, ApiError> {
    let (target, source) = (call.item()?, source_of(call.body.get("source_audit_id").and_then(Value::as_str))?);
    let mut rows = call.write().await?;
    hold(&mut rows, call.ctx, target).await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let (source, target) = both(&mut reading, source, target).await?;
    refuse_locked(target.head.is_locked)?;
    let mapping = Mapping::from(&mut reading, &source, Some(&target.framework)).await?;
    let mut updated = 0;
    if let Some(best) = mapping.way(&target.framework) {
        let projections = mapping.project(&best, &target, Evidence::OnFull);
        let access = apply::changing(call.ctx)?;
        updated = apply::write(call.ctx, &mut rows, &access, (&mapping, &best), &projections).await?;
        apply::record(call.ctx, &mut rows, &target, &projections).await?;
        rows.commit().await?;
    }
    Ok(Answer::Json(json!({
        "updated_count": updated, "source_audit": source.head.name, "source_framework": source.head.framework.label,
    })))
}

/// Fills the rows of a new audit from one of another framework. False when no way leads there.
pub(in crate::compliance) async fn from_baseline(saving: &mut Saving<'_>, base: Uuid) -> Result<bool, ApiError> {
    let audit = saving.id;
    let ctx = saving.ctx;
    let mut reading = Reading { ctx, rows: saving.rows };
    let (source, target) = both(&mut reading, base, audit).await?;
    let mapping = Mapping::from(&mut reading, &source, Some(&target.framework)).await?;
    let Some(best) = mapping.way(&target.framework) else { return Ok(false) };
    let projections = mapping.project(&best, &target, Evidence::Always);
    let access = Access::system("rows of an audit are made with it");
    apply::write(ctx, saving.rows, &access, (&mapping, &best), &projections).await?;
    Ok(true)
}

/// `GET frameworks/`: the audit's own framework and those that a mapping reaches, with the results
/// that an empty audit of each would get.
pub(in crate::compliance) async fn frameworks(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let mut source = sides(&mut reading, &[id]).await?.remove(&id).ok_or(ApiError::NoRow("ComplianceAssessment"))?;
    source.withhold();
    let mapping = Mapping::from(&mut reading, &source, None).await?;
    let ways = mapping.every_way();
    let mut wanted: Vec<String> = ways.keys().cloned().collect();
    wanted.push(source.framework.clone());
    let known = targets(&mut reading, wanted).await?;
    let by_urn = source.by_urn();
    let mut shown = Vec::new();
    for framework in &known {
        let own = framework.urn == source.framework;
        let counts = if own {
            results(source.rows.iter().map(|row| code(row.found.result)))
        } else {
            let Some(best) = ways.get(&framework.urn) else { continue };
            let empty = super::Row::default();
            let reached = best.reached.iter().filter(|(urn, _)| framework.requirements.contains(*urn));
            let codes = reached.map(|(_, links)| {
                let found = links.iter().filter_map(|link| Some((&by_urn.get(link.source)?.found, link.coverage)));
                code(super::merge(&empty, &found.collect::<Vec<_>>(), Evidence::OnFull).inferred)
            });
            results(codes)
        };
        let row = json!({
            "id": framework.id, "str": framework.label, "results": counts,
            "assessable_requirements_count": framework.requirements.len(),
        });
        if own { shown.insert(0, row) } else { shown.push(row) }
    }
    Ok(Answer::Json(Value::Array(shown)))
}

/// A framework that the caller sees, with the urns of its requirements.
struct Target {
    id: Uuid,
    urn: String,
    label: String,
    requirements: std::collections::HashSet<String>,
}

async fn targets(reading: &mut Reading<'_>, urns: Vec<String>) -> Result<Vec<Target>, ApiError> {
    let Some(resource) = reading.ctx.engine.registry().get("frameworks") else { return Ok(Vec::new()) };
    let access = reading.ctx.access(resource, Verb::View);
    let mut statement = reading.rows.sql(&format!(
        "SELECT t.id, t.urn, {} FROM frameworks t WHERE ",
        Wording::of(reading.ctx).reference(resource, "t")
    ));
    statement.bind_in("t.urn", Cell::Texts(urns)).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.name_key, t.id");
    let mut found = reading
        .rows
        .all(&access, &statement, |row| {
            let (urn, label) = (row.text(1)?.unwrap_or_default(), row.text(2)?.unwrap_or_default());
            Ok(Target { id: required(row.uuid(0)?)?, urn, label, requirements: std::collections::HashSet::new() })
        })
        .await?;
    let index: HashMap<Uuid, usize> = found.iter().enumerate().map(|(at, target)| (target.id, at)).collect();
    let mut statement =
        reading.rows.sql("SELECT n.framework_id, n.urn FROM requirement_nodes n WHERE n.assessable AND ");
    statement.bind_in("n.framework_id", Cell::Uuids(index.keys().copied().collect()));
    reading
        .rows
        .each(&part(), &statement, |row| {
            if let (Some(at), Some(urn)) = (row.uuid(0)?.and_then(|id| index.get(&id)), row.text(1)?) {
                found[*at].requirements.insert(urn);
            }
            Ok(())
        })
        .await?;
    Ok(found)
}
