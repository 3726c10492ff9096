//! The `objects` of a library.

use super::{
    Framework, MappingSet, MetricDefinition, Object, Preset, ReferenceControl, RiskMatrix, Tactic, Technique, Threat,
    TtpCatalog, rules,
};
use crate::library::problem::Kind;
use crate::library::reading::{Fields, Reading};
use crate::library::yaml::NodeId;

/// Everything that a library brings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Objects {
    /// Its framework.
    pub framework: Option<Framework>,
    /// Its reference controls.
    pub reference_controls: Vec<ReferenceControl>,
    /// Its threats.
    pub threats: Vec<Threat>,
    /// Its risk matrices.
    pub risk_matrices: Vec<RiskMatrix>,
    /// Its mapping sets, whichever way the file spells the key.
    pub mapping_sets: Vec<MappingSet>,
    /// Its metric definitions.
    pub metric_definitions: Vec<MetricDefinition>,
    /// Its presets.
    pub presets: Vec<Preset>,
    /// Its catalogues of tactics and techniques.
    pub ttp_catalogs: Vec<TtpCatalog>,
    /// Its tactics.
    pub tactics: Vec<Tactic>,
    /// Its techniques.
    pub techniques: Vec<Technique>,
}

impl Objects {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let frameworks = fields.each("framework", |reading, node| Some((Framework::read(reading, node), node)));
        if let Some((_, second)) = frameworks.get(1) {
            let message = "a library brings one framework. Move this one to a file of its own";
            fields.reading.problem(*second, None, Kind::BadValue, message);
        }
        let mut mapping_sets = read(&mut fields, "requirement_mapping_set", MappingSet::read);
        mapping_sets.extend(read(&mut fields, "requirement_mapping_sets", MappingSet::read));
        let objects = Self {
            framework: frameworks.into_iter().next().and_then(|(framework, _)| framework),
            reference_controls: read(&mut fields, "reference_controls", ReferenceControl::read),
            threats: read(&mut fields, "threats", Threat::read),
            risk_matrices: read(&mut fields, "risk_matrix", RiskMatrix::read),
            mapping_sets,
            metric_definitions: read(&mut fields, "metric_definitions", MetricDefinition::read),
            presets: fields.each("preset", Preset::read),
            ttp_catalogs: read(&mut fields, "ttp_catalogs", TtpCatalog::read),
            tactics: read(&mut fields, "tactics", Tactic::read),
            techniques: read(&mut fields, "techniques", Technique::read),
        };
        fields.finish();
        Some(objects)
    }
}

/// All objects under one key. No two share a urn.
fn read<'d, 't, T: Object>(
    fields: &mut Fields<'_, 'd, 't>,
    key: &str,
    one: fn(&mut Reading<'d, 't>, NodeId) -> Option<T>,
) -> Vec<T> {
    let mut places = Vec::new();
    let objects = fields.each(key, |reading, node| {
        let object = one(reading, node)?;
        places.push(node);
        Some(object)
    });
    let urns = objects.iter().map(|object| object.entry().urn.as_str()).zip(places);
    rules::unique(fields.reading, T::KIND, urns);
    objects
}
