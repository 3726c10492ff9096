//! Tactics and techniques of attackers, and the catalogues that they come from.

use super::{Entry, Translations};
use crate::library::reading::Reading;
use crate::library::yaml::{NodeId, Position};
use serde_json::Value;

/// A catalogue of tactics and techniques.
#[derive(Clone, Debug, PartialEq)]
pub struct TtpCatalog {
    /// Identity and texts.
    pub entry: Entry,
    /// By what techniques may be grouped.
    pub groupings: Vec<Grouping>,
    /// `grouping_definition` as the file has it, or null.
    pub grouping_definition: Value,
}

/// One group of techniques, such as a platform.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// Where it begins in the file.
    pub at: Position,
    /// Its short name, by which techniques refer to it.
    pub ref_id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// What is grouped by: `platform`, …
    pub dimension: Option<String>,
    /// The same in other languages.
    pub translations: Translations,
}

/// What an attacker wants to achieve.
#[derive(Clone, Debug, PartialEq)]
pub struct Tactic {
    /// Identity and texts.
    pub entry: Entry,
    /// The urn of its catalogue.
    pub catalog_urn: Option<String>,
}

/// How an attacker does it.
#[derive(Clone, Debug, PartialEq)]
pub struct Technique {
    /// Identity and texts.
    pub entry: Entry,
    /// The urn of its catalogue.
    pub catalog_urn: Option<String>,
    /// The urn of the technique that it refines.
    pub parent_urn: Option<String>,
    /// Urns of the tactics that it serves.
    pub tactics: Vec<String>,
    /// Groups that it belongs to, by short name.
    pub groups: Vec<String>,
    /// Urns of reference controls that help against it.
    pub reference_controls: Vec<String>,
    /// Whether it is out of use.
    pub is_deprecated: bool,
}

impl TtpCatalog {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        let groupings = fields.each("grouping_definition", Grouping::read);
        let grouping_definition = fields.json("grouping_definition").unwrap_or_default();
        fields.finish();
        Some(Self { entry: entry?, groupings, grouping_definition })
    }
}

impl Grouping {
    fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let grouping = Self {
            at: fields.at(),
            ref_id: fields.text("ref_id"),
            name: fields.text("name"),
            dimension: fields.text("dimension"),
            translations: Translations::read(&mut fields),
        };
        fields.finish();
        Some(grouping)
    }
}

impl Tactic {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        let catalog_urn = fields.urn("catalog_urn");
        fields.finish();
        Some(Self { entry: entry?, catalog_urn })
    }
}

impl Technique {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        let catalog_urn = fields.urn("catalog_urn");
        let parent_urn = fields.urn("parent_urn");
        let tactics = fields.urns("tactics");
        let groups = fields.texts("groups");
        let reference_controls = fields.urns("reference_controls");
        let is_deprecated = fields.flag("is_deprecated").unwrap_or(false);
        fields.finish();
        Some(Self { entry: entry?, catalog_urn, parent_urn, tactics, groups, reference_controls, is_deprecated })
    }
}
