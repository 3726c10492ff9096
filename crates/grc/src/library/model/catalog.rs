//! Catalogues: reference controls and threats.

use super::Entry;
use crate::library::reading::Reading;
use crate::library::yaml::NodeId;
use serde_json::Value;

/// A control that requirements may suggest.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceControl {
    /// Identity and texts.
    pub entry: Entry,
    /// `policy`, `process`, `technical`, `physical` or `procedure`.
    pub category: Option<String>,
    /// `govern`, `identify`, `protect`, `detect`, `respond` or `recover`.
    pub csf_function: Option<String>,
    /// What would prove it: a text or a list of texts, as the file has it.
    pub typical_evidence: Option<Value>,
}

/// Something that can go wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Threat {
    /// Identity and texts.
    pub entry: Entry,
}

impl ReferenceControl {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        let category = fields.text("category");
        let csf_function = fields.text("csf_function");
        let typical_evidence = fields.json("typical_evidence");
        fields.finish();
        Some(Self { entry: entry?, category, csf_function, typical_evidence })
    }
}

impl Threat {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        fields.finish();
        Some(Self { entry: entry? })
    }
}
