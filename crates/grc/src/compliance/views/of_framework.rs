//! `report/` of a framework: all audits of it that the caller may see, beside each other, section by section.

use crate::compliance::head::{Head, heads_of, part};
use crate::compliance::lines::{Finding, Scores, findings, progress_of, scores_of, tally};
use crate::compliance::numbers::{percent, truncated};
use crate::compliance::requirement::{perimeter, texts};
use crate::compliance::views::donut::counts;
use crate::compliance::views::overview::folder_name;
use crate::compliance::words::RESULT;
use engine::declare::Answer;
use engine::read::{Reading, Wording};
use engine::{ApiError, Call, Context, Row, StoreError, required};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The answer, in the order in which it is written.
#[derive(Serialize)]
struct Report {
    framework: Framework,
    audits: Vec<Value>,
}

#[derive(Serialize)]
struct Framework {
    id: Uuid,
    name: String,
    min_score: Option<i64>,
    max_score: Option<i64>,
    scores_definition: Value,
    implementation_groups_definition: Value,
    sections: Vec<Section>,
}

/// A title with requirements below it.
#[derive(Serialize)]
struct Section {
    urn: String,
    ref_id: Option<String>,
    name: Option<String>,
    parent_urn: Option<String>,
}

/// Five statements, however many audits there are: the framework, its nodes, the audits, what is assessed, what was found.
pub(crate) async fn report(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut framework = framework(&call, &mut rows).await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let outline = Outline::of(nodes(&mut reading, framework.id).await?);
    let heads = heads_of(&mut reading, framework.id).await?;
    let found = findings(&mut reading, &heads).await?;
    let one = |head: &Head| audit(call.ctx, head, found.get(&head.id).map_or(&[], Vec::as_slice), &outline);
    let audits = heads.iter().map(one).collect();
    framework.sections = outline.sections;
    serde_json::to_vec(&Report { framework, audits })
        .map(Answer::Raw)
        .map_err(|error| ApiError::Internal(error.to_string()))
}

async fn framework(call: &Call<'_>, rows: &mut engine::Rows) -> Result<Framework, ApiError> {
    let name = Wording::of(call.ctx).text("t", "name");
    let mut statement = rows.sql(&format!(
        "SELECT t.id, {name}, t.min_score, t.max_score, t.scores_definition, t.implementation_groups_definition \
         FROM frameworks t WHERE t.id = "
    ));
    statement.bind(call.item()?).push(" AND ");
    call.access.push_condition("t", &mut statement);
    let read = |row: &Row<'_>| {
        let groups = row.json(5)?.filter(|groups| !groups.is_null());
        Ok(Framework {
            id: required(row.uuid(0)?)?,
            name: row.text(1)?.unwrap_or_default(),
            min_score: row.int(2)?,
            max_score: row.int(3)?,
            scores_definition: row.json(4)?.unwrap_or_default(),
            implementation_groups_definition: groups.unwrap_or_else(|| json!([])),
            sections: Vec::new(),
        })
    };
    rows.one(&call.access, &statement, read).await?.ok_or(ApiError::NotFound)
}

/// Nodes in the order of the file, and whether each is assessed. They are parts of the framework that was just found.
async fn nodes(reading: &mut Reading<'_>, framework: Uuid) -> Result<Vec<(Section, bool)>, ApiError> {
    let mut statement = reading.rows.sql(&format!(
        "SELECT n.urn, n.ref_id, {}, n.parent_urn, n.assessable FROM requirement_nodes n WHERE n.framework_id = ",
        texts(reading.ctx, "n").name
    ));
    statement.bind(framework).push(" ORDER BY n.order_id, n.id");
    let read = |row: &Row<'_>| -> Result<(Section, bool), StoreError> {
        let section = Section {
            urn: row.text(0)?.unwrap_or_default(),
            ref_id: row.text(1)?,
            name: row.text(2)?,
            parent_urn: row.text(3)?,
        };
        Ok((section, row.bool(4)?.unwrap_or(false)))
    };
    reading.rows.all(&part(), &statement, read).await
}

/// The sections of a framework, and in which of them each node stands.
struct Outline {
    sections: Vec<Section>,
    /// Sections at and above a node, by its urn.
    around: HashMap<String, Vec<usize>>,
}

impl Outline {
    /// Sections are titles that have requirements below them; a text in between is none.
    fn of(nodes: Vec<(Section, bool)>) -> Self {
        let above: HashMap<&str, Option<&str>> =
            nodes.iter().map(|(node, _)| (node.urn.as_str(), node.parent_urn.as_deref())).collect();
        // A tree is never deeper than it has nodes.
        let way = |from: Option<&str>| -> Vec<String> {
            let up = std::iter::successors(from, |urn| above.get(urn).copied().flatten());
            up.filter(|urn| above.contains_key(urn)).take(nodes.len()).map(str::to_owned).collect()
        };
        let holding: HashSet<String> = nodes
            .iter()
            .filter(|(_, assessable)| *assessable)
            .flat_map(|(node, _)| way(node.parent_urn.as_deref()))
            .collect();
        let is_section = |(node, assessable): &&(Section, bool)| !assessable && holding.contains(&node.urn);
        let places: HashMap<String, usize> =
            nodes.iter().filter(is_section).enumerate().map(|(at, (node, _))| (node.urn.clone(), at)).collect();
        let around = nodes
            .iter()
            .map(|(node, _)| {
                let all = way(Some(&node.urn));
                (node.urn.clone(), all.iter().filter_map(|urn| places.get(urn).copied()).collect())
            })
            .collect();
        let sections = nodes.into_iter().map(|(node, _)| node).filter(|node| places.contains_key(&node.urn)).collect();
        Self { sections, around }
    }

