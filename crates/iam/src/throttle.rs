//! Slowing down guesses: sign-in attempts per account and address, unknown tokens per address.
//!
//! State lives in this process's memory, bounded, and is gone after a restart: it makes guessing slow, it is no
//! record. What belongs elsewhere: request rates of valid tokens, the audit trail, turning [`RetryAfter`] into a 429.

mod address;
mod bounded;
mod sign_in;
#[cfg(test)]
mod tests;

pub use address::TokenThrottle;
pub use sign_in::{SignInLimits, SignInThrottle};

use chrono::TimeDelta;

/// Too many failures: come back later. Displays as the sentence that clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("Request was throttled. Expected available in {0} second{ending}.", ending = if *.0 == 1 { "" } else { "s" })]
pub struct RetryAfter(u64);

impl RetryAfter {
    /// Whole seconds to wait, at least one: the value of the `Retry-After` header.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// Rounds up, so that whoever waits as told is let in.
    fn in_time(wait: TimeDelta) -> Self {
        let seconds = (wait.num_milliseconds() + 999) / 1000;
        Self(u64::try_from(seconds).unwrap_or(0).max(1))
    }
}
