//! A row on its way into the database, as hooks see it.

use super::Values;
use super::row::Cells;
use crate::context::Context;
use crate::declare::{Kind, Resource};
use crate::error::FieldErrors;
use crate::read::Reading;
use crate::rows::Rows;
use store::Value;
use uuid::Uuid;

/// The row that is saved (or deleted), before and after.
#[derive(Debug)]
pub struct Saving<'a> {
    /// Who saves it, and how.
    pub ctx: &'a Context,
    /// Its declaration.
    pub resource: &'a Resource,
    /// Its id, also when it is new.
    pub id: Uuid,
    /// Whether it did not exist before.
    pub is_new: bool,
    /// Cells as they were stored before; empty for a new row.
    pub before: &'a Cells,
    /// What will be stored; hooks may change it.
    pub values: &'a mut Values,
    /// What is wrong with it; hooks may add.
    pub errors: &'a mut FieldErrors,
    /// The transaction.
    pub rows: &'a mut Rows,
}

impl Saving<'_> {
    /// The cell as it will be: what the body said, or what was stored.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).or_else(|| self.before.get(name))
    }

    /// The text that a field will hold.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The truth that a field will hold; false when unset.
    pub fn truth(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true)))
    }

    /// The id that a reference will hold.
    pub fn reference(&self, name: &str) -> Option<Uuid> {
        match self.get(name) {
            Some(Value::Uuid(id)) => Some(*id),
            _ => None,
        }
    }

    /// Whether the field will hold something else than before.
    pub fn changes(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| self.before.get(name) != Some(value))
    }

    /// The folder that the row will stand in.
    pub fn folder(&self) -> Uuid {
        self.reference("folder").unwrap_or_else(|| self.ctx.principal.grants().tree().root())
    }

    /// The same transaction, for reading.
    pub fn reading(&mut self) -> Reading<'_> {
        Reading { ctx: self.ctx, rows: self.rows }
    }
}

/// Characters of a key. More than any name has in lower case, and no more than an index takes.
const KEY: usize = 600;

/// By what rows are ordered, and names are found: a text in lower case. Of what is longer than a name, the beginning.
pub fn name_key(mut key: String) -> String {
    if let Some((end, _)) = key.char_indices().nth(KEY) {
        key.truncate(end);
    }
    key
}

/// Texts of a row that derived columns are made of.
pub(super) fn derived(resource: &Resource, cell: impl Fn(&str) -> Option<Value>) -> (String, String) {
    let text = |name: &str| match cell(name) {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    };
    let key = name_key(text(resource.label_field).to_lowercase());
    let searched = resource.fields.iter().filter(|field| field.search && !matches!(field.kind, Kind::Computed { .. }));
    let search: Vec<String> = searched.map(|field| text(field.name).to_lowercase()).collect();
    (key, search.join("\n"))
}
