//! A library on its way into rows: what all kinds of its objects share.

use super::stored::{object_types, translations, words_of_library};
use super::{access, optional};
use crate::library::{Entry, Library};
use chrono::{DateTime, Utc};
use engine::write::{Bulk, name_key};
use engine::{ApiError, Cell, Context, Rows, required};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// One library being written.
pub(in crate::catalog) struct Shelf<'a> {
    pub(super) ctx: &'a Context,
    pub(super) rows: &'a mut Rows,
    pub(super) library: &'a Library,
    /// The id of its row among the loaded ones.
    pub(super) id: Uuid,
    pub(super) root: Uuid,
    pub(super) now: DateTime<Utc>,
}

impl<'a> Shelf<'a> {
    pub(in crate::catalog) fn new(ctx: &'a Context, rows: &'a mut Rows, library: &'a Library, id: Uuid) -> Self {
        let root = ctx.principal.grants().tree().root();
        Self { ctx, rows, library, id, root, now: ctx.now() }
    }

    /// The library's own row; one that is there takes the new values.
    pub(in crate::catalog) async fn library(&mut self, builtin: bool) -> Result<(), ApiError> {
        let library = self.library;
        let cells = vec![
            ("name", library.name.as_str().into()),
            ("description", optional(library.description.as_ref())),
            ("annotation", optional(library.annotation.as_ref())),
            ("urn", library.urn.as_str().into()),
            ("ref_id", optional(library.ref_id.as_ref())),
            ("locale", library.locale.as_str().into()),
            ("version", library.version.into()),
            ("packager", optional(library.packager.as_ref())),
            ("provider", optional(library.provider.as_ref())),
            ("publication_date", library.publication_date.map_or(Cell::Null, Cell::Date)),
            ("builtin", builtin.into()),
            ("objects_meta", Cell::Json(Value::Object(library.objects_meta()))),
            ("locales", Cell::Json(json!(library.locales()))),
            ("copyright", optional(library.copyright.as_ref())),
            ("default_locale", true.into()),
            ("translations", translations(&library.translations)),
            ("object_types", object_types(library).into()),
        ];
        let mut table = Table::new("loaded_libraries", HashMap::new());
        let (key, words) = (library.name.to_lowercase(), words_of_library(library));
        let row = self.row(self.id, key, words, cells);
        table.add(row);
        table.finish(self.rows).await.map(drop)
    }

    /// What it depends on.
    pub(in crate::catalog) async fn dependencies(&mut self, on: &[Uuid]) -> Result<(), ApiError> {
        self.links("loaded_libraries__dependencies", &[self.id], on.iter().map(|id| (self.id, *id)).collect()).await
    }

    /// All its objects. What was there and is in the file no more goes.
    pub(in crate::catalog) async fn objects(&mut self) -> Result<(), ApiError> {
        self.reference_controls().await?;
        self.threats().await?;
        self.framework().await?;
        self.risk_matrices().await?;
        self.mapping_sets().await
    }

    /// Ids of the objects that the library has in a table, by urn.
    pub(super) async fn known(
        &mut self,
        table: &str,
        column: &str,
        owners: &[Uuid],
    ) -> Result<HashMap<String, Uuid>, ApiError> {
        let mut statement = self.rows.sql(&format!("SELECT urn, id FROM {table} WHERE "));
        statement.bind_in(column, Cell::Uuids(owners.to_vec()));
        let found = self
            .rows
            .all(&access(), &statement, |row| Ok((row.text(0)?.unwrap_or_default(), required(row.uuid(1)?)?)))
            .await?;
        Ok(found.into_iter().collect())
    }

    /// The id that an object has, or gets.
    pub(super) fn id_of(&self, known: &HashMap<String, Uuid>, urn: &str) -> Result<Uuid, ApiError> {
        known.get(urn).map_or_else(|| self.ctx.engine.new_id(), |id| Ok(*id))
    }

