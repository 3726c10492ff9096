//! Texts of a row in the language of the answer, as SQL.

use crate::context::Context;
use crate::declare::Resource;
use store::Dialect;

/// The language of an answer. Texts come from a row's `translations`, falling back to its own.
#[derive(Clone, Debug)]
pub struct Wording {
    dialect: Dialect,
    language: String,
}

impl Wording {
    /// The language that this request asks for.
    pub fn of(ctx: &Context) -> Self {
        Self { dialect: ctx.engine.dialect(), language: ctx.language.clone() }
    }

    /// A text column in this language.
    pub fn text(&self, alias: &str, column: &str) -> String {
        let translated = self.dialect.json_text(&format!("{alias}.translations"), &[&self.language, column]);
        format!("COALESCE(NULLIF({translated}, ''), {alias}.{column})")
    }

    /// SQL over `{t}`, in which every translated field of the resource speaks this language.
    pub fn sql(&self, resource: &Resource, sql: &str, alias: &str) -> String {
        let mut sql = sql.to_owned();
        for field in resource.fields.iter().filter(|field| field.translated) {
            sql = sql.replace(&format!("{{t}}.{}", field.name), &self.text("{t}", field.name));
        }
        sql.replace("{t}", alias)
    }

    /// What a row is called.
    pub fn label(&self, resource: &Resource, alias: &str) -> String {
        self.sql(resource, resource.label, alias)
    }

    /// What a row is called where others refer to it.
    pub fn reference(&self, resource: &Resource, alias: &str) -> String {
        self.sql(resource, resource.reference_label.unwrap_or(resource.label), alias)
    }

    /// A column of a row that others refer to.
    pub fn column(&self, resource: &Resource, alias: &str, column: &str) -> String {
        let translated = resource.fields.iter().any(|field| field.translated && field.name == column);
        if translated { self.text(alias, column) } else { format!("{alias}.{column}") }
    }
}
