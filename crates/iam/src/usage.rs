//! When credentials were last used, without a write on the way of a request: uses are noted in
//! memory and written together now and then.

use crate::Iam;
use chrono::{DateTime, Utc};
use engine::access::{Credential, Principal};
use engine::audit::{self, Entry};
use engine::{Access, ApiError, Cell, Context};
use serde_json::{Map, json};
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;
use uuid::Uuid;

/// Pairs of token and address that are remembered as known; beyond, the database is asked again.
const MOST_KNOWN: usize = 100_000;

/// Uses that are not written yet.
#[derive(Debug, Default)]
pub struct Usage(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    uses: HashMap<Uuid, Use>,
    known: HashSet<(Uuid, String)>,
    fresh: Vec<(Principal, String, DateTime<Utc>)>,
    refused: HashMap<(Uuid, &'static str), DateTime<Utc>>,
}

#[derive(Clone, Debug)]
struct Use {
    at: DateTime<Utc>,
    token: bool,
    address: Option<String>,
    agent: Option<String>,
}

impl Usage {
    /// Notes that a credential was used.
    pub fn note(&self, principal: &Principal, now: DateTime<Utc>) {
        let (id, token) = match principal.credential() {
            Credential::Session(id) => (id, false),
            Credential::Token(id) => (id, true),
            Credential::ServiceAccount(_) | Credential::Program => return,
        };
        let origin = principal.origin();
        let address = origin.address.map(|address| address.to_string());
        let mut noted = self.0.lock().expect("never poisoned");
        if token && let Some(address) = &address {
            let pair = (id, address.clone());
            if !noted.known.contains(&pair) {
                if noted.known.len() >= MOST_KNOWN {
                    noted.known.clear();
                }
                noted.known.insert(pair);
                noted.fresh.push((principal.clone(), address.clone(), now));
            }
        }
        noted.uses.insert(id, Use { at: now, token, address, agent: origin.agent.clone() });
    }

    /// The later of what the database knows and what is noted.
    pub fn latest(&self, id: Uuid, stored: DateTime<Utc>) -> DateTime<Utc> {
        let noted = self.0.lock().expect("never poisoned");
        noted.uses.get(&id).map_or(stored, |used| used.at.max(stored))
    }

    /// Whether a refusal of this token for this reason should be told again: once an hour.
    pub fn tell_refusal(&self, id: Uuid, reason: &'static str, now: DateTime<Utc>) -> bool {
        let mut noted = self.0.lock().expect("never poisoned");
        if noted.refused.len() >= MOST_KNOWN {
            noted.refused.clear();
        }
        let told = noted.refused.get(&(id, reason));
        if told.is_some_and(|told| now < *told + chrono::TimeDelta::hours(1)) {
            return false;
        }
        noted.refused.insert((id, reason), now);
        true
    }
}

/// Writes what was noted.
pub async fn flush(iam: &Iam) -> Result<(), ApiError> {
    let (uses, fresh) = {
        let mut noted = iam.usage().0.lock().expect("never poisoned");
        (std::mem::take(&mut noted.uses), std::mem::take(&mut noted.fresh))
    };
    if uses.is_empty() && fresh.is_empty() {
        return Ok(());
    }
    let kept = (uses.clone(), fresh.clone());
    let written = write(iam, uses, fresh).await;
    if written.is_err() {
        // Told again next time; newer uses that were noted meanwhile win.
        let mut noted = iam.usage().0.lock().expect("never poisoned");
        for (id, used) in kept.0 {
            noted.uses.entry(id).or_insert(used);
        }
        noted.fresh.extend(kept.1);
    }
    written
}

async fn write(
    iam: &Iam,
    uses: HashMap<Uuid, Use>,
    fresh: Vec<(Principal, String, DateTime<Utc>)>,
) -> Result<(), ApiError> {
    let access = Access::system("recording when credentials were used");
    let mut rows = iam.engine().write().await?;
    for (id, used) in uses {
        let mut statement = if used.token {
            let mut statement = rows.sql("UPDATE personal_access_tokens SET last_used_at = ");
            statement.bind(used.at).push(", last_used_ip = ").bind(used.address.map_or(Cell::Null, Cell::Text));
            statement.push(", last_used_agent = ").bind(used.agent.map_or(Cell::Null, Cell::Text));
            statement
        } else {
            let mut statement = rows.sql("UPDATE sessions SET last_used_at = ");
            statement.bind(used.at);
            statement
        };
        statement.push(" WHERE id = ").bind(id);
        rows.execute(&access, &statement).await?;
    }
    for (principal, address, at) in fresh {
        let Some(token) = principal.token() else { continue };
        let mut statement = rows.sql("INSERT INTO token_addresses (token_id, address, first_seen_at) SELECT t.id, ");
        statement.bind(Cell::Text(address.clone())).push(", t.created_at FROM personal_access_tokens t WHERE t.id = ");
        statement.bind(token).push(" ON CONFLICT (token_id, address) DO NOTHING");
        if rows.execute(&access, &statement).await? == 0 {
            continue;
        }
        let mut seen = rows.sql("SELECT count(*) FROM token_addresses WHERE token_id = ");
        seen.bind(token);
        let seen = rows.one(&access, &seen, |row| row.int(0)).await?.flatten().unwrap_or(0);
        let changes =
            Map::from_iter([("address".to_owned(), json!([null, address])), ("at".to_owned(), json!([null, at]))]);
        let action = if seen == 1 { "pat.used_first" } else { "pat.used_new_address" };
        let entry = Entry { action, resource: "auth-tokens", object: Some(token), changes, ..Entry::default() };
        audit::record(&Context::new(iam.engine().clone(), principal), &mut rows, entry).await?;
    }
    rows.commit().await
}

/// Writes what was noted every `pause`; never returns.
pub async fn keep_flushing(iam: Iam, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        if let Err(error) = flush(&iam).await {
            tracing::warn!(%error, "last use could not be recorded; trying again");
        }
    }
}
