//! `?search=`: terms split by blanks or commas, all of which must occur somewhere.

use super::MOST_CONDITIONS;
use crate::access::Access;
use crate::context::{Context, Query};
use crate::declare::{Resource, Scope};
use crate::error::ApiError;
use store::{Statement, Value};
use uuid::Uuid;

/// Appends one condition for each term.
///
/// Rows keep their searchable texts in lower case in `search_text`, joined by line breaks, so
/// that a term is compared once and alike on both databases.
pub(super) fn push(
    ctx: &Context,
    resource: &Resource,
    access: &Access,
    query: &Query,
    into: &mut Statement,
) -> Result<(), ApiError> {
    let text = query.last("search").unwrap_or_default().replace('\0', "");
    let searchable = resource.fields.iter().any(|field| field.search) || resource.search_folder || resource.own_search;
    let mut terms: Vec<String> = text
        .split([' ', ',', '\t', '\n'])
        .filter(|term| !term.is_empty() && searchable)
        .map(str::to_lowercase)
        .collect();
    terms.sort_unstable();
    terms.dedup();
    if terms.len() > MOST_CONDITIONS {
        return Err(ApiError::field("search", format!("At most {MOST_CONDITIONS} words can be searched for at once.")));
    }
    for term in terms {
        into.push(" AND (");
        push_texts(resource, access, into);
        into.push(" LIKE ");
        into.bind(format!("%{}%", escape(&term)));
        into.push(" ESCAPE '\\'");
        if resource.search_folder {
            into.push(" OR ").bind_in(folder_column(resource), Value::Uuids(folders_named(ctx, &term)));
        }
        into.push(")");
    }
    Ok(())
}

/// The searchable texts. Where the caller is not told one of them, only the name is left.
fn push_texts(resource: &Resource, access: &Access, into: &mut Statement) {
    let texts = || resource.fields.iter().filter(|field| field.search);
    let kept: Vec<&str> = texts().map(|field| field.name).filter(|name| access.may_withhold(name)).collect();
    if kept.is_empty() {
        into.push("t.search_text");
        return;
    }
    into.push("(CASE WHEN 1=1");
    for name in &kept {
        into.push(" AND ");
        access.push_tells("t", name, into);
    }
    let named = texts().any(|field| field.name == resource.label_field && !kept.contains(&field.name));
    into.push(&format!(" THEN t.search_text ELSE {} END)", if named { "t.name_key" } else { "''" }));
}

fn folder_column(resource: &Resource) -> &'static str {
    if resource.scope == Scope::Itself { "t.id" } else { "t.folder_id" }
}

/// Folders whose name holds the term; few, and in memory.
fn folders_named(ctx: &Context, term: &str) -> Vec<Uuid> {
    let tree = ctx.principal.grants().tree();
    let all = tree.subtree(tree.root());
    all.into_iter().filter(|id| tree.get(*id).is_some_and(|node| node.name.to_lowercase().contains(term))).collect()
}

/// Wildcards in the term stand for themselves.
pub(super) fn escape(term: &str) -> String {
    term.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
