//! Failures per address in a sliding window.

use super::RetryAfter;
use super::bounded::Bounded;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// The time over which failures of one address are counted.
const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// What counts as one address: an IPv4 address, or the /64 that a provider gives to one IPv6 customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AddressKey(IpAddr);

impl AddressKey {
    pub(super) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// The failures of each address within the last minute.
#[derive(Debug)]
pub(super) struct AddressFailures {
    limit: usize,
    failures: Bounded<AddressKey, VecDeque<DateTime<Utc>>>,
}

impl AddressFailures {
    pub(super) fn new(limit: usize, entries: usize) -> Self {
        Self { limit: limit.max(1), failures: Bounded::new(entries, WINDOW) }
    }

    /// How long until fewer than the limit are left in the window; `None` if that is so now.
    pub(super) fn wait(&self, key: AddressKey, now: DateTime<Utc>) -> Option<RetryAfter> {
        let failures = self.failures.get(&key, now)?;
        let mut recent = failures.iter().filter(|at| is_recent(**at, now));
        let oldest = recent.next()?;
        (recent.count() + 1 >= self.limit).then(|| RetryAfter::in_time(*oldest + WINDOW - now))
    }

    /// Counts a failure. Beyond the limit nothing is counted: hammering on does not lengthen the wait, nor does it
    /// take memory.
    pub(super) fn charge(&mut self, key: AddressKey, now: DateTime<Utc>) {
        if self.wait(key, now).is_none() {
            let failures = self.failures.touch(key, now);
            failures.retain(|at| is_recent(*at, now));
            failures.push_back(now);
        }
    }
}

/// A time that lies ahead was taken before the clock was set back; it does not count.
fn is_recent(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now && now - at < WINDOW
}

/// Failed token authentications per address.
///
/// Verify first, then charge the failures only: there is no way to ask beforehand, so that a valid token is never
/// refused because of its neighbours behind the same address.
#[derive(Debug)]
pub struct TokenThrottle(Mutex<AddressFailures>);

impl TokenThrottle {
    /// Tolerates `per_minute` failures of an address and remembers at most `entries` addresses.
    pub fn new(per_minute: usize, entries: usize) -> Self {
        Self(Mutex::new(AddressFailures::new(per_minute, entries)))
    }

    /// Charges a failed authentication. An error means that the address had used up its failures before: answer
    /// 429 in place of 401.
    pub fn failure(&self, address: IpAddr, now: DateTime<Utc>) -> Result<(), RetryAfter> {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = AddressKey::of(address);
        if let Some(wait) = failures.wait(key, now) {
            return Err(wait);
        }
        failures.charge(key, now);
        Ok(())
    }
}

impl Default for TokenThrottle {
    /// 60 failures a minute, 10,000 addresses (at worst about 10 MB).
    fn default() -> Self {
        Self::new(60, 10_000)
    }
}
