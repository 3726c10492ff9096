//! `?ordering=`: known fields only; unknown ones fall back to the default order.

use crate::access::Access;
use crate::declare::{Kind, Resource};
use std::collections::HashSet;
use store::Statement;

/// One field to order by.
struct Term<'a> {
    /// The field.
    name: &'a str,
    /// What is compared.
    sql: String,
    descending: bool,
    nullable: bool,
}

/// ` ORDER BY …`, always closed by the id so that pages never overlap.
pub(super) fn push(resource: &Resource, access: &Access, asked: Option<&str>, into: &mut Statement) {
    let mut known = HashSet::new();
    // A field that comes again cannot change the order any more.
    let asked = asked.unwrap_or_default().split(',').map(str::trim);
    let asked: Vec<&str> = asked.filter(|key| known.insert(key.strip_prefix('-').unwrap_or(key))).collect();
    let mut terms: Vec<Term<'_>> = asked.iter().filter_map(|key| term(resource, key, false)).collect();
    if terms.is_empty() {
        terms = resource.default_order.iter().filter_map(|key| term(resource, key, true)).collect();
    }
    into.push(" ORDER BY ");
    for term in &terms {
        access.push_told("t", term.name, &term.sql, into);
        into.push(if term.descending { " DESC" } else { "" });
        // Where nothing stands counts as least, on both databases: PostgreSQL alone would put it last.
        into.push(match (term.nullable || access.may_withhold(term.name), term.descending) {
            (false, _) => "",
            (true, false) => " NULLS FIRST",
            (true, true) => " NULLS LAST",
        });
        into.push(", ");
    }
    into.push(if terms.first().is_some_and(|first| first.descending) { "t.id DESC" } else { "t.id" });
}

fn term<'a>(resource: &Resource, key: &'a str, any: bool) -> Option<Term<'a>> {
    let name = key.strip_prefix('-').unwrap_or(key);
    let descending = name.len() < key.len();
    if matches!(name, "id" | "created_at" | "updated_at") {
        return Some(Term { name, sql: format!("t.{name}"), descending, nullable: false });
    }
    let field = resource.stored(name).filter(|field| any || field.order)?;
    // The key column holds the label field in lower case: the same order on both databases,
    // and an index behind it.
    let sql = match field.kind {
        _ if name == resource.label_field => "t.name_key".to_owned(),
        Kind::Text { .. } | Kind::Email => format!("lower({})", field.sql("t")?),
        _ => field.sql("t")?,
    };
    Some(Term { name, sql, descending, nullable: field.nullable && name != resource.label_field })
}