    /// What was found in each section that has something.
    fn by_section<'a>(&self, counted: &[&'a Finding]) -> Vec<(&str, Vec<&'a Finding>)> {
        let mut below: Vec<Vec<&Finding>> = self.sections.iter().map(|_| Vec::new()).collect();
        for finding in counted {
            for at in finding.about.above.as_ref().and_then(|urn| self.around.get(urn)).into_iter().flatten() {
                below[*at].push(finding);
            }
        }
        let sections = self.sections.iter().map(|section| section.urn.as_str()).zip(below);
        sections.filter(|(_, below)| !below.is_empty()).collect()
    }
}

fn audit(ctx: &Context, head: &Head, found: &[Finding], outline: &Outline) -> Value {
    let counted: Vec<&Finding> = found.iter().filter(|finding| finding.counts(head)).collect();
    let hidden = head.hidden();
    let sections = outline.by_section(&counted).into_iter();
    let sections: Map<String, Value> =
        sections.map(|(urn, below)| (urn.to_owned(), numbers(head, &below, &hidden))).collect();
    let mut audit = numbers(head, &counted, &hidden);
    if let Some(fields) = audit.as_object_mut() {
        fields.extend([
            ("id".into(), json!(head.id)),
            ("name".into(), json!(head.name)),
            ("ref_id".into(), json!(head.ref_id)),
            ("version".into(), json!(head.version)),
            ("status".into(), json!(head.status)),
            ("folder".into(), json!({ "str": folder_name(ctx, head.folder), "id": head.folder })),
            ("perimeter".into(), perimeter(ctx, head)),
            ("created_at".into(), json!(head.created_at)),
            ("updated_at".into(), json!(head.updated_at)),
            ("selected_implementation_groups".into(), json!(head.group_names())),
            ("progress".into(), json!(progress_of(head, found))),
            ("score_calculation_method".into(), json!(head.method)),
            ("min_score".into(), json!(head.scale().min)),
            ("max_score".into(), json!(head.scale().max)),
            ("sections".into(), Value::Object(sections)),
        ]);
    }
    audit
}

/// Results and scores of rows that count. What the audit hides from the caller is null.
fn numbers(head: &Head, counted: &[&Finding], hidden: &[&str]) -> Value {
    let shows = |field: &str| !hidden.contains(&field);
    let results = || counted.iter().map(|finding| finding.result.as_ref());
    let found: HashMap<&str, i64> = tally(RESULT, results()).into_iter().collect();
    let of = |result: &str| found.get(result).copied().unwrap_or(0);
    let applicable = found.values().sum::<i64>() - of("not_applicable");
    let share = (shows("result") && applicable > 0).then(|| percent(of("compliant"), applicable));
    let scores = if shows("score") { scores_of(head, counted.iter().copied()) } else { Scores::default() };
    let cut = |score: Option<f64>| score.map(truncated);
    let documentation = scores.documentation.filter(|_| shows("documentation_score"));
    json!({
        "total_assessable": counted.len(),
        "results": shows("result").then(|| counts(RESULT, results())),
        "compliance": share,
        "implementation_score": cut(scores.implementation),
        "documentation_score": cut(documentation),
        "maturity_score": cut(if shows("documentation_score") { scores.maturity } else { scores.implementation }),
    })
}

#[cfg(test)]
mod tests {
    use super::{Outline, Section};

    fn node(urn: &str, above: Option<&str>, assessable: bool) -> (Section, bool) {
        let (urn, parent_urn) = (urn.to_owned(), above.map(str::to_owned));
        (Section { urn, ref_id: None, name: None, parent_urn }, assessable)
    }

    #[test]
    fn titles_with_requirements_below_are_sections() {
        let outline = Outline::of(vec![
            node("a", None, false),
            node("a.text", Some("a"), false),
            node("a.b", Some("a"), false),
            node("a.b.1", Some("a.b"), true),
            node("a.b.1.1", Some("a.b.1"), true),
            node("2", None, true),
            node("loop", Some("loop"), false),
            node("lost", Some("nowhere"), true),
        ]);
        let sections: Vec<&str> = outline.sections.iter().map(|section| section.urn.as_str()).collect();
        assert_eq!(sections, ["a", "a.b"]);
        assert_eq!(outline.around["a.b.1"], [1, 0], "through a requirement that has others below it");
        assert!(outline.around["2"].is_empty() && outline.around["loop"].is_empty());
    }
}
