//! Chance comes in by the door: ids and secrets are drawn from a [`Random`].

use chrono::{DateTime, Utc};
use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng, TryCryptoRng, TryRng};
use std::sync::{Arc, Mutex};
use uuid::{Builder, Uuid};

/// Where randomness comes from. Clones share the same source.
#[derive(Clone, Debug, Default)]
pub struct Random(Option<Arc<Mutex<StdRng>>>);

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct NoRandomness;

impl Random {
    /// The operating system's generator.
    pub fn system() -> Self {
        Self(None)
    }

    /// A reproducible sequence; for tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Some(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    /// Fills a buffer.
    pub fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        match &self.0 {
            None => SysRng.try_fill_bytes(buffer).map_err(|_| NoRandomness),
            Some(rng) => {
                rng.lock().expect("a generator is never poisoned").fill_bytes(buffer);
                Ok(())
            }
        }
    }

    /// A fresh UUIDv7: sorted by time, so that indexes grow at one end.
    pub fn uuid(&self, now: DateTime<Utc>) -> Result<Uuid, NoRandomness> {
        let mut tail = [0; 10];
        self.fill(&mut tail)?;
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        Ok(Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }
}

impl TryRng for Random {
    type Error = NoRandomness;

    fn try_next_u32(&mut self) -> Result<u32, NoRandomness> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, NoRandomness> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        self.fill(buffer)
    }
}

/// The seeded form is for tests; nothing else can be built from configuration.
impl TryCryptoRng for Random {}
