//! Puts the program together: store → engine → iam → router → listener, and takes it apart again.
//!
//! No global state: tests start several programs in one process.

mod error;
mod instance;
mod side;

pub use error::StartError;
pub use instance::{Instance, Opening};

use crate::config::Settings;
use crate::github_keys::GithubKeys;
use crate::library_files::look_into;
use crate::listen::{self, Serving, Signals};
use crate::metrics::Metrics;
use crate::{App, api, interface};
use engine::audit;
use engine::clock::Clock;
use engine::random::Random;
use engine::step::keep_in_step;
use grc::compliance::keep_expiring;
use iam::setup::SetupLink;
use iam::tokens::keep_sweeping;
use iam::{setup, usage};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Entries of the audit log wait at most so long for their place in the chain.
const SEALING: Duration = Duration::from_millis(200);
/// Tokens are looked through so often: notices, and those that nobody uses.
const SWEEPING: Duration = Duration::from_hours(1);
/// Files that no row speaks of are looked for so often.
const SWEEPING_FILES: Duration = Duration::from_hours(24);
/// The first time they are looked for: soon enough for a program that is started every day.
const BEFORE_SWEEPING_FILES: Duration = Duration::from_hours(1);
/// Clocks are compared so often.
const COMPARING: Duration = Duration::from_mins(1);
/// "Last used" of sessions and tokens is written so often.
const FLUSHING: Duration = Duration::from_mins(1);

/// A program that answers requests.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where metrics and health have their own listener, if they do.
    pub metrics_address: Option<SocketAddr>,
    /// The code of the set-up link, when there is no administrator.
    pub setup_code: Option<String>,
    /// What the handlers see.
    pub app: App,
    main: Serving,
    side: Option<Serving>,
    background: Vec<JoinHandle<()>>,
}

/// Starts the program. When this returns, it answers.
pub async fn start(mut settings: Settings, clock: Clock, random: Random) -> Result<Running, StartError> {
    // The port comes first: if it is taken, another Tessera may be at work on the same data.
    let bound = listen::bind(settings.listen, settings.tls_files.as_ref()).await?;
    settings.listen = bound.address;
    let side = match settings.metrics_listen {
        Some(address) => Some(listen::bind(address, None).await?),
        None => None,
    };
    settings.metrics_listen = side.as_ref().map(|side| side.address);

    let instance = Instance::open(&settings, Opening::Complete, clock, random).await?;
    instance.first_administrator(settings.first_admin.as_ref()).await?;
    let link = SetupLink::default();
    let setup_code = link.open(&instance.iam).await?;
    let Instance { store, engine, iam } = instance;
    let app = App {
        engine: engine.clone(),
        iam: iam.clone(),
        metrics: Arc::new(Metrics::new(store.clone())),
        store,
        github_keys: settings.github_keys.clone().map(|at| Arc::new(GithubKeys::new(at))),
        setup: Arc::new(link),
        settings: Arc::new(settings),
    };
    let mut background = vec![
        tokio::spawn(audit::keep_sealing(engine.clone(), SEALING)),
        tokio::spawn(keep_in_step(engine.clone(), COMPARING)),
        tokio::spawn(engine::files::keep_sweeping(engine, BEFORE_SWEEPING_FILES, SWEEPING_FILES)),
        tokio::spawn(keep_expiring(iam.clone(), SWEEPING)),
        tokio::spawn(usage::keep_flushing(iam.clone(), FLUSHING)),
        tokio::spawn(keep_sweeping(iam.clone(), app.settings.base_url(), SWEEPING)),
    ];
    if let Some(folder) = app.settings.library_dir.clone() {
        background.push(tokio::spawn(look_into(iam, folder)));
    }
    let router = api::router(app.clone()).fallback(interface::fallback);
    let address = bound.address;
    let metrics_address = app.settings.metrics_listen;
    let side = side.map(|bound| bound.serve(side::router(app.metrics.clone(), router.clone())));
    let main = bound.serve(router);
    Ok(Running { address, metrics_address, setup_code, app, main, side, background })
}

impl Running {
    /// The address where the first administrator is made, when there is none.
    pub fn setup_url(&self) -> Option<String> {
        let code = self.setup_code.as_ref()?;
        Some(format!("{}/setup?code={code}", self.app.settings.base_url()))
    }

    /// Serves until a signal tells to stop, then stops. A second signal does not wait for running requests.
    pub async fn wait(self, signals: &mut Signals) {
        let signal = signals.next().await;
        tracing::info!(signal, "stopping: running requests may finish");
        tokio::select! {
            () = self.stop() => tracing::info!("stopped"),
            signal = signals.next() => tracing::warn!(signal, "stopped without waiting any longer"),
        }
    }

    /// Refuses new connections, lets running requests finish, writes what is only in memory, closes the database.
    pub async fn stop(self) {
        let limit = self.app.settings.shutdown;
        self.main.stop(limit).await;
        if let Some(side) = self.side {
            side.stop(Duration::from_secs(1)).await;
        }
        for task in self.background {
            task.abort();
            // Waits for its end; that it was cancelled is what we asked for.
            let _ = task.await;
        }
        if let Err(error) = usage::flush(&self.app.iam).await {
            tracing::warn!(%error, "last use could not be recorded");
        }
        if let Err(error) = audit::seal(&self.app.engine).await {
            tracing::warn!(%error, "the audit log could not be sealed; the next start does it");
        }
        self.app.store.close().await;
    }
}

impl Instance {
    /// Makes the administrator of an unattended start, while there is none.
    async fn first_administrator(&self, wanted: Option<&crate::config::FirstAdmin>) -> Result<(), StartError> {
        let Some(wanted) = wanted else { return Ok(()) };
        if !setup::required(&self.iam).await? {
            return Ok(());
        }
        let ctx = self.iam.program("environment").await?;
        let made = setup::create_administrator(&self.iam, &ctx, &wanted.email, wanted.password.expose(), true).await;
        match made {
            Ok(_) => tracing::info!("made the first administrator"),
            // Somebody else was faster, such as another process that starts at the same moment.
            Err(engine::ApiError::Refused { status: 403, .. }) => {}
            Err(error) => return Err(StartError::Administrator(error::sentence(&error))),
        }
        Ok(())
    }
}
