//! What stands behind the rows of an audit: controls, evidence, exceptions, threats.

use crate::compliance::head::{Head, head};
use crate::compliance::lines::{Line, lines};
use crate::compliance::related::{Link, distinct, evidences_of, links, shapes};
use engine::declare::{Answer, Shape};
use engine::read::{Reading, Wording};
use engine::{ApiError, Call, Cell, required};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// An audit with the rows that count.
async fn counted(reading: &mut Reading<'_>, audit: Uuid) -> Result<(Head, Vec<Line>), ApiError> {
    let head = head(reading, audit).await?;
    let mut lines = lines(reading, &head).await?;
    lines.retain(|line| line.finding.counts(&head));
    Ok((head, lines))
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "numbers of requirements are small")]
    let share = part as f64 / whole as f64;
    (share * 1000.0).round() / 10.0
}

/// How many objects have each value of a text column, among those that the caller sees.
async fn spread(
    reading: &mut Reading<'_>,
    target: &'static str,
    column: &str,
    ids: &[Uuid],
) -> Result<Value, ApiError> {
    let Some(resource) = reading.ctx.engine.registry().get(target).filter(|_| !ids.is_empty()) else {
        return Ok(json!({}));
    };
    let access = reading.access(resource);
    let mut statement = reading.rows.sql(&format!("SELECT t.{column}, count(*) FROM {} t WHERE ", resource.table()));
    statement.bind_in("t.id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(&format!(" GROUP BY t.{column} ORDER BY t.{column}"));
    let found = reading
        .rows
        .all(&access, &statement, |row| Ok((row.text(0)?.unwrap_or_else(|| "--".into()), json!(row.int(1)?))))
        .await?;
    Ok(found.into_iter().collect::<Map<_, _>>().into())
}

/// How many requirements have controls, and where those stand.
pub(super) async fn controls(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let (head, counted) = counted(&mut reading, call.item()?).await?;
    let inside: HashSet<Uuid> = counted.iter().map(|line| line.id).collect();
    let mut links = links(&mut reading, &head, "applied_controls", "applied-controls").await?;
    links.retain(|link| inside.contains(&link.row));
    let mut by_row: HashMap<Uuid, usize> = HashMap::new();
    for link in &links {
        *by_row.entry(link.row).or_default() += 1;
    }
    let mut by_count: BTreeMap<usize, usize> = BTreeMap::new();
    for line in &counted {
        *by_count.entry(by_row.get(&line.id).copied().unwrap_or(0)).or_default() += 1;
    }
    let statuses =
        spread(&mut reading, "applied-controls", "status", &distinct(links.iter().map(|link| link.to))).await?;
    let by_count: Map<String, Value> =
        by_count.into_iter().map(|(count, rows)| (count.to_string(), json!(rows))).collect();
    Ok(Answer::Json(json!({
        "total_assessable": counted.len(),
        "with_controls": by_row.len(),
        "without_controls": counted.len() - by_row.len(),
        "coverage_percent": share(by_row.len(), counted.len()),
        "control_status_distribution": statuses,
        "requirements_by_control_count": by_count,
    })))
}

/// How many requirements are proved, by evidence of their own or of their controls.
pub(super) async fn evidence(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let (head, counted) = counted(&mut reading, call.item()?).await?;
    let inside: HashSet<Uuid> = counted.iter().map(|line| line.id).collect();
    let keep = |mut links: Vec<Link>| {
        links.retain(|link| inside.contains(&link.row));
        links
    };
    let direct = keep(links(&mut reading, &head, "evidences", "evidences").await?);
    let controls = keep(links(&mut reading, &head, "applied_controls", "applied-controls").await?);
    let of_controls = evidences_of(&mut reading, &head, &distinct(controls.iter().map(|link| link.to))).await?;
    let directly: HashSet<Uuid> = direct.iter().map(|link| link.row).collect();
    let indirectly: HashSet<Uuid> =
        controls.iter().filter(|link| of_controls.contains_key(&link.to)).map(|link| link.row).collect();
    let both = directly.intersection(&indirectly).count();
    let any = directly.union(&indirectly).count();
    let used = direct.iter().map(|link| link.to);
    let used = used.chain(controls.iter().filter_map(|link| of_controls.get(&link.to)).flatten().copied());
    let statuses = spread(&mut reading, "evidences", "status", &distinct(used)).await?;
    Ok(Answer::Json(json!({
        "total_assessable": counted.len(),
        "with_evidence": any,
        "without_evidence": counted.len() - any,
        "coverage_percent": share(any, counted.len()),
        "direct_only": directly.len() - both,
        "indirect_only": indirectly.len() - both,
        "both": both,
        "evidence_status_distribution": statuses,
    })))
}

/// Exceptions that rows of the audit claim.
pub(super) async fn exceptions(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let links = links(&mut reading, &head, "security_exceptions", "security-exceptions").await?;
    let ids = distinct(links.iter().map(|link| link.to));
    let exceptions = match call.ctx.engine.registry().get("security-exceptions") {
        Some(resource) => shapes(&mut reading, resource, Shape::List, &ids).await?,
        None => Vec::new(),
    };
    let spread = |field: &str| {
        let mut found: BTreeMap<String, i64> = BTreeMap::new();
        for exception in &exceptions {
            let value = match &exception[field] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            *found.entry(value).or_default() += 1;
        }
        found
    };
    Ok(Answer::Json(json!({
        "total": exceptions.len(),
        "status_distribution": spread("status"),
        "severity_distribution": spread("severity"),
        "exceptions": exceptions,
    })))
}

/// Threats that requirements answer which are not met.
pub(super) async fn threats(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let (_, counted) = counted(&mut reading, call.item()?).await?;
    let open: Vec<&Line> = counted
        .iter()
        .filter(|line| matches!(line.finding.result.as_ref(), "non_compliant" | "partially_compliant"))
        .collect();
    let by_node: HashMap<Uuid, &&Line> = open.iter().map(|line| (line.node, line)).collect();
    let mut found: Vec<(Value, Vec<&Line>)> = Vec::new();
    if let Some(threats) = call.ctx.engine.registry().get("threats") {
        let access = reading.access(threats);
        let wording = Wording::of(call.ctx);
        let mut statement = reading.rows.sql(&format!(
            "SELECT r.id, l.source_id, {}, r.ref_id, {} FROM requirement_nodes__threats l \
             JOIN threats r ON r.id = l.target_id WHERE ",
            wording.text("r", "name"),
            wording.reference(threats, "r")
        ));
        let nodes: Vec<Uuid> = by_node.keys().copied().collect();
        statement.bind_in("l.source_id", Cell::Uuids(nodes)).push(" AND ");
        access.push_condition("r", &mut statement);
        statement.push(" ORDER BY r.name_key, r.id");
        let links = reading
            .rows
            .all(&access, &statement, |row| {
                let threat = json!({
                    "id": required(row.uuid(0)?)?, "name": row.text(2)?, "ref_id": row.text(3)?, "str": row.text(4)?,
                });
                Ok((threat, required(row.uuid(1)?)?))
            })
            .await?;
        for (threat, node) in links {
            let Some(line) = by_node.get(&node) else { continue };
            match found.last_mut() {
                Some((same, met)) if same["id"] == threat["id"] => met.push(line),
                _ => found.push((threat, vec![line])),
            }
        }
    }
    let with = |lines: &[&Line], result: &str| lines.iter().filter(|line| line.finding.result == result).count();
    let hit: HashSet<Uuid> = found.iter().flat_map(|(_, lines)| lines.iter().map(|line| line.id)).collect();
    let hit: Vec<&Line> = open.iter().copied().filter(|line| hit.contains(&line.id)).collect();
    let threats: Vec<Value> = found
        .into_iter()
        .map(|(mut threat, lines)| {
            threat["non_compliant_count"] = json!(with(&lines, "non_compliant"));
            threat["partially_compliant_count"] = json!(with(&lines, "partially_compliant"));
            threat["requirement_assessments"] = lines
                .iter()
                .map(|line| json!({ "id": line.id, "str": line.label, "result": line.finding.result }))
                .collect();
            threat
        })
        .collect();
    Ok(Answer::Json(json!({
        "total_unique_threats": threats.len(),
        "total_non_compliant": with(&hit, "non_compliant"),
        "total_partially_compliant": with(&hit, "partially_compliant"),
        "threats": threats,
    })))
}
