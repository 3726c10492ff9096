//! Time comes in by the door: logic takes a [`Clock`], never the system's time.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::{Arc, Mutex};

/// Where "now" comes from. Clones share the same source.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is told to move; for tests.
    pub fn frozen(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(at))))
    }

    /// The current time in UTC, to the microsecond that both databases keep.
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's time is read")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            None => Utc::now().trunc_subsecs(6),
            Some(at) => *at.lock().expect("a clock is never poisoned"),
        }
    }

    /// Moves a frozen clock.
    ///
    /// # Panics
    /// On the system's clock: only tests may move time.
    pub fn advance(&self, by: TimeDelta) {
        let at = self.0.as_ref().expect("only a frozen clock can be moved");
        *at.lock().expect("a clock is never poisoned") += by;
    }
}
