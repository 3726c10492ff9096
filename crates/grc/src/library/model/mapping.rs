//! Mapping sets: how the requirements of one framework answer those of another.

use super::Entry;
use crate::library::problem::Kind;
use crate::library::reading::Reading;
use crate::library::yaml::{NodeId, Position};

/// A set of rules from one framework to another.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingSet {
    /// Identity and texts.
    pub entry: Entry,
    /// The urn of the framework that the rules start from.
    pub source_framework_urn: String,
    /// The urn of the framework that they lead to.
    pub target_framework_urn: String,
    /// The rules in the order of the file.
    pub rules: Vec<MappingRule>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingRule {
    /// Where it begins in the file.
    pub at: Position,
    /// The urn of the requirement that it starts from.
    pub source_requirement_urn: String,
    /// The urn of the requirement that it leads to.
    pub target_requirement_urn: String,
    /// How the two compare.
    pub relationship: Relationship,
    /// How it was found: `syntactic`, `semantic` or `functional`.
    pub rationale: Option<String>,
    /// How strongly they relate, 0 to 10.
    pub strength_of_relationship: Option<i64>,
    /// A remark of the author.
    pub annotation: Option<String>,
}

/// How the source of a rule compares with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relationship {
    /// They ask the same.
    Equal,
    /// The source asks more and covers the target.
    Superset,
    /// The source asks less and covers a part of the target.
    Subset,
    /// They share something.
    Intersect,
    /// They share nothing.
    NotRelated,
}

impl Relationship {
    const ALL: [Self; 5] = [Self::Equal, Self::Superset, Self::Subset, Self::Intersect, Self::NotRelated];

    /// Its word in files and on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Superset => "superset",
            Self::Subset => "subset",
            Self::Intersect => "intersect",
            Self::NotRelated => "not_related",
        }
    }

    /// The relationship of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code().eq_ignore_ascii_case(word.trim()))
    }
}

impl MappingSet {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        let mut end = |key: &str| {
            let urn = fields.urn(key);
            if urn.is_none() {
                fields.problem(
                    None,
                    Kind::MissingKey,
                    format!("a mapping set needs both frameworks. Add \"{key}: …\""),
                );
            }
            urn
        };
        let (source, target) = (end("source_framework_urn"), end("target_framework_urn"));
        let rules = fields.each("requirement_mappings", MappingRule::read);
        fields.finish();
        Some(Self { entry: entry?, source_framework_urn: source?, target_framework_urn: target?, rules })
    }
}

impl MappingRule {
    fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let at = fields.at();
        let mut end = |key: &str| {
            let urn = fields.urn(key);
            if urn.is_none() {
                fields.problem(None, Kind::MissingKey, format!("a rule needs both requirements. Add \"{key}: …\""));
            }
            urn
        };
        let (source, target) = (end("source_requirement_urn"), end("target_requirement_urn"));
        let word = fields.text("relationship");
        let relationship = word.as_deref().and_then(Relationship::parse);
        if relationship.is_none() {
            let known = Relationship::ALL.map(Relationship::code).join(", ");
            let (key, message) = match word {
                Some(word) => (Some("relationship"), format!("there is no relationship {word:?}. Use one of {known}")),
                None => (None, format!("a rule needs a relationship. Add \"relationship: …\" with one of {known}")),
            };
            fields.problem(key, Kind::Relationship, message);
        }
        let rationale = fields.text("rationale");
        let strength_of_relationship = fields.integer("strength_of_relationship");
        let annotation = fields.text("annotation");
        fields.finish();
        Some(Self {
            at,
            source_requirement_urn: source?,
            target_requirement_urn: target?,
            relationship: relationship?,
            rationale,
            strength_of_relationship,
            annotation,
        })
    }
}
