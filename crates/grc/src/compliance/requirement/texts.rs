//! Texts of nodes in the language of the answer.

use engine::read::Wording;
use engine::{Context, declare};

/// SQL for texts of a node under an alias.
pub(in crate::compliance) struct Texts {
    /// Its name.
    pub name: String,
    /// What it asks.
    pub description: String,
    /// A remark of the author.
    pub annotation: String,
    /// What would prove it.
    pub typical_evidence: String,
    /// `1.1 - Access control`.
    pub short: String,
    /// The same with the description.
    pub long: String,
}

/// The texts of a node under this alias.
pub(in crate::compliance) fn texts(ctx: &Context, alias: &str) -> Texts {
    let wording = Wording::of(ctx);
    let nodes = ctx.engine.registry().get("requirement-nodes");
    let derived = |name: &str| {
        let field: Option<&declare::Field> =
            nodes.and_then(|nodes| nodes.fields.iter().find(|field| field.name == name));
        match (nodes, field.and_then(|field| field.shown_as)) {
            (Some(nodes), Some(sql)) => wording.sql(nodes, sql, alias),
            _ => wording.text(alias, "name"),
        }
    };
    Texts {
        name: wording.text(alias, "name"),
        description: wording.text(alias, "description"),
        annotation: wording.text(alias, "annotation"),
        typical_evidence: wording.text(alias, "typical_evidence"),
        short: derived("display_short"),
        long: derived("display_long"),
    }
}
