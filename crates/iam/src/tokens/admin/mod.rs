//! All tokens of the instance, for administrators: to see them and to end them, never to use
//! them.

mod filter;

use super::own;
use super::policy::administrators_only;
use super::{access, revoke};
use engine::audit::{self, Entry};
use engine::plan::Page;
use engine::trial::dry_run;
use engine::{ApiError, Body, Cell, Context, Query};
use filter::{FILTERS, FROM, Filter};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Tokens that one export may hold: they are all in memory at once.
const MOST_EXPORTED: u64 = 100_000;
/// A list counts so far: to count a million takes longer than to find a page of them.
const MOST_COUNTED: u64 = 10_000;

/// A page of tokens. Of more than ten thousand, `count` is ten thousand and `count_is_exact` false.
pub async fn list(ctx: &Context, query: &Query, path: &str) -> Result<Value, ApiError> {
    administrators_only(ctx)?;
    let page = Page::of(query);
    let mut rows = ctx.engine.read().await?;
    let filter = Filter::of(ctx, &mut rows, query.pairs()).await?;
    let found = filter.count(&mut rows, MOST_COUNTED + 1).await?;
    let exact = found <= MOST_COUNTED;
    // One more than is shown tells whether there is another page.
    let and_one = Page { limit: page.limit + 1, ..page };
    let mut results = filter.page(ctx, &mut rows, exact.then_some(found), &and_one.clause()).await?;
    drop(rows);
    log(ctx).await?;
    let known = if exact { found } else { page.offset.saturating_add(results.len() as u64) };
    results.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    let (next, previous) = page.links(path, query, known);
    let count = found.min(MOST_COUNTED);
    Ok(json!({ "count": count, "count_is_exact": exact, "next": next, "previous": previous, "results": results }))
}

/// All tokens that the filters of a list find, whatever page it stands on.
pub async fn export(ctx: &Context, query: &Query) -> Result<Vec<Value>, ApiError> {
    administrators_only(ctx)?;
    let mut rows = ctx.engine.read().await?;
    let filter = Filter::of(ctx, &mut rows, query.pairs()).await?;
    let found = filter.count(&mut rows, MOST_EXPORTED + 1).await?;
    if found > MOST_EXPORTED {
        return Err(ApiError::BadRequest(format!(
            "These are more than {MOST_EXPORTED} tokens. Narrow them to {MOST_EXPORTED} at most."
        )));
    }
    let results = filter.page(ctx, &mut rows, Some(found), "").await?;
    drop(rows);
    log(ctx).await?;
    Ok(results)
}

/// That somebody looked is in the audit log.
async fn log(ctx: &Context) -> Result<(), ApiError> {
    let mut rows = ctx.engine.write().await?;
    let entry = Entry { action: "pat.listed_by_admin", resource: "auth-tokens", ..Entry::default() };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await
}

/// Ends the tokens with these `ids`, or all that a `filter` finds. With `dry_run` it only
/// counts. Asking twice ends nothing twice.
pub async fn revoke_many(ctx: &Context, query: &Query, body: &Body) -> Result<Value, ApiError> {
    administrators_only(ctx)?;
    let dry_run = dry_run(query, body)?;
    let mut rows = ctx.engine.write().await?;
    let mut which = rows.sql(&format!("SELECT t.id{FROM}"));
    match body.get("filter") {
        Some(Value::Object(filter)) => {
            let known = |name: &String| FILTERS.contains(&name.as_str());
            if filter.is_empty() || !filter.keys().all(known) {
                return Err(ApiError::field("filter", format!("Name some of: {}.", FILTERS.join(", "))));
            }
            let mut pairs: Vec<(String, String)> = Vec::new();
            for (name, value) in filter {
                // In a list an empty filter filters nothing; here it would end every token.
                match value {
                    Value::String(text) if !text.replace('\0', "").trim().is_empty() => {
                        pairs.push((name.clone(), text.clone()));
                    }
                    Value::Number(number) => pairs.push((name.clone(), number.to_string())),
                    _ => return Err(ApiError::field("filter", format!("{name} needs a value."))),
                }
            }
            which.append(&Filter::of(ctx, &mut rows, &pairs).await?.condition);
        }
        _ => {
            which.push(" WHERE ").bind_in("t.id", Cell::Uuids(own::ids(body)?));
        }
    }
    which.push(" AND t.revoked_at IS NULL ORDER BY t.id");
    let which = rows.ids(&access(), &which).await?;
    let first: Vec<Uuid> = which.iter().take(100).copied().collect();
    if !dry_run && !which.is_empty() {
        revoke::end(ctx, &mut rows, &which, "revoked_by_administrator").await?;
        let changes = Map::from_iter([("revoked".to_owned(), json!([null, which.len()]))]);
        let entry = Entry { action: "pat.bulk_revoked", resource: "auth-tokens", changes, ..Entry::default() };
        audit::record(ctx, &mut rows, entry).await?;
    }
    rows.commit().await?;
    Ok(json!({ "count": which.len(), "dry_run": dry_run, "ids": first }))
}
