//! The requirements of a framework, their questions and choices, and what they refer to.

use super::shelf::{Shelf, Table, words};
use super::stored::translations;
use super::{access, failed, optional};
use crate::library::{Choice, Condition, Framework, Question, RequirementNode};
use engine::{ApiError, Cell, required};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

impl Shelf<'_> {
    /// Nodes in the order of the file, with all that hangs on them.
    pub(super) async fn nodes(&mut self, framework: &Framework, framework_id: Uuid) -> Result<(), ApiError> {
        let known = self.known("requirement_nodes", "framework_id", &[framework_id]).await?;
        let mut table = Table::new("requirement_nodes", known.clone());
        let mut ids = Vec::with_capacity(framework.nodes.len());
        for (position, node) in (0_i64..).zip(&framework.nodes) {
            let id = self.id_of(&known, &node.entry.urn)?;
            let mut cells = self.entry(&node.entry);
            cells.extend(own_cells(node, position, framework_id));
            table.add(self.row(id, node.entry.label().to_lowercase(), words(&node.entry), cells));
            ids.push(id);
        }
        table.finish(self.rows).await?;
        self.suggestions("reference_controls", framework, &ids, |node| &node.reference_controls).await?;
        self.suggestions("threats", framework, &ids, |node| &node.threats).await?;
        self.questions(framework, &ids).await
    }

    /// Links nodes with the controls or threats that they name.
    async fn suggestions(
        &mut self,
        table: &'static str,
        framework: &Framework,
        ids: &[Uuid],
        named: fn(&RequirementNode) -> &Vec<String>,
    ) -> Result<(), ApiError> {
        let urns: HashSet<&String> = framework.nodes.iter().flat_map(named).collect();
        let mut statement = self.rows.sql(&format!("SELECT urn, id FROM {table} WHERE "));
        statement.bind_in("urn", Cell::Texts(urns.iter().map(|urn| (*urn).clone()).collect()));
        let found: HashMap<String, Uuid> = self
            .rows
            .all(&access(), &statement, |row| Ok((row.text(0)?.unwrap_or_default(), required(row.uuid(1)?)?)))
            .await?
            .into_iter()
            .collect();
        let mut pairs = Vec::new();
        for (node, id) in framework.nodes.iter().zip(ids) {
            for urn in named(node) {
                let Some(target) = found.get(urn) else {
                    let node = node.entry.label();
                    return Err(failed(format!("{node} names {urn}, which no loaded library brings")));
                };
                pairs.push((*id, *target));
            }
        }
        let links =
            if table == "threats" { "requirement_nodes__threats" } else { "requirement_nodes__reference_controls" };
        self.links(links, ids, pairs).await
    }

    async fn questions(&mut self, framework: &Framework, nodes: &[Uuid]) -> Result<(), ApiError> {
        let known = self.known("questions", "requirement_node_id", nodes).await?;
        let mut table = Table::new("questions", known.clone());
        let mut all: Vec<(Uuid, &Question)> = Vec::new();
        for (node, node_id) in framework.nodes.iter().zip(nodes) {
            for (position, question) in (0_i64..).zip(&node.questions) {
                let id = self.id_of(&known, &question.urn)?;
                let words = question.text.to_lowercase();
                table.add(self.row(id, words.clone(), words, question_cells(question, position, *node_id)));
                all.push((id, question));
            }
        }
        table.finish(self.rows).await?;
        let ids: Vec<Uuid> = all.iter().map(|(id, _)| *id).collect();
        let known = self.known("question_choices", "question_id", &ids).await?;
        let mut table = Table::new("question_choices", known.clone());
        for (question_id, question) in all {
            for (position, choice) in (0_i64..).zip(&question.choices) {
                let id = self.id_of(&known, &choice.urn)?;
                let words = choice.value.to_lowercase();
                table.add(self.row(id, words.clone(), words, choice_cells(choice, position, question_id)));
            }
        }
        table.finish(self.rows).await.map(drop)
    }
}

fn own_cells(node: &RequirementNode, position: i64, framework: Uuid) -> Vec<(&'static str, Cell)> {
    vec![
        ("framework_id", framework.into()),
        ("parent_urn", optional(node.parent_urn.as_ref())),
        ("order_id", position.into()),
        ("assessable", node.assessable.into()),
        ("implementation_groups", list(&node.implementation_groups)),
        ("typical_evidence", optional(node.typical_evidence.as_ref())),
        ("weight", node.weight.into()),
        ("importance", node.importance.as_deref().unwrap_or("undefined").into()),
        ("display_mode", node.display_mode.as_deref().unwrap_or("default").into()),
        ("visibility_expression", optional(node.visibility_expression.as_ref())),
        ("min_score", node.min_score.into()),
        ("max_score", node.max_score.into()),
        ("scores_definition_ref", optional(node.scores_definition_ref.as_ref())),
        ("target_score", node.target_score.into()),
    ]
}

fn question_cells(question: &Question, position: i64, node: Uuid) -> Vec<(&'static str, Cell)> {
    let depends_on = question.depends_on.as_ref().map(|rule| {
        let condition = if rule.condition == Condition::All { "all" } else { "any" };
        Cell::Json(json!({ "question": rule.question, "answers": rule.answers, "condition": condition }))
    });
    vec![
        ("requirement_node_id", node.into()),
        ("urn", question.urn.as_str().into()),
        ("ref_id", optional(question.ref_id.as_ref())),
        ("text", question.text.as_str().into()),
        ("type", question.kind.code().into()),
        ("annotation", optional(question.annotation.as_ref())),
        ("weight", question.weight.into()),
        ("position", position.into()),
        ("depends_on", depends_on.unwrap_or(Cell::Null)),
        ("config", super::document(question.config.clone().unwrap_or_default())),
        ("translations", translations(&question.translations)),
    ]
}

fn choice_cells(choice: &Choice, position: i64, question: Uuid) -> Vec<(&'static str, Cell)> {
    vec![
        ("question_id", question.into()),
        ("urn", choice.urn.as_str().into()),
        ("ref_id", optional(choice.ref_id.as_ref())),
        ("value", choice.value.as_str().into()),
        ("description", optional(choice.description.as_ref())),
        ("annotation", optional(choice.annotation.as_ref())),
        ("color", optional(choice.color.as_ref())),
        ("add_score", choice.add_score.into()),
        ("compute_result", optional(choice.compute_result.as_ref())),
        ("select_implementation_groups", list(&choice.select_implementation_groups)),
        ("position", position.into()),
        ("translations", translations(&choice.translations)),
    ]
}

/// A list of words; null for none.
fn list(words: &[String]) -> Cell {
    if words.is_empty() {
        Cell::Null
    } else {
        Cell::Json(words.iter().map(|word| Value::from(word.as_str())).collect())
    }
}
