//! The public keys that GitHub signs its findings with: fetched when first needed, and kept for a day.

use crate::config::KeysAt;
use crate::outbound;
use chrono::{DateTime, TimeDelta, Utc};
use engine::ApiError;
use iam::tokens::PublicKeys;
use serde_json::json;
use std::fs;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long keys are kept.
const KEPT: TimeDelta = TimeDelta::days(1);
/// Nobody is asked more often than this, for a name that is not among them or after a failure: anybody can send messages.
const AGAIN: TimeDelta = TimeDelta::minutes(5);
const PATIENCE: Duration = Duration::from_secs(10);

/// The keys, and where they come from.
#[derive(Debug)]
pub struct GithubKeys {
    at: KeysAt,
    last: Mutex<Last>,
}

/// What is known from the last time that somebody asked.
#[derive(Debug, Default)]
struct Last {
    /// When that was, whether or not there was an answer.
    asked: Option<DateTime<Utc>>,
    /// The last answer, and when it came.
    kept: Option<(DateTime<Utc>, Arc<PublicKeys>)>,
}

impl GithubKeys {
    /// Keys from there; nothing is fetched yet.
    pub fn new(at: KeysAt) -> Self {
        Self { at, last: Mutex::default() }
    }

    /// The keys, with the one of that name among them if it exists. An error says that they cannot be had.
    pub async fn with(&self, name: &str, now: DateTime<Utc>) -> Result<Arc<PublicKeys>, ApiError> {
        // One fetches, the others wait for it.
        let mut last = self.last.lock().await;
        let enough = |keys: &PublicKeys| keys.knows(name) || last.asked.is_some_and(|asked| now - asked < AGAIN);
        let kept = last.kept.as_ref().filter(|(since, keys)| now - *since < KEPT && enough(keys));
        if let Some((_, keys)) = kept {
            return Ok(keys.clone());
        }
        if last.asked.is_none_or(|asked| now - asked >= AGAIN) {
            last.asked = Some(now);
            match self.fetch().await {
                Ok(keys) => last.kept = Some((now, Arc::new(keys))),
                Err(reason) => {
                    tracing::error!(at = ?self.at, %reason, "GitHub's public keys cannot be had: see secret_scanning.github_keys");
                }
            }
        }
        let usable = last.kept.as_ref().filter(|(since, _)| now - *since < KEPT);
        usable.map(|(_, keys)| keys.clone()).ok_or_else(|| {
            let detail = "GitHub's public keys cannot be had at the moment.";
            ApiError::refused(503, json!({ "detail": detail, "code": "keys_unavailable" }))
        })
    }

    async fn fetch(&self) -> Result<PublicKeys, String> {
        let at = self.at.clone();
        let text = tokio::task::spawn_blocking(move || match at {
            KeysAt::File(path) => fs::read_to_string(path).map_err(|error| error.to_string()),
            KeysAt::Url(url) => get(&url).map_err(|error| error.to_string()),
        });
        PublicKeys::parse(&text.await.map_err(|error| error.to_string())??)
    }
}

fn get(url: &str) -> Result<String, ureq::Error> {
    let agent = outbound::agent(PATIENCE);
    let mut answer = agent.get(url).header("Accept", "application/json").call()?;
    if !answer.status().is_success() {
        return Err(ureq::Error::StatusCode(answer.status().as_u16()));
    }
    answer.body_mut().with_config().limit(1024 * 1024).read_to_string()
}
