//! Rows of audits as views need them: what was found, and of which requirement.

use super::head::{Head, part, strings};
use super::numbers::{Layer, Part, Scale, Step, counts, maturity, measure, progress, shown, total_max, truncated};
use super::requirement::texts;
use super::words::{EXTENDED_RESULT, RESULT, STATUS};
use engine::declare::Choices;
use engine::read::Reading;
use engine::{ApiError, Cell, Row, StoreError, required};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// What the framework says of a requirement, as far as it decides what a finding counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Whether it is assessed at all.
    pub assessable: bool,
    /// Its groups, by key.
    pub groups: Vec<String>,
    /// The urn of the node above.
    pub above: Option<String>,
    weight: i64,
    own_scale: (Option<i64>, Option<i64>),
}

/// What was found of a requirement, and how much it counts.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// The audit.
    pub audit: Uuid,
    /// The requirement.
    pub about: Arc<Facts>,
    /// Where it stands.
    pub status: Cow<'static, str>,
    /// What was found.
    pub result: Cow<'static, str>,
    /// What was added to it.
    pub extended: Option<Cow<'static, str>>,
    /// Whether its scores count.
    pub is_scored: bool,
    /// What is done.
    pub score: Option<i64>,
    /// What is written down.
    pub documentation: Option<i64>,
}

/// A row with its requirement.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its id.
    pub id: Uuid,
    /// The requirement.
    pub node: Uuid,
    /// Its urn.
    pub urn: String,
    /// Its reference.
    pub ref_id: Option<String>,
    /// Its name, in the language of the answer.
    pub name: Option<String>,
    /// `1.1 - Access control`.
    pub label: String,
    /// What it asks.
    pub description: Option<String>,
    /// What would prove it.
    pub typical_evidence: Option<String>,
    /// A remark of the author.
    pub annotation: Option<String>,
    /// What was observed.
    pub observation: Option<String>,
    /// What was found.
    pub finding: Finding,
}

/// The scores of some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scores {
    /// What is done.
    pub implementation: Option<f64>,
    /// What is written down.
    pub documentation: Option<f64>,
    /// The mean of both, as far as they are in sight.
    pub maturity: Option<f64>,
    /// What could be reached.
    pub total_max: i64,
}

/// The columns of [`Facts`], of the requirement `n`.
const FACTS: &str = "n.assessable, n.implementation_groups, n.parent_urn, n.weight, n.min_score, n.max_score";
/// The columns of what was found, of the row `t`.
const FOUND: &str = "t.compliance_assessment_id, t.status, t.result, t.extended_result, t.is_scored, t.score, \
     t.documentation_score";
/// Where those of a finding begin behind those of its requirement, and where further ones do.
pub(super) const FOUND_AT: usize = 6;
pub(super) const NEXT: usize = FOUND_AT + 7;

/// The columns of a requirement and what was found of it, of `n` and `t`.
pub(super) fn both() -> String {
    format!("{FACTS}, {FOUND}")
}

impl Facts {
    /// Reads [`FACTS`] from a place on.
    fn read(row: &Row<'_>, at: usize) -> Result<Self, StoreError> {
        let groups = match row.text_ref(at + 1)? {
            None | Some("null" | "[]") => Vec::new(),
            Some(text) => serde_json::from_str(text).map(|groups: Value| strings(&groups)).unwrap_or_default(),
        };
        Ok(Self {
            assessable: row.bool(at)?.unwrap_or(false),
            groups,
            above: row.text(at + 2)?,
            weight: row.int(at + 3)?.unwrap_or(1),
            own_scale: (row.int(at + 4)?, row.int(at + 5)?),
        })
    }
}

