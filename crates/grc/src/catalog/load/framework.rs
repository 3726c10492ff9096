//! The framework of a library.

use super::shelf::{Shelf, Table, words};
use super::{document, failed};
use crate::refusals::taken;
use engine::{ApiError, Cell};
use serde_json::{Value, json};

impl Shelf<'_> {
    /// The framework, then its nodes, questions and choices. One that the file has no more goes.
    pub(super) async fn framework(&mut self) -> Result<(), ApiError> {
        let known = self.known("frameworks", "library_id", &[self.id]).await?;
        let mut table = Table::new("frameworks", known.clone());
        let Some(framework) = &self.library.objects.framework else {
            return table.finish(self.rows).await.map(drop);
        };
        let entry = &framework.entry;
        let id = self.id_of(&known, &entry.urn)?;
        self.urn_is_free(&entry.urn, id).await?;
        let mut cells = self.entry(entry);
        for (column, cell) in &mut cells {
            if *column == "name" {
                *cell = entry.label().into();
            }
        }
        let (min, max) = framework.scale();
        cells.extend([
            ("library_id", self.id.into()),
            ("is_dynamic", framework.is_dynamic().into()),
            ("min_score", min.into()),
            ("max_score", max.into()),
            ("scores_definition", document(framework.scores_definition.clone())),
            ("implementation_groups_definition", document(framework.implementation_groups_definition.clone())),
            ("outcomes_definition", Cell::Json(or(&framework.outcomes_definition, json!([])))),
            ("field_visibility", Cell::Json(or(&framework.field_visibility, json!({})))),
            // The second part of the urn says who gives out urns of this kind; the contract knows `custom` for all that come
            // as files.
            ("urn_namespace", "custom".into()),
        ]);
        table.add(self.row(id, entry.label().to_lowercase(), words(entry), cells));
        table.finish(self.rows).await?;
        self.nodes(framework, id).await
    }

    /// Mapping sets and audits name frameworks by urn, so there is one of each.
    async fn urn_is_free(&mut self, urn: &str, id: uuid::Uuid) -> Result<(), ApiError> {
        // Two libraries that are loaded at once take turns.
        self.rows.take_turn(&super::access(), &format!("frameworks {urn}")).await?;
        let mut statement = self.rows.sql("SELECT id FROM frameworks WHERE urn = ");
        statement.bind(urn).push(" AND id <> ").bind(id);
        let others = self.rows.ids(&super::access(), &statement).await?;
        if others.is_empty() { Ok(()) } else { Err(failed(json!({ "urn": taken(urn) }))) }
    }
}

fn or(value: &Value, otherwise: Value) -> Value {
    if value.is_null() { otherwise } else { value.clone() }
}
