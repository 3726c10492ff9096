//! Time comes in by the door: logic takes a [`Clock`], never the system's time.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

/// Where "now" comes from. Clones share the same source.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The system's time, put right by so many microseconds.
    System(Arc<AtomicI64>),
    Frozen(Arc<Mutex<DateTime<Utc>>>),
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System(Arc::default()))
    }

    /// A clock that stands still until it is told to move; for tests.
    pub fn frozen(at: DateTime<Utc>) -> Self {
        Self(Source::Frozen(Arc::new(Mutex::new(at))))
    }

    /// The current time in UTC, to the microsecond that both databases keep.
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's time is read")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System(offset) => {
                (Utc::now() + TimeDelta::microseconds(offset.load(Ordering::Relaxed))).trunc_subsecs(6)
            }
            Source::Frozen(at) => *at.lock().expect("a clock is never poisoned"),
        }
    }

    /// Puts the system's time right by `correction`, on top of what was put right before.
    pub fn correct(&self, correction: TimeDelta) {
        if let Source::System(offset) = &self.0 {
            offset.fetch_add(correction.num_microseconds().unwrap_or(0), Ordering::Relaxed);
        }
    }

    /// Moves a frozen clock.
    ///
    /// # Panics
    /// On the system's clock: only tests may move time.
    pub fn advance(&self, by: TimeDelta) {
        match &self.0 {
            Source::Frozen(at) => *at.lock().expect("a clock is never poisoned") += by,
            Source::System(_) => panic!("only a frozen clock can be moved"),
        }
    }
}
