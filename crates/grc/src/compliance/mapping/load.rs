//! What a mapping starts from, with a fixed number of statements: two audits with their rows, the
//! mapping sets between their frameworks, the rules of those that lie on a way.

use super::{Depth, Graph, MappingSet, Row, Rule, Rules};
use crate::compliance::head::{Head, heads_by_id, strings};
use crate::compliance::numbers::{Scale, counts};
use crate::compliance::questionnaire::Verdict;
use crate::library::Relationship;
use crate::settings;
use engine::declare::link_table;
use engine::read::Reading;
use engine::{Access, ApiError, Cell, required};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// An audit with the rows that its selected groups count.
#[derive(Debug)]
pub(super) struct Side {
    /// The audit.
    pub head: Head,
    /// The urn of its framework.
    pub framework: String,
    /// Its requirements in the order of the framework.
    pub rows: Vec<Requirement>,
}

/// A row and the requirement that it is about.
#[derive(Debug)]
pub(super) struct Requirement {
    /// The row.
    pub id: Uuid,
    /// The urn of the node.
    pub urn: String,
    /// The reference of the node.
    pub ref_id: Option<String>,
    /// What the row is called.
    pub label: String,
    /// The scale of its scores.
    pub scale: Scale,
    /// What was found.
    pub found: Row,
    /// What is stored beside it.
    pub stored: Stored,
}

/// What a merge changes of a row without asking about it.
#[derive(Debug)]
pub(super) struct Stored {
    /// Whether the scores count.
    pub is_scored: bool,
    /// The score, whether it counts or not.
    pub score: Option<i64>,
    /// The score of the documentation.
    pub documentation: Option<i64>,
    /// What was added to the result.
    pub extended: Option<String>,
}

impl Side {
    /// Urns of the requirements.
    pub(super) fn urns(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.urn.as_str()).collect()
    }

    /// Takes away what the caller may not know: nothing was found there, as far as they can tell.
    pub(super) fn withhold(&mut self) {
        let (withheld, hidden) = (self.head.withheld(), self.head.hidden());
        let empty = Row::default();
        for row in &mut self.rows {
            let found = &mut row.found;
            if withheld.contains(&"result") {
                found.result = None;
            }
            if withheld.contains(&"status") {
                found.status.clone_from(&empty.status);
            }
            if withheld.contains(&"score") {
                found.scores = None;
            }
            if withheld.contains(&"documentation_score") {
                found.scores = found.scores.map(|(score, _)| (score, None));
            }
            if withheld.contains(&"observation") {
                found.observation = None;
            }
            if hidden.contains(&"applied_controls") {
                found.controls.clear();
            }
            if hidden.contains(&"evidences") {
                found.evidences.clear();
            }
        }
    }

    /// Requirements by urn.
    pub(super) fn by_urn(&self) -> HashMap<&str, &Requirement> {
        self.rows.iter().map(|row| (row.urn.as_str(), row)).collect()
    }
}

/// Those of the audits that the caller may see, with their rows.
pub(super) async fn sides(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Side>, ApiError> {
    let mut sides = HashMap::new();
    let heads = heads_by_id(reading, ids).await?;
    let frameworks: Vec<Uuid> = heads.values().map(|head| head.framework.id).collect();
    let access = Access::system("a framework is known by its urn, and its audit was shown");
    let mut statement = reading.rows.sql("SELECT f.id, f.urn FROM frameworks f WHERE ");
    statement.bind_in("f.id", Cell::Uuids(frameworks));
    let urns = reading
        .rows
        .all(&access, &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default())))
        .await?;
    let urns: HashMap<Uuid, String> = urns.into_iter().collect();
    for (id, head) in heads {
        let framework = urns.get(&head.framework.id).cloned().unwrap_or_default();
        sides.insert(id, Side { head, framework, rows: Vec::new() });
    }
    if !sides.is_empty() {
        rows(reading, ids, &mut sides).await?;
    }
    Ok(sides)
}

