//! The engine: declarations, a store, a clock and a source of chance, put together once.

use crate::clock::Clock;
use crate::error::ApiError;
use crate::kept::Memory;
use crate::mail::Post;
use crate::random::Random;
use crate::registry::Registry;
use crate::rows::Rows;
use std::sync::{Arc, OnceLock};
use store::{Blobs, Dialect, Store};
use tokio::sync::Notify;
use uuid::Uuid;

/// A running engine. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Engine(Arc<Parts>);

struct Parts {
    store: Store,
    blobs: Blobs,
    registry: Registry,
    clock: Clock,
    random: Random,
    unsealed: Notify,
    post: OnceLock<Box<dyn Post>>,
    kept: Memory,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

impl Engine {
    /// Puts the parts together.
    pub fn new(store: Store, blobs: Blobs, registry: Registry, clock: Clock, random: Random) -> Self {
        Self(Arc::new(Parts {
            store,
            blobs,
            registry,
            clock,
            random,
            unsealed: Notify::new(),
            post: OnceLock::new(),
            kept: Memory::default(),
        }))
    }

    /// What exists.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// The files that rows speak of.
    pub(crate) fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The source of chance.
    pub fn random(&self) -> &Random {
        &self.0.random
    }

    /// Which database is below.
    pub fn dialect(&self) -> Dialect {
        self.0.store.dialect()
    }

    /// A fresh id.
    pub fn new_id(&self) -> Result<Uuid, ApiError> {
        self.random().uuid(self.clock().now()).map_err(|error| ApiError::Internal(error.to_string()))
    }

    /// A snapshot for reading with several statements.
    pub async fn read(&self) -> Result<Rows, ApiError> {
        Ok(Rows::new(self.0.store.read().await?))
    }

    /// The same, knowing which state of the data it shows: for answers that are [kept](crate::kept).
    pub async fn read_marked(&self) -> Result<Rows, ApiError> {
        Ok(Rows::new(self.0.store.read_marked().await?))
    }

    /// A quick look with one statement.
    pub async fn peek(&self) -> Result<Rows, ApiError> {
        Ok(Rows::new(self.0.store.peek().await?))
    }

    /// A transaction for writing.
    pub async fn write(&self) -> Result<Rows, ApiError> {
        Ok(Rows::new(self.0.store.begin().await?))
    }

    /// Carries out reading that waits for nothing but the answers of a snapshot that is open already.
    pub async fn in_one_stay<F: Future>(&self, work: F) -> F::Output {
        self.0.store.in_one_stay(work).await
    }

    /// Says how mail leaves; the first word holds.
    pub fn mail_through(&self, post: Box<dyn Post>) {
        let _ = self.0.post.set(post);
    }

    /// The way out for mail; none where no mail server is configured.
    pub fn post(&self) -> Option<&dyn Post> {
        self.0.post.get().map(AsRef::as_ref)
    }

    /// Answers that may be sent again.
    pub(crate) fn kept(&self) -> &Memory {
        &self.0.kept
    }

    /// Told whenever audit entries wait to be sealed.
    pub(crate) fn unsealed(&self) -> &Notify {
        &self.0.unsealed
    }
}