    /// What every row has, followed by its own cells.
    pub(super) fn row(
        &self,
        id: Uuid,
        key: String,
        search: String,
        cells: Vec<(&'static str, Cell)>,
    ) -> Vec<(&'static str, Cell)> {
        let mut all: Vec<(&'static str, Cell)> = Vec::with_capacity(cells.len() + 7);
        all.extend([
            ("id", id.into()),
            ("folder_id", self.root.into()),
            ("is_published", true.into()),
            ("name_key", name_key(key).into()),
            ("search_text", search.into()),
            ("created_at", self.now.into()),
            ("updated_at", self.now.into()),
        ]);
        all.extend(cells);
        all
    }

    /// Identity and texts, provider and language: what all objects of a library have.
    pub(super) fn entry(&self, entry: &Entry) -> Vec<(&'static str, Cell)> {
        vec![
            ("urn", entry.urn.as_str().into()),
            ("ref_id", optional(entry.ref_id.as_ref())),
            ("name", optional(entry.name.as_ref())),
            ("description", optional(entry.description.as_ref())),
            ("annotation", optional(entry.annotation.as_ref())),
            ("translations", translations(&entry.translations)),
            ("provider", optional(self.library.provider.as_ref())),
            ("locale", self.library.locale.as_str().into()),
            ("default_locale", true.into()),
        ]
    }

    /// Sets the links of these sources to exactly these pairs, in this order.
    pub(super) async fn links(
        &mut self,
        table: &'static str,
        sources: &[Uuid],
        pairs: Vec<(Uuid, Uuid)>,
    ) -> Result<(), ApiError> {
        let mut statement = self.rows.sql(&format!("DELETE FROM {table} WHERE "));
        statement.bind_in("source_id", Cell::Uuids(sources.to_vec()));
        self.rows.execute(&access(), &statement).await?;
        let mut bulk = Bulk::new(table, &["source_id", "target_id", "position"]);
        let mut seen = HashSet::new();
        for (position, pair) in (0_i64..).zip(pairs) {
            if seen.insert(pair) {
                bulk.add(vec![pair.0.into(), pair.1.into(), position.into()]);
            }
        }
        bulk.insert(self.rows, &access()).await
    }
}

/// Rows of one table that are written together.
pub(super) struct Table {
    name: &'static str,
    known: HashMap<String, Uuid>,
    bulk: Option<Bulk>,
    kept: HashSet<Uuid>,
}

impl Table {
    /// `known` are the rows that are there now.
    pub(super) fn new(name: &'static str, known: HashMap<String, Uuid>) -> Self {
        Self { name, known, bulk: None, kept: HashSet::new() }
    }

    /// Adds a row. All have the same columns.
    pub(super) fn add(&mut self, row: Vec<(&'static str, Cell)>) {
        if let Some((_, Cell::Uuid(id))) = row.first() {
            self.kept.insert(*id);
        }
        let bulk = self.bulk.get_or_insert_with(|| {
            let columns: Vec<&'static str> = row.iter().map(|(column, _)| *column).collect();
            Bulk::new(self.name, &columns)
        });
        bulk.add(row.into_iter().map(|(_, cell)| cell).collect());
    }

    /// Writes all rows and removes those that were known and are no more; answers the latter.
    pub(super) async fn finish(self, rows: &mut Rows) -> Result<Vec<Uuid>, ApiError> {
        let gone: Vec<Uuid> = self.known.values().filter(|id| !self.kept.contains(*id)).copied().collect();
        if !gone.is_empty() {
            let mut statement = rows.sql(&format!("DELETE FROM {} WHERE ", self.name));
            statement.bind_in("id", Cell::Uuids(gone.clone()));
            rows.execute(&access(), &statement).await?;
        }
        if let Some(bulk) = self.bulk {
            bulk.insert_or_change(rows, &access()).await?;
        }
        Ok(gone)
    }
}

/// What an object is found by.
pub(super) fn words(entry: &Entry) -> String {
    let own = [entry.name.as_deref(), entry.ref_id.as_deref(), entry.description.as_deref(), Some(&entry.urn)];
    let translated = entry.translations.languages().filter_map(|language| entry.translations.get(language, "name"));
    let all: Vec<&str> = own.into_iter().flatten().chain(translated).collect();
    all.join("\n").to_lowercase()
}