async fn rows(reading: &mut Reading<'_>, ids: &[Uuid], sides: &mut HashMap<Uuid, Side>) -> Result<(), ApiError> {
    let resource = reading.ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let mut links = HashMap::new();
    for (field, target) in [
        ("applied_controls", "applied-controls"),
        ("evidences", "evidences"),
        ("security_exceptions", "security-exceptions"),
    ] {
        links.insert(field, linked(reading, ids, field, target).await?);
    }
    let mut take = |field: &str, id: Uuid| links.get_mut(field).and_then(|of| of.remove(&id)).unwrap_or_default();
    let mut statement = reading.rows.sql(
        "SELECT t.id, t.compliance_assessment_id, n.urn, n.ref_id, t.name, n.implementation_groups, n.min_score, \
         n.max_score, t.result, t.status, t.is_scored, t.score, t.documentation_score, t.observation, t.extended_result \
         FROM requirement_assessments t JOIN requirement_nodes n ON n.id = t.requirement_id WHERE n.assessable AND ",
    );
    statement.bind_in("t.compliance_assessment_id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.position, t.id");
    reading
        .rows
        .each(&access, &statement, |row| {
            let (id, audit) = (required(row.uuid(0)?)?, required(row.uuid(1)?)?);
            let Some(side) = sides.get_mut(&audit) else { return Ok(()) };
            if !counts(&side.head.selected, &strings(&row.json(5)?.unwrap_or_default())) {
                return Ok(());
            }
            let whole = side.head.scale();
            let scale = Scale { min: row.int(6)?.unwrap_or(whole.min), max: row.int(7)?.unwrap_or(whole.max) };
            let stored = Stored {
                is_scored: row.bool(10)?.unwrap_or(false),
                score: row.int(11)?,
                documentation: row.int(12)?,
                extended: row.text(14)?,
            };
            let scores = stored.score.filter(|_| stored.is_scored).map(|score| (score, stored.documentation));
            let found = Row {
                result: row.text(8)?.as_deref().and_then(Verdict::parse),
                status: row.text(9)?.unwrap_or_default(),
                scores,
                observation: row.text(13)?,
                controls: take("applied_controls", id),
                evidences: take("evidences", id),
                exceptions: take("security_exceptions", id),
            };
            let label = row.text(4)?.unwrap_or_default();
            let (urn, ref_id) = (required(row.text(2)?)?, row.text(3)?);
            side.rows.push(Requirement { id, urn, ref_id, label, scale, found, stored });
            Ok(())
        })
        .await
}

/// What rows of audits are linked to, as far as the caller sees it.
async fn linked(
    reading: &mut Reading<'_>,
    audits: &[Uuid],
    field: &str,
    target: &str,
) -> Result<HashMap<Uuid, BTreeSet<Uuid>>, ApiError> {
    let Some(target) = reading.ctx.engine.registry().get(target) else { return Ok(HashMap::new()) };
    let access = reading.access(target);
    let mut statement = reading.rows.sql(&format!(
        "SELECT l.source_id, r.id FROM {} l JOIN requirement_assessments t ON t.id = l.source_id \
         JOIN {} r ON r.id = l.target_id WHERE ",
        link_table("requirement-assessments", field),
        target.table()
    ));
    statement.bind_in("t.compliance_assessment_id", Cell::Uuids(audits.to_vec())).push(" AND ");
    access.push_condition("r", &mut statement);
    let mut found: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
    reading
        .rows
        .each(&access, &statement, |row| {
            found.entry(required(row.uuid(0)?)?).or_default().insert(required(row.uuid(1)?)?);
            Ok(())
        })
        .await?;
    Ok(found)
}

/// All mapping sets, and how far ways may go.
pub(super) async fn graph(reading: &mut Reading<'_>) -> Result<(Graph, Depth), ApiError> {
    let settings = settings::get(reading.rows, settings::Group::General).await?;
    let depth = settings.get("mapping_max_depth").and_then(Value::as_u64).map_or_else(Depth::default, Depth::new);
    let Some(resource) = reading.ctx.engine.registry().get("requirement-mapping-sets") else {
        return Ok((Graph::default(), depth));
    };
    let access = reading.access(resource);
    let mut statement = reading.rows.sql(
        "SELECT t.id, t.urn, t.name, t.ref_id, t.source_framework_urn, t.target_framework_urn \
         FROM requirement_mapping_sets t WHERE ",
    );
    access.push_condition("t", &mut statement);
    let sets = reading
        .rows
        .all(&access, &statement, |row| {
            Ok(MappingSet {
                id: required(row.uuid(0)?)?,
                urn: row.text(1)?.unwrap_or_default(),
                name: row.text(2)?,
                ref_id: row.text(3)?,
                source: row.text(4)?.unwrap_or_default(),
                target: row.text(5)?.unwrap_or_default(),
            })
        })
        .await?;
    Ok((Graph::new(sets), depth))
}

/// The rules of some sets.
pub(super) async fn rules(reading: &mut Reading<'_>, sets: Vec<Uuid>) -> Result<Rules, ApiError> {
    let Some(resource) = reading.ctx.engine.registry().get("requirement-mapping-sets") else {
        return Ok(Rules::default());
    };
    let access = reading.access(resource);
    let mut statement = reading.rows.sql("SELECT t.id, t.rules FROM requirement_mapping_sets t WHERE ");
    statement.bind_in("t.id", Cell::Uuids(sets)).push(" AND ");
    access.push_condition("t", &mut statement);
    let found = reading
        .rows
        .all(&access, &statement, |row| Ok((required(row.uuid(0)?)?, row.json(1)?.unwrap_or_else(|| json!([])))))
        .await?;
    let rules = found
        .iter()
        .flat_map(|(set, list)| list.as_array().into_iter().flatten().filter_map(|stored| Some((*set, rule(stored)?))));
    Ok(Rules::new(rules))
}

/// A rule as mapping sets keep it: source, target, relationship, strength, rationale, annotation.
fn rule(stored: &Value) -> Option<Rule> {
    let text = |at: usize| stored.get(at).and_then(Value::as_str);
    Some(Rule {
        source: text(0)?.to_owned(),
        target: text(1)?.to_owned(),
        relationship: Relationship::parse(text(2)?)?,
        annotation: text(5).filter(|annotation| !annotation.is_empty()).map(str::to_owned),
    })
}
