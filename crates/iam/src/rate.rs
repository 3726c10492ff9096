//! Requests a minute of one person's tokens, when the policy limits them.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// People that are remembered; beyond, everybody starts anew.
const MOST: usize = 100_000;

/// What is left of a person's requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests allowed in a minute.
    pub limit: i64,
    /// Requests left; negative when this one is too many.
    pub left: i64,
    /// Seconds until the minute is over.
    pub reset: i64,
}

/// Counts requests in minutes that begin with the first request.
#[derive(Debug, Default)]
pub struct RequestRates(Mutex<HashMap<Uuid, (DateTime<Utc>, i64)>>);

impl RequestRates {
    /// Counts a request. More tokens of the same person buy nothing.
    pub fn count(&self, user: Uuid, limit: i64, now: DateTime<Utc>) -> Rate {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= MOST && !people.contains_key(&user) {
            people.clear();
        }
        let (since, count) = people.entry(user).or_insert((now, 0));
        if now < *since || now - *since >= TimeDelta::minutes(1) {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        let reset = (*since + TimeDelta::minutes(1) - now).num_seconds().max(1);
        Rate { limit, left: limit - *count, reset }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, RequestRates};
    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    #[test]
    fn a_minute_holds_so_many_requests_and_no_more() {
        let (rates, now) = (RequestRates::default(), DateTime::UNIX_EPOCH);
        let user = Uuid::from_u128(1);
        assert_eq!(rates.count(user, 2, now), Rate { limit: 2, left: 1, reset: 60 });
        assert_eq!(rates.count(user, 2, now).left, 0);
        assert_eq!(rates.count(user, 2, now + TimeDelta::seconds(59)), Rate { limit: 2, left: -1, reset: 1 });
        assert_eq!(rates.count(user, 2, now + TimeDelta::seconds(60)).left, 1);
        assert_eq!(rates.count(Uuid::from_u128(2), 2, now).left, 1);
    }
}
