//! Metric definitions: what is measured, in what unit, and whether more is better.

use super::Entry;
use crate::library::reading::Reading;
use crate::library::yaml::NodeId;
use serde_json::Value;

/// Something that can be measured.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricDefinition {
    /// Identity and texts.
    pub entry: Entry,
    /// `quantitative` or `qualitative`.
    pub category: Option<String>,
    /// The unit of a quantity.
    pub unit: Option<String>,
    /// The levels of a quality, as the file has them.
    pub choices_definition: Option<Value>,
    /// Whether more is better; it is unless the file says otherwise.
    pub higher_is_better: bool,
    /// What to reach.
    pub default_target: Option<f64>,
}

impl MetricDefinition {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        let category = fields.text("category");
        let unit = fields.text("unit");
        let choices_definition = fields.json("choices_definition");
        let higher_is_better = fields.flag("higher_is_better").unwrap_or(true);
        let default_target = fields.number("default_target");
        fields.finish();
        Some(Self { entry: entry?, category, unit, choices_definition, higher_is_better, default_target })
    }
}
