//! Sign-in: a growing wait per account, a sliding window per address.
//!
//! An account that does not exist is counted like one that does. Whoever signed in from an address before is counted
//! apart from strangers there: guessing somebody's password from elsewhere does not lock them out.

use super::RetryAfter;
use super::address::{AddressFailures, AddressKey};
use super::bounded::Bounded;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long an account's address stays familiar after signing in from there.
const FAMILIAR_FOR: TimeDelta = TimeDelta::days(30);

/// How much is tolerated.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimits {
    /// Failures in a row of an account before it has to wait.
    pub per_account: u32,
    /// The first wait; it doubles with each further failure.
    pub first_wait: TimeDelta,
    /// The wait grows no further.
    pub longest_wait: TimeDelta,
    /// Without a failure for so long, an account's failures are forgotten.
    pub forgiven_after: TimeDelta,
    /// Failures of an address within a minute, whatever the accounts.
    pub per_address: usize,
    /// The most accounts, and the most addresses, to remember; beyond that the oldest are forgotten.
    pub entries: usize,
}

impl Default for SignInLimits {
    /// Five failures, then 1, 2, 4, 8, 15, 15 … minutes until an hour of silence; 60 a minute per address; 10,000
    /// entries (at worst about 15 MB).
    fn default() -> Self {
        Self {
            per_account: 5,
            first_wait: TimeDelta::minutes(1),
            longest_wait: TimeDelta::minutes(15),
            forgiven_after: TimeDelta::hours(1),
            per_address: 60,
            entries: 10_000,
        }
    }
}

/// Counts failed sign-ins; shared by all requests.
///
/// Ask [`check`](Self::check) right before comparing the password, that is after having got leave to hash: between the
/// two lies the only gap through which parallel guesses pass uncounted. Then report the outcome.
#[derive(Debug)]
pub struct SignInThrottle {
    limits: SignInLimits,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    strangers: Bounded<AccountKey, Streak>,
    familiar: Bounded<(AccountKey, AddressKey), Streak>,
    addresses: AddressFailures,
}

/// Identifies an account by what was typed, without keeping it: bounded in size, and no addresses in a core dump.
type AccountKey = [u8; 16];

/// Failures in a row.
#[derive(Clone, Copy, Debug, Default)]
struct Streak {
    failures: u32,
    last: DateTime<Utc>,
}

impl SignInThrottle {
    /// Nothing counted yet.
    pub fn new(limits: SignInLimits) -> Self {
        let state = State {
            strangers: Bounded::new(limits.entries, limits.forgiven_after),
            familiar: Bounded::new(limits.entries, FAMILIAR_FOR),
            addresses: AddressFailures::new(limits.per_address, limits.entries),
        };
        Self { limits, state: Mutex::new(state) }
    }

    /// Whether this account may be tried from this address now. `account` is the e-mail address as typed.
    pub fn check(&self, account: &str, address: IpAddr, now: DateTime<Utc>) -> Result<(), RetryAfter> {
        let state = self.lock();
        let (account, address) = (account_key(account), AddressKey::of(address));
        let streak = state.familiar.get(&(account, address), now).or_else(|| state.strangers.get(&account, now));
        let wait = streak.and_then(|streak| self.wait(*streak, now));
        wait.max(state.addresses.wait(address, now)).map_or(Ok(()), Err)
    }

    /// Counts a failure: a wrong password or second factor, or no such account.
    pub fn failure(&self, account: &str, address: IpAddr, now: DateTime<Utc>) {
        let mut state = self.lock();
        let (account, address) = (account_key(account), AddressKey::of(address));
        state.addresses.charge(address, now);
        // Familiar or not was decided by `check`; a success in between changes nothing that matters.
        let streak = if state.familiar.get(&(account, address), now).is_some() {
            state.familiar.touch((account, address), now)
        } else {
            state.strangers.touch(account, now)
        };
        if now - streak.last >= self.limits.forgiven_after {
            streak.failures = 0;
        }
        streak.failures = streak.failures.saturating_add(1);
        streak.last = now;
    }

    /// Notes a complete sign-in: from now on this account is familiar at this address, with no failures.
    ///
    /// Neither the failures of strangers are forgotten, nor those of the address: signing in to an account of one's own
    /// in between buys no further guesses at another's.
    pub fn success(&self, account: &str, address: IpAddr, now: DateTime<Utc>) {
        let key = (account_key(account), AddressKey::of(address));
        *self.lock().familiar.touch(key, now) = Streak::default();
    }

    /// How long a streak has to wait still.
    fn wait(&self, streak: Streak, now: DateTime<Utc>) -> Option<RetryAfter> {
        let doublings = streak.failures.checked_sub(self.limits.per_account.max(1))?;
        // 2²⁰ minutes are past any cap, and far from overflow.
        let grown = self.limits.first_wait.checked_mul(1 << doublings.min(20)).unwrap_or(self.limits.longest_wait);
        let wait = grown.min(self.limits.longest_wait);
        // If the clock was set back, the wait starts anew instead of growing by as much.
        let elapsed = (now - streak.last).max(TimeDelta::zero());
        (elapsed < wait).then(|| RetryAfter::in_time(wait - elapsed))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SignInThrottle {
    fn default() -> Self {
        Self::new(SignInLimits::default())
    }
}

/// Case and surrounding blanks do not make another account.
fn account_key(account: &str) -> AccountKey {
    let digest = Sha256::digest(account.trim().to_lowercase().as_bytes());
    let mut key = AccountKey::default();
    key.copy_from_slice(&digest[..16]);
    key
}
