//! Where async work runs, and the database for commands that need no network.

use super::{Failure, Flags};
use crate::config::{self, Environment, Loaded};
use crate::start::{Instance, Opening};
use crate::telemetry;
use engine::clock::Clock;
use engine::random::Random;
use tokio::runtime::{Builder, Runtime};

/// Reads all settings.
pub fn settings(flags: &Flags) -> Result<Loaded, Failure> {
    Ok(config::load(&flags.given()?, &Environment::of_process()?)?)
}

/// One worker for each core.
pub fn runtime() -> Result<Runtime, Failure> {
    Ok(Builder::new_multi_thread().enable_all().build()?)
}

/// Opens the database of the settings, works on it, closes it.
pub fn with_instance<T>(
    flags: &Flags,
    opening: Opening,
    work: impl AsyncFnOnce(&Instance) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let loaded = settings(flags)?;
    telemetry::install(&loaded.settings.log);
    runtime()?.block_on(async {
        let instance = Instance::open(&loaded.settings, opening, Clock::system(), Random::system()).await?;
        let outcome = work(&instance).await;
        match opening {
            Opening::Complete => instance.close().await,
            Opening::AsItIs => instance.store.close().await,
        }
        outcome
    })
}