impl Finding {
    /// Reads [`both`].
    pub(super) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Self::of(Arc::new(Facts::read(row, 0)?), row, FOUND_AT)
    }

    /// Reads [`FOUND`] from a place on.
    fn of(about: Arc<Facts>, row: &Row<'_>, at: usize) -> Result<Self, StoreError> {
        Ok(Self {
            audit: required(row.uuid(at)?)?,
            about,
            status: code(STATUS, row.text_ref(at + 1)?.unwrap_or_default()),
            result: code(RESULT, row.text_ref(at + 2)?.unwrap_or_default()),
            extended: row.text_ref(at + 3)?.map(|text| code(EXTENDED_RESULT, text)),
            is_scored: row.bool(at + 4)?.unwrap_or(false),
            score: row.int(at + 5)?,
            documentation: row.int(at + 6)?,
        })
    }

    /// Takes away what the caller may not know: texts are empty then, and numbers none.
    pub(super) fn withhold(&mut self, fields: &[&str]) {
        for field in fields {
            match *field {
                "status" => self.status = Cow::Borrowed(""),
                "result" => self.result = Cow::Borrowed(""),
                "extended_result" => self.extended = None,
                // Whether a score counts is told by every mean: it goes with the score alone.
                "score" => (self.score, self.is_scored) = (None, false),
                "documentation_score" => self.documentation = None,
                _ => {}
            }
        }
    }

    /// Whether it counts: it is assessed, and inside the selected groups.
    pub(super) fn counts(&self, head: &Head) -> bool {
        self.about.assessable && counts(&head.selected, &self.about.groups)
    }

    /// Its scale.
    pub(super) fn scale(&self, head: &Head) -> Scale {
        let audit = head.scale();
        let (min, max) = self.about.own_scale;
        Scale { min: min.unwrap_or(audit.min), max: max.unwrap_or(audit.max) }
    }

    /// Its weight.
    pub(super) fn weight(&self) -> i64 {
        self.about.weight
    }

    fn part(&self, head: &Head) -> Part<Option<&str>> {
        Part {
            section: self.about.above.as_deref(),
            weight: self.about.weight,
            scale: self.scale(head),
            is_scored: self.is_scored,
            not_applicable: self.result == "not_applicable",
            score: self.score,
            documentation: self.documentation,
        }
    }

    fn step(&self, head: &Head) -> Step<'_> {
        let min = self.scale(head).min;
        Step { status: &self.status, result: &self.result, above_min: self.score.map_or(0, |score| score - min) }
    }
}

/// Percent of the rows that count and are finished.
pub(super) fn progress_of<'a>(head: &Head, findings: impl IntoIterator<Item = &'a Finding>) -> i64 {
    let counted = findings.into_iter().filter(|finding| finding.counts(head));
    progress(measure(&head.visibility, head.viewer), counted.map(|finding| finding.step(head)))
}

/// Scores of the rows that count, as far as they are in sight.
pub(super) fn scores_of<'a>(head: &Head, findings: impl IntoIterator<Item = &'a Finding>) -> Scores {
    let parts: Vec<Part<Option<&str>>> =
        findings.into_iter().filter(|finding| finding.counts(head)).map(|finding| finding.part(head)).collect();
    let layer = |in_sight: bool, layer| if in_sight { shown(&parts, &head.scoring, layer) } else { None };
    let implementation = layer(head.scores(), Layer::Implementation);
    let documentation = layer(head.scores() && head.documents(), Layer::Documentation);
    let total_max = match total_max(&parts, &head.scoring) {
        0 if implementation.is_none() => head.scale().max,
        total => total,
    };
    Scores { implementation, documentation, maturity: maturity(implementation, documentation), total_max }
}

/// A score as the wire shows it: cut to one decimal, -1 when there is none.
pub(super) fn score_json(score: Option<f64>) -> Value {
    score.map_or(json!(-1), |score| json!(truncated(score)))
}

