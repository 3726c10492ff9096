//! Frameworks: a tree of requirements, a scale, implementation groups.

use super::requirement::RequirementNode;
use super::score::{DEFAULT_SCALE, ScoreScale, bounds};
use super::{Entry, Translations, rules};
use crate::library::problem::Kind;
use crate::library::reading::Reading;
use crate::library::yaml::{NodeId, Position};
use serde_json::Value;

/// A framework.
#[derive(Clone, Debug, PartialEq)]
pub struct Framework {
    /// Identity and texts.
    pub entry: Entry,
    /// The lowest score of the file, if it gives one.
    pub min_score: Option<i64>,
    /// The highest score of the file, if it gives one.
    pub max_score: Option<i64>,
    /// Its scales; mostly none or one.
    pub scales: Vec<ScoreScale>,
    /// `scores_definition` as the wire stores it: `{"scale": […]}`, or null.
    pub scores_definition: Value,
    /// Its implementation groups.
    pub implementation_groups: Vec<ImplementationGroup>,
    /// `implementation_groups_definition` as the file has it, or null.
    pub implementation_groups_definition: Value,
    /// `outcomes_definition` as the file has it, or null.
    pub outcomes_definition: Value,
    /// `field_visibility` as the file has it, or null.
    pub field_visibility: Value,
    /// All nodes in the order of the file.
    pub nodes: Vec<RequirementNode>,
}

/// A part of a framework that an audit may select.
#[derive(Clone, Debug, PartialEq)]
pub struct ImplementationGroup {
    /// Where it begins in the file.
    pub at: Position,
    /// Its short name, by which nodes refer to it.
    pub ref_id: String,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether new audits select it.
    pub default_selected: bool,
    /// The same in other languages.
    pub translations: Translations,
}

impl Framework {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        let (min_score, max_score) = bounds(&mut fields, DEFAULT_SCALE);
        let scale = (min_score.unwrap_or(DEFAULT_SCALE.0), max_score.unwrap_or(DEFAULT_SCALE.1));
        let scales = ScoreScale::read_all(&mut fields);
        let scores_definition = match fields.json("scores_definition") {
            Some(list @ Value::Array(_)) => serde_json::json!({ "scale": list }),
            other => other.unwrap_or_default(),
        };
        let implementation_groups = fields.each("implementation_groups_definition", ImplementationGroup::read);
        let implementation_groups_definition = fields.json("implementation_groups_definition").unwrap_or_default();
        let outcomes_definition = fields.json("outcomes_definition").unwrap_or_default();
        let field_visibility = fields.json("field_visibility").unwrap_or_default();
        let mut places = Vec::new();
        let mut questions = Vec::new();
        let mut nodes = fields.each("requirement_nodes", |reading, node| {
            let requirement = RequirementNode::read(reading, node, scale, &mut questions)?;
            places.push(node);
            Some(requirement)
        });
        if nodes.is_empty() {
            fields.problem(None, Kind::MissingKey, "a framework needs requirements. Add \"requirement_nodes: […]\"");
        }
        fields.finish();
        rules::plant(reading, &mut nodes, &places);
        rules::conditions(reading, &nodes, &questions);
        Some(Self {
            entry: entry?,
            min_score,
            max_score,
            scales,
            scores_definition,
            implementation_groups,
            implementation_groups_definition,
            outcomes_definition,
            field_visibility,
            nodes,
        })
    }

    /// The scale of audits: 0 to 100 unless the file says otherwise.
    pub fn scale(&self) -> (i64, i64) {
        (self.min_score.unwrap_or(DEFAULT_SCALE.0), self.max_score.unwrap_or(DEFAULT_SCALE.1))
    }

    /// Whether answers may switch implementation groups on.
    pub fn is_dynamic(&self) -> bool {
        let choices = self.nodes.iter().flat_map(|node| &node.questions).flat_map(|question| &question.choices);
        choices.into_iter().any(|choice| !choice.select_implementation_groups.is_empty())
    }
}

impl ImplementationGroup {
    fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let at = fields.at();
        let ref_id = fields.text("ref_id");
        if ref_id.is_none() {
            fields.problem(None, Kind::MissingKey, "an implementation group needs a short name. Add \"ref_id: …\"");
        }
        let name = fields.text("name");
        let description = fields.text("description");
        let default_selected = fields.flag("default_selected").unwrap_or(false);
        let translations = Translations::read(&mut fields);
        fields.finish();
        Some(Self { at, ref_id: ref_id?, name, description, default_selected, translations })
    }
}
