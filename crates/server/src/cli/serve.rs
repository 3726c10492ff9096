//! `tessera serve`: what the program is for.

use super::output::say;
use super::{Failure, Flags, runtime};
use crate::config::Settings;
use crate::listen::Signals;
use crate::start::{Running, start};
use crate::telemetry;
use engine::clock::Clock;
use engine::random::Random;
use iam::client_address::TrustedProxies;

/// Serves until a signal.
pub fn run(flags: &Flags) -> Result<(), Failure> {
    let loaded = runtime::settings(flags)?;
    telemetry::install(&loaded.settings.log);
    for warning in loaded.warnings.iter().chain(&cautions(&loaded.settings)) {
        tracing::warn!("{warning}");
    }
    runtime::runtime()?.block_on(async {
        let mut signals = Signals::install()?;
        let running = tokio::select! {
            running = start(loaded.settings, Clock::system(), Random::system()) => running?,
            _ = signals.next() => return Ok(()),
        };
        announce(&running)?;
        running.wait(&mut signals).await;
        Ok(())
    })
}

/// Standard output holds these lines and nothing else.
fn announce(running: &Running) -> Result<(), Failure> {
    let settings = &running.app.settings;
    say(&format!("Tessera is listening on {}", settings.own_url()))?;
    if let Some(public) = &settings.public_url {
        say(public)?;
    }
    if let Some(link) = running.setup_url() {
        say(&format!("Set up the first administrator: {link}"))?;
    }
    Ok(())
}

/// What works, and should be thought about.
fn cautions(settings: &Settings) -> Vec<String> {
    let mut cautions = Vec::new();
    let open = !settings.listen.ip().is_loopback();
    if open && !settings.tls() && settings.trusted_proxies == TrustedProxies::default() {
        cautions.push(
            "listening to other machines without TLS: passwords and tokens cross the network in the clear".to_owned(),
        );
    }
    if settings.metrics_listen.is_some_and(|address| !address.ip().is_loopback()) {
        cautions.push("metrics can be read by other machines without signing in".to_owned());
    }
    cautions
}