/// How many of the findings have each of these codes, in their order.
pub(super) fn tally<'a>(
    codes: &[(&'static str, &str)],
    found: impl Iterator<Item = &'a str>,
) -> Vec<(&'static str, i64)> {
    let mut list: Vec<(&'static str, i64)> = codes.iter().map(|(code, _)| (*code, 0)).collect();
    for code in found {
        if let Some((_, count)) = list.iter_mut().find(|(known, _)| *known == code) {
            *count += 1;
        }
    }
    list
}

impl Line {
    /// Takes away what the caller may not know.
    pub(super) fn withhold(&mut self, fields: &[&str]) {
        self.finding.withhold(fields);
        if fields.contains(&"observation") {
            self.observation = None;
        }
    }
}

/// A code that is known as it is declared: without a copy of it for each row.
fn code(known: Choices, text: &str) -> Cow<'static, str> {
    let declared = known.iter().find(|(code, _)| *code == text);
    declared.map_or_else(|| Cow::Owned(text.to_owned()), |(code, _)| Cow::Borrowed(*code))
}

/// What is assessed in these frameworks, by requirement.
async fn facts(reading: &mut Reading<'_>, frameworks: Vec<Uuid>) -> Result<HashMap<Uuid, Arc<Facts>>, ApiError> {
    let mut statement =
        reading.rows.sql(&format!("SELECT {FACTS}, n.id FROM requirement_nodes n WHERE n.assessable AND "));
    statement.bind_in("n.framework_id", Cell::Uuids(frameworks));
    let read = |row: &Row<'_>| Ok((required(row.uuid(FOUND_AT)?)?, Arc::new(Facts::read(row, 0)?)));
    Ok(reading.rows.all(&part(), &statement, read).await?.into_iter().collect())
}

/// Findings of many audits, with two statements, without what is withheld from the caller. Many audits share a framework,
/// whose texts make its rows far larger than those of audits: each is looked at once.
pub(super) async fn findings(
    reading: &mut Reading<'_>,
    heads: &[Head],
) -> Result<HashMap<Uuid, Vec<Finding>>, ApiError> {
    let withheld: HashMap<Uuid, Vec<&str>> = heads.iter().map(|head| (head.id, head.withheld())).collect();
    let frameworks: HashSet<Uuid> = heads.iter().map(|head| head.framework.id).collect();
    let facts = facts(reading, frameworks.into_iter().collect()).await?;
    let mut statement =
        reading.rows.sql(&format!("SELECT {FOUND}, t.requirement_id FROM requirement_assessments t WHERE "));
    statement.bind_in("t.compliance_assessment_id", Cell::Uuids(withheld.keys().copied().collect())).push(" AND ");
    visible(reading, &mut statement);
    let mut found: HashMap<Uuid, Vec<Finding>> = HashMap::new();
    reading
        .rows
        .each(&part(), &statement, |row| {
            // Sections are not assessed.
            let Some(about) = facts.get(&required(row.uuid(NEXT - FOUND_AT)?)?) else { return Ok(()) };
            let mut finding = Finding::of(about.clone(), row, 0)?;
            finding.withhold(withheld.get(&finding.audit).map_or(&[], Vec::as_slice));
            found.entry(finding.audit).or_default().push(finding);
            Ok(())
        })
        .await?;
    Ok(found)
}

/// All rows of an audit in the order of the framework, sections too, without what is withheld from the caller.
pub(super) async fn lines(reading: &mut Reading<'_>, head: &Head) -> Result<Vec<Line>, ApiError> {
    let withheld = head.withheld();
    let texts = texts(reading.ctx, "n");
    let mut statement = reading.rows.sql(&format!(
        "SELECT {}, t.id, n.id, n.urn, n.ref_id, {}, {}, {}, {}, {}, t.observation \
         FROM requirement_assessments t JOIN requirement_nodes n ON n.id = t.requirement_id \
         WHERE t.compliance_assessment_id = ",
        both(),
        texts.name,
        texts.short,
        texts.description,
        texts.typical_evidence,
        texts.annotation
    ));
    statement.bind(head.id).push(" AND ");
    visible(reading, &mut statement);
    statement.push(" ORDER BY n.order_id, n.id");
    reading
        .rows
        .all(&part(), &statement, |row| {
            let mut line = Line {
                id: required(row.uuid(NEXT)?)?,
                node: required(row.uuid(NEXT + 1)?)?,
                urn: row.text(NEXT + 2)?.unwrap_or_default(),
                ref_id: row.text(NEXT + 3)?,
                name: row.text(NEXT + 4)?,
                label: row.text(NEXT + 5)?.unwrap_or_default(),
                description: row.text(NEXT + 6)?,
                typical_evidence: row.text(NEXT + 7)?,
                annotation: row.text(NEXT + 8)?,
                observation: row.text(NEXT + 9)?,
                finding: Finding::read(row)?,
            };
            line.withhold(&withheld);
            Ok(line)
        })
        .await
}

/// Rows that the caller may see.
pub(super) fn visible(reading: &Reading<'_>, statement: &mut engine::Statement) {
    match reading.ctx.engine.registry().get("requirement-assessments") {
        Some(resource) => reading.access(resource).push_condition("t", statement),
        None => drop(statement.push("1=0")),
    }
}
