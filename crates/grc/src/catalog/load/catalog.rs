//! Reference controls, threats, risk matrices and mapping sets of a library.

use super::shelf::{Shelf, Table, words};
use super::{access, document, failed, optional};
use crate::library::{Entry, MappingRule, MappingSet, RiskMatrix};
use crate::refusals::taken;
use engine::{ApiError, Cell, required};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

impl Shelf<'_> {
    pub(super) async fn reference_controls(&mut self) -> Result<(), ApiError> {
        let controls = &self.library.objects.reference_controls;
        let known = self.known("reference_controls", "library_id", &[self.id]).await?;
        self.not_taken("reference_controls", controls.iter().map(|control| &control.entry), &known).await?;
        let mut table = Table::new("reference_controls", known.clone());
        for control in controls {
            let id = self.id_of(&known, &control.entry.urn)?;
            let mut cells = self.named(&control.entry);
            cells.extend([
                ("library_id", self.id.into()),
                ("category", optional(control.category.as_ref())),
                ("csf_function", optional(control.csf_function.as_ref())),
                ("typical_evidence", document(control.typical_evidence.clone().unwrap_or_default())),
            ]);
            table.add(self.row(id, control.entry.label().to_lowercase(), words(&control.entry), cells));
        }
        table.finish(self.rows).await.map(drop)
    }

    pub(super) async fn threats(&mut self) -> Result<(), ApiError> {
        let threats = &self.library.objects.threats;
        let known = self.known("threats", "library_id", &[self.id]).await?;
        self.not_taken("threats", threats.iter().map(|threat| &threat.entry), &known).await?;
        let mut table = Table::new("threats", known.clone());
        for threat in threats {
            let id = self.id_of(&known, &threat.entry.urn)?;
            let mut cells = self.named(&threat.entry);
            cells.extend([("library_id", self.id.into()), ("is_legacy_ttp", false.into())]);
            table.add(self.row(id, threat.entry.label().to_lowercase(), words(&threat.entry), cells));
        }
        table.finish(self.rows).await.map(drop)
    }

    pub(super) async fn risk_matrices(&mut self) -> Result<(), ApiError> {
        let known = self.known("risk_matrices", "library_id", &[self.id]).await?;
        let disabled = self.disabled().await?;
        let mut table = Table::new("risk_matrices", known.clone());
        for matrix in &self.library.objects.risk_matrices {
            let id = self.id_of(&known, &matrix.entry.urn)?;
            let mut cells = self.named(&matrix.entry);
            cells.extend([
                ("library_id", self.id.into()),
                ("json_definition", matrix.definition().to_string().into()),
                ("editing_languages", Cell::Json(json!(languages(matrix, &self.library.locale)))),
                ("is_enabled", (!disabled.contains(&id)).into()),
            ]);
            table.add(self.row(id, matrix.entry.label().to_lowercase(), words(&matrix.entry), cells));
        }
        table.finish(self.rows).await.map(drop)
    }

    pub(super) async fn mapping_sets(&mut self) -> Result<(), ApiError> {
        let known = self.known("requirement_mapping_sets", "library_id", &[self.id]).await?;
        let mut table = Table::new("requirement_mapping_sets", known.clone());
        let builtin = self.is_builtin().await?;
        for set in &self.library.objects.mapping_sets {
            let id = self.id_of(&known, &set.entry.urn)?;
            let entry = &set.entry;
            // A set that is called nothing goes by the name of its library.
            let name = entry.name.as_ref().unwrap_or(&self.library.name).clone();
            let cells = vec![
                ("library_id", self.id.into()),
                ("urn", entry.urn.as_str().into()),
                ("ref_id", optional(entry.ref_id.as_ref().or(self.library.ref_id.as_ref()))),
                ("name", name.as_str().into()),
                ("description", optional(entry.description.as_ref().or(self.library.description.as_ref()))),
                ("translations", super::stored::translations(&entry.translations)),
                ("provider", optional(self.library.provider.as_ref())),
                ("builtin", builtin.into()),
                ("locale", self.library.locale.as_str().into()),
                ("default_locale", false.into()),
                ("source_framework_urn", set.source_framework_urn.as_str().into()),
                ("target_framework_urn", set.target_framework_urn.as_str().into()),
                ("rules", Cell::Json(rules(set))),
            ];
            table.add(self.row(id, name.to_lowercase(), words(entry), cells));
        }
        table.finish(self.rows).await.map(drop)
    }

    /// The cells of an object that must have a name: one without goes by its short name or urn.
    fn named(&self, entry: &Entry) -> Vec<(&'static str, Cell)> {
        let mut cells = self.entry(entry);
        for (column, cell) in &mut cells {
            if *column == "name" {
                *cell = entry.label().into();
            }
        }
        cells
    }

    /// Matrices that somebody has switched off stay so.
    async fn disabled(&mut self) -> Result<Vec<Uuid>, ApiError> {
        let mut statement = self.rows.sql("SELECT id FROM risk_matrices WHERE NOT is_enabled AND library_id = ");
        statement.bind(self.id);
        self.rows.ids(&access(), &statement).await
    }

    async fn is_builtin(&mut self) -> Result<bool, ApiError> {
        let mut statement = self.rows.sql("SELECT builtin FROM loaded_libraries WHERE id = ");
        statement.bind(self.id);
        let found = self.rows.one(&access(), &statement, |row| required(row.bool(0)?)).await?;
        Ok(found.unwrap_or(false))
    }

    /// Names obey the rule of the root folder: none of another origin has both the short name and
    /// the name. Nor may two libraries bring the same urn.
    async fn not_taken<'e>(
        &mut self,
        table: &str,
        entries: impl Iterator<Item = &'e Entry> + Clone,
        known: &HashMap<String, Uuid>,
    ) -> Result<(), ApiError> {
        let keys: Vec<String> = entries.clone().map(|entry| entry.label().to_lowercase()).collect();
        let urns: Vec<String> = entries.clone().map(|entry| entry.urn.clone()).collect();
        if urns.is_empty() {
            return Ok(());
        }
        let mut statement =
            self.rows.sql(&format!("SELECT id, name_key, COALESCE(ref_id, ''), urn FROM {table} WHERE folder_id = "));
        statement.bind(self.root).push(" AND (").bind_in("name_key", Cell::Texts(keys));
        statement.push(" OR ").bind_in("urn", Cell::Texts(urns)).push(")");
        let found = self
            .rows
            .all(&access(), &statement, |row| {
                let text = |index| row.text(index).map(Option::unwrap_or_default);
                Ok((required(row.uuid(0)?)?, (text(1)?, text(2)?.to_lowercase()), text(3)?))
            })
            .await?;
        let others: Vec<_> = found.iter().filter(|(id, ..)| !known.values().any(|own| own == id)).collect();
        if others.is_empty() {
            return Ok(());
        }
        for entry in entries {
            let ref_id = entry.ref_id.clone().unwrap_or_default();
            let pair = (entry.label().to_lowercase(), ref_id.to_lowercase());
            if others.iter().any(|(_, other, _)| *other == pair) {
                let mut detail = Map::new();
                if !ref_id.is_empty() {
                    detail.insert("ref_id".into(), json!(taken(&ref_id)));
                }
                detail.insert("name".into(), json!(taken(entry.label())));
                return Err(failed(Value::Object(detail)));
            }
            if others.iter().any(|(_, _, urn)| *urn == entry.urn) {
                return Err(failed(json!({ "urn": taken(&entry.urn) })));
            }
        }
        Ok(())
    }
}

/// The languages of a matrix, its own among them, in alphabetical order.
fn languages(matrix: &RiskMatrix, own: &str) -> Vec<String> {
    let levels = matrix.probability.iter().chain(&matrix.impact).chain(&matrix.risk);
    let translated = levels.flat_map(|level| level.translations.languages());
    let mut all: Vec<String> = translated.chain(matrix.entry.translations.languages()).map(str::to_owned).collect();
    all.push(own.to_owned());
    all.sort();
    all.dedup();
    all
}

fn rules(set: &MappingSet) -> Value {
    let rule = |rule: &MappingRule| {
        json!([
            rule.source_requirement_urn,
            rule.target_requirement_urn,
            rule.relationship.code(),
            rule.strength_of_relationship,
            rule.rationale,
            rule.annotation,
        ])
    };
    set.rules.iter().map(rule).collect()
}
