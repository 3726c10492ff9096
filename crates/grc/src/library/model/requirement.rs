//! Requirement nodes: sections and requirements of a framework.

use super::score::bounds;
use super::{Entry, Question};
use crate::library::reading::Reading;
use crate::library::yaml::NodeId;

/// One node of a framework.
#[derive(Clone, Debug, PartialEq)]
pub struct RequirementNode {
    /// Identity and texts.
    pub entry: Entry,
    /// The urn of the node above, in lower case.
    pub parent_urn: Option<String>,
    /// The number of the node above among the framework's nodes.
    pub parent: Option<usize>,
    /// How deep it lies, from 1, as the parents say.
    pub level: u32,
    /// How deep it lies, as the file says. Nothing depends on it.
    pub depth: Option<i64>,
    /// Whether it is assessed. Others are sections; an assessed node may have children as well.
    pub assessable: bool,
    /// Implementation groups that it belongs to, by short name.
    pub implementation_groups: Vec<String>,
    /// Urns of reference controls that help.
    pub reference_controls: Vec<String>,
    /// Urns of threats that it answers.
    pub threats: Vec<String>,
    /// Its questions in the order of the file.
    pub questions: Vec<Question>,
    /// What would prove it.
    pub typical_evidence: Option<String>,
    /// Its weight, 1 unless given.
    pub weight: i64,
    /// `mandatory`, `recommended`, `nice_to_have` or `undefined`.
    pub importance: Option<String>,
    /// `default` or `splash`.
    pub display_mode: Option<String>,
    /// When it is shown.
    pub visibility_expression: Option<String>,
    /// The lowest score, when it differs from the framework's.
    pub min_score: Option<i64>,
    /// The highest score, when it differs from the framework's.
    pub max_score: Option<i64>,
    /// The name of its scale, when it is not the framework's first.
    pub scores_definition_ref: Option<String>,
    /// The score to reach.
    pub target_score: Option<f64>,
}

impl RequirementNode {
    /// Reads one node; the numbers of its questions come along for later rules.
    pub(super) fn read(
        reading: &mut Reading<'_, '_>,
        node: NodeId,
        scale: (i64, i64),
        questions: &mut Vec<NodeId>,
    ) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        let has_urn = entry.is_some();
        let (places, read) = Question::read_all(&mut fields).into_iter().unzip();
        let (min_score, max_score) = bounds(&mut fields, scale);
        let evidence = fields.texts("typical_evidence");
        let requirement = Self {
            entry: entry.unwrap_or_default(),
            parent_urn: fields.urn("parent_urn"),
            parent: None,
            level: 1,
            depth: fields.integer("depth"),
            assessable: fields.flag("assessable").unwrap_or(false),
            implementation_groups: fields.texts("implementation_groups"),
            reference_controls: fields.urns("reference_controls"),
            threats: fields.urns("threats"),
            questions: read,
            typical_evidence: (!evidence.is_empty()).then(|| evidence.join("\n")),
            weight: fields.integer("weight").unwrap_or(1),
            importance: fields.text("importance"),
            display_mode: fields.text("display_mode"),
            visibility_expression: fields.text("visibility_expression"),
            min_score,
            max_score,
            scores_definition_ref: fields.text("scores_definition_ref"),
            target_score: fields.number("target_score"),
        };
        fields.finish();
        has_urn.then(|| {
            questions.extend::<Vec<NodeId>>(places);
            requirement
        })
    }

    /// Whether it counts when these implementation groups are selected. No selection is everything;
    /// with a selection, a node without groups does not count.
    pub fn is_in(&self, selected: &[String]) -> bool {
        selected.is_empty() || self.implementation_groups.iter().any(|group| selected.contains(group))
    }
}
