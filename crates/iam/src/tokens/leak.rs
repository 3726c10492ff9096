//! Somebody found values: whoever holds one proves it by that, and it ends.

use super::{Ended, lookup, revoke};
use crate::Iam;
use crate::secret::{Secret, SecretKind};
use engine::access::Origin;
use engine::audit::{self, Entry};
use engine::{ApiError, Body, FieldErrors};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Values that one report may hold.
const MOST: usize = 1000;

/// Ends every live token among the values of a report. What comes back tells nothing of them.
pub async fn report(iam: &Iam, body: &Body, origin: Arc<Origin>) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    let values: Vec<&str> = match body.get("tokens") {
        Some(Value::Array(list)) if list.len() <= MOST => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::Array(_)) => {
            errors.add("tokens", format!("At most {MOST} values in one report."));
            Vec::new()
        }
        _ => {
            errors.add("tokens", "Expected a list of items.");
            Vec::new()
        }
    };
    errors.into_result()?;
    let url = body.get("url").and_then(Value::as_str).unwrap_or_default();
    for value in values {
        end(iam, value, url, &origin).await?;
    }
    Ok(())
}

/// Ends a token whose value was found, and tells its owner; whether the value ever was a token's. `url` says where it
/// was: shown as text to people, never opened by the program.
pub(super) async fn end(iam: &Iam, value: &str, url: &str, origin: &Arc<Origin>) -> Result<bool, ApiError> {
    let Some(secret) = Secret::parse(SecretKind::Pat, value.trim()) else { return Ok(false) };
    let Some(found) = lookup(iam.engine(), secret).await? else { return Ok(false) };
    if found.ended == Ended::Revoked {
        return Ok(true);
    }
    let url: String = url.chars().take(500).collect();
    let url = crate::redact::redact_url_query(&url).into_owned();
    let ctx = iam.nobody(origin.clone()).await?;
    let mut rows = iam.engine().write().await?;
    revoke::end(&ctx, &mut rows, &[found.id], "leak_reported").await?;
    let changes = Map::from_iter([("url".to_owned(), json!([null, url]))]);
    let entry = Entry {
        action: "pat.leak_reported",
        resource: "auth-tokens",
        object: Some(found.id),
        name: found.name.clone(),
        folder: None,
        changes,
    };
    audit::record(&ctx, &mut rows, entry).await?;
    rows.commit().await?;
    if let Some(owner) = found.owner {
        let text = format!(
            "Your token “{}” was found by somebody else and has been revoked.\n\nWhere: {url}\n\n\
             Make a new one, and find out how the old one got there.\n",
            found.name
        );
        iam.mailer().send(&owner.email, "One of your Tessera tokens was found", text);
    }
    Ok(true)
}
