//! The state that signing in and checking credentials share.

use crate::directory::Directory;
use crate::mail::Mailer;
use crate::rate::RequestRates;
use crate::throttle::{SignInThrottle, TokenThrottle};
use crate::tokens::TokenPolicy;
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

impl Policy {
    /// The rules for tokens that hold until an administrator sets others.
    fn for_tokens(&self) -> TokenPolicy {
        TokenPolicy {
            max_days: self.token_days,
            default_days: TokenPolicy::default().default_days.min(self.token_days),
            per_person: self.tokens_per_person,
            recent_sign_in_minutes: self.recent_sign_in.num_minutes(),
            ..TokenPolicy::default()
        }
    }
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

/// Leak reports that one address may send in a minute.
const LEAK_REPORTS: usize = 60;

/// Sign-ins with a passkey that one address may begin in a minute; each leaves a challenge behind for a while.
const PASSKEYS: usize = 120;

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
    leak_reports: TokenThrottle,
    passkeys: TokenThrottle,
    rates: RequestRates,
    policy: Policy,
    hashing: Semaphore,
    mailer: Mailer,
}

impl Iam {
    /// Puts the parts together.
    pub fn new(engine: Engine, policy: Policy, mailer: Mailer) -> Self {
        let directory = Directory::new(engine.clone(), policy.for_tokens());
        Self(Arc::new(Parts {
            directory,
            usage: Usage::default(),
            sign_ins: SignInThrottle::default(),
            failures: TokenThrottle::default(),
            leak_reports: TokenThrottle::new(LEAK_REPORTS, 10_000),
            passkeys: TokenThrottle::new(PASSKEYS, 10_000),
            rates: RequestRates::default(),
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

    /// Requests of people's tokens.
    pub fn rates(&self) -> &RequestRates {
        &self.0.rates
    }

    /// Counts a leak report of an address; an error means that it sent too many.
    pub fn charge_leak_report(&self, origin: &Origin) -> Result<(), ApiError> {
        let Some(address) = origin.address else { return Ok(()) };
        let charged = self.0.leak_reports.failure(address, self.engine().clock().now());
        charged.map_err(|wait| ApiError::Throttled(wait.seconds()))
    }

    /// Counts a sign-in with a passkey that an address begins; an error means that it began too many.
    pub fn charge_passkey(&self, origin: &Origin) -> Result<(), ApiError> {
        let Some(address) = origin.address else { return Ok(()) };
        let charged = self.0.passkeys.failure(address, self.engine().clock().now());
        charged.map_err(|wait| ApiError::Throttled(wait.seconds()))
    }

    /// Life spans and limits.
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// The organisation's rules for tokens: what was set, or what the configuration says.
    pub async fn token_policy(&self) -> Result<Arc<TokenPolicy>, ApiError> {
        self.directory().token_policy().await
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

    /// The same for something that the program does because it was asked from `origin`.
    pub async fn program_asked(&self, name: &'static str, origin: Arc<Origin>) -> Result<Context, ApiError> {
        let grants = self.directory().everything().await?;
        Ok(Context::new(self.engine().clone(), Principal::program(name, grants).asked_from(origin)))
    }

    /// A context without rights for something that an unknown somebody did from `origin`.
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
