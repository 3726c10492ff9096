//! The state that signing in and checking credentials share.

use crate::directory::Directory;
use crate::mail::Mailer;
use crate::throttle::{SignInThrottle, TokenThrottle};
use crate::usage::Usage;
use chrono::TimeDelta;
use engine::access::{Origin, Principal};
use engine::{ApiError, Context, Engine};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Life spans and limits, from the configuration.
#[derive(Clone, Debug)]
pub struct Policy {
    /// A session ends after this long without use.
    pub session_idle: TimeDelta,
    /// A session ends after this long in any case.
    pub session_life: TimeDelta,
    /// Live tokens that one person may hold.
    pub tokens_per_person: i64,
    /// Longest life of a token, in days.
    pub token_days: i64,
    /// A token can be made for this long after signing in; later the password is asked again.
    /// Zero asks always.
    pub recent_sign_in: TimeDelta,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            session_idle: TimeDelta::minutes(60),
            session_life: TimeDelta::hours(10),
            tokens_per_person: 5,
            token_days: 365,
            recent_sign_in: TimeDelta::minutes(15),
        }
    }
}

/// Signing in and checking credentials, over one engine. Clones share everything.
#[derive(Clone, Debug)]
pub struct Iam(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    engine: Engine,
    directory: Directory,
    usage: Usage,
    sign_ins: SignInThrottle,
    failures: TokenThrottle,
    policy: Policy,
    hashing: Semaphore,
    mailer: Mailer,
}

impl Iam {
    /// Puts the parts together.
    pub fn new(engine: Engine, policy: Policy, mailer: Mailer) -> Self {
        let directory = Directory::new(engine.clone());
        Self(Arc::new(Parts {
            directory,
            usage: Usage::default(),
            sign_ins: SignInThrottle::default(),
            failures: TokenThrottle::default(),
            policy,
            // Each hash takes 19 MiB and a core; more at once would only slow all of them.
            hashing: Semaphore::new(2),
            mailer,
            engine,
        }))
    }

    /// The engine below.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// Who was granted what.
    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// When credentials were last used.
    pub fn usage(&self) -> &Usage {
        &self.0.usage
    }

    /// Failed sign-ins by account and address.
    pub fn sign_ins(&self) -> &SignInThrottle {
        &self.0.sign_ins
    }

    /// Failed tokens by address.
    pub fn failures(&self) -> &TokenThrottle {
        &self.0.failures
    }

    /// Life spans and limits.
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// Mail, if it is configured.
    pub fn mailer(&self) -> &Mailer {
        &self.0.mailer
    }

    /// A context for the program itself, with all rights; `name` shows in the audit log.
    pub async fn program(&self, name: &'static str) -> Result<Context, ApiError> {
        let grants = self.directory().everything().await?;
        Ok(Context::new(self.engine().clone(), Principal::program(name, grants)))
    }

    /// The same for something that an unknown somebody did from `origin`.
    pub async fn nobody(&self, origin: Arc<Origin>) -> Result<Context, ApiError> {
        let grants = self.directory().nothing().await?;
        Ok(Context::new(self.engine().clone(), Principal::nobody(grants, origin)))
    }

    /// Runs password hashing off the async threads, a few at a time.
    pub(crate) async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let internal = |why: String| ApiError::Internal(why);
        let _permit = self.0.hashing.acquire().await.map_err(|error| internal(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| internal(error.to_string()))
    }
}
