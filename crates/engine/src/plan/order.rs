//! `?ordering=`: known fields only; unknown ones fall back to the default order.

use crate::declare::{Kind, Resource};
use std::collections::HashSet;

/// ` ORDER BY …`, always closed by the id so that pages never overlap.
pub(super) fn clause(resource: &Resource, asked: Option<&str>) -> String {
    let mut known = HashSet::new();
    // A field that comes again cannot change the order any more.
    let asked = asked.unwrap_or_default().split(',').map(str::trim);
    let asked: Vec<&str> = asked.filter(|key| known.insert(key.strip_prefix('-').unwrap_or(key))).collect();
    let mut terms: Vec<String> = asked.iter().filter_map(|key| term(resource, key, false)).collect();
    if terms.is_empty() {
        terms = resource.default_order.iter().filter_map(|key| term(resource, key, true)).collect();
    }
    let descending = terms.first().is_some_and(|first| first.contains(" DESC"));
    terms.push(if descending { "t.id DESC".into() } else { "t.id".into() });
    format!(" ORDER BY {}", terms.join(", "))
}

fn term(resource: &Resource, key: &str, any: bool) -> Option<String> {
    let (name, direction) = key.strip_prefix('-').map_or((key, ""), |name| (name, " DESC"));
    if name == "id" {
        return Some(format!("t.id{direction}"));
    }
    if name == "created_at" || name == "updated_at" {
        return Some(format!("t.{name}{direction}"));
    }
    let field = resource.stored(name).filter(|field| any || field.order)?;
    // The key column holds the label field in lower case: the same order on both databases,
    // and an index behind it.
    let sql = match field.kind {
        _ if name == resource.label_field => "t.name_key".to_owned(),
        Kind::Text { .. } | Kind::Email => format!("lower({})", field.sql("t")?),
        _ => field.sql("t")?,
    };
    // Where nothing stands counts as least, on both databases: PostgreSQL alone would put it last.
    let nothing = match (field.nullable && name != resource.label_field, direction) {
        (false, _) => "",
        (true, "") => " NULLS FIRST",
        (true, _) => " NULLS LAST",
    };
    Some(format!("{sql}{direction}{nothing}"))
}
