//! The program without its network: store, engine and iam. Enough for most commands.

use super::StartError;
use crate::config::Settings;
use engine::clock::Clock;
use engine::random::Random;
use engine::{Context, Engine};
use iam::Iam;
use iam::mail::{Mailer, PostOffice};
use std::io;
use std::path::Path;
use std::thread::available_parallelism;
use store::{Blobs, Dialect, Store};

/// The database's file in the data folder.
const FILE: &str = "tessera.sqlite3";
/// The folder of snapshots in the data folder.
const SNAPSHOTS: &str = "snapshots";
/// The folder of attached files in the data folder, unless another is set.
const BLOBS: &str = "blobs";
/// Connections to PostgreSQL, unless set.
const SERVER_CONNECTIONS: usize = 16;

/// Store, engine and iam, put together.
pub struct Instance {
    /// The database.
    pub store: Store,
    /// What exists.
    pub engine: Engine,
    /// Who may.
    pub iam: Iam,
}

/// How far a database is prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Made if there is none, migrated, and filled with what every instance holds.
    Complete,
    /// It has to be there and is left as it is.
    AsItIs,
}

impl Instance {
    /// Opens the database of these settings.
    pub async fn open(settings: &Settings, opening: Opening, clock: Clock, random: Random) -> Result<Self, StartError> {
        let store = open_store(settings, opening).await?;
        let mailer = match &settings.smtp {
            Some(smtp) => Mailer::smtp(smtp).map_err(StartError::Settings)?,
            None => Mailer::none(),
        };
        let blobs = open_blobs(settings)?;
        let engine = Engine::new(store.clone(), blobs, crate::registry(), clock.clone(), random);
        if mailer.is_configured() {
            engine.mail_through(Box::new(PostOffice::new(mailer.clone(), settings.base_url())));
        }
        let iam = Iam::new(engine.clone(), settings.policy.clone(), mailer);
        let instance = Self { store, engine, iam };
        if opening == Opening::Complete {
            let prepared = instance.prepare(settings, &clock).await;
            if let Err(error) = prepared {
                instance.store.close().await;
                return Err(error);
            }
        }
        Ok(instance)
    }

    async fn prepare(&self, settings: &Settings, clock: &Clock) -> Result<(), StartError> {
        let snapshots = settings.data_dir.join(SNAPSHOTS);
        let snapshots = (self.store.dialect() == Dialect::Sqlite).then_some(snapshots.as_path());
        let migrated = store::migrate(&self.store, snapshots, clock.now()).await.map_err(StartError::of_migration)?;
        if let Some(snapshot) = migrated.snapshot {
            tracing::info!(snapshot = %snapshot.display(), "kept a copy of the database from before the migration");
        }
        let ctx: Context = iam::bootstrap::bootstrap(&self.engine).await?;
        grc::organisation::seed(&ctx).await?;
        grc::catalog::seed(&ctx).await?;
        Ok(())
    }

    /// Closes the audit chain and the database.
    pub async fn close(self) {
        if let Err(error) = engine::audit::seal(&self.engine).await {
            tracing::warn!(%error, "the audit log could not be sealed; the next start does it");
        }
        self.store.close().await;
    }
}

async fn open_store(settings: &Settings, opening: Opening) -> Result<Store, StartError> {
    let connections = settings.database.connections;
    if let Some(url) = &settings.database.url {
        let connections = connections.unwrap_or(SERVER_CONNECTIONS);
        let authorities = settings.database.authorities.as_deref();
        return Store::open_postgres(url.expose(), authorities, connections).await.map_err(StartError::of_server);
    }
    let folder = &settings.data_dir;
    let file = folder.join(FILE);
    match opening {
        Opening::Complete => {
            let outcome = writable(folder);
            outcome.map_err(|cause| StartError::DataDir { folder: folder.clone(), cause: cause.to_string() })?;
        }
        Opening::AsItIs if !file.is_file() => return Err(StartError::NoDatabase(file)),
        Opening::AsItIs => {}
    }
    // Readers beyond the cores only wait for each other.
    let readers = connections.unwrap_or_else(|| available_parallelism().map_or(4, usize::from).clamp(4, 32));
    let opened = Store::open_sqlite(&file, readers).await;
    opened.map_err(|cause| StartError::DataDir { folder: folder.clone(), cause: cause.to_string() })
}

#[cfg(feature = "s3")]
fn open_blobs(settings: &Settings) -> Result<Blobs, StartError> {
    let Some(bucket) = &settings.blobs.bucket else { return Ok(folder_of_blobs(settings)) };
    let bucket = store::Bucket {
        name: bucket.name.clone(),
        prefix: bucket.prefix.clone(),
        endpoint: bucket.endpoint.clone(),
        region: bucket.region.clone(),
        keys: bucket.keys.as_ref().map(|(id, secret)| (id.clone(), secret.expose().to_owned())),
    };
    Blobs::in_bucket(&bucket).map_err(|error| StartError::Settings(format!("blobs.bucket: {error}")))
}

#[cfg(not(feature = "s3"))]
/// With the feature `s3` it can fail.
fn open_blobs(settings: &Settings) -> Result<Blobs, StartError> {
    Ok(folder_of_blobs(settings))
}

fn folder_of_blobs(settings: &Settings) -> Blobs {
    let folder = settings.blobs.dir.clone().unwrap_or_else(|| settings.data_dir.join(BLOBS));
    Blobs::in_folder(&folder)
}

/// Makes the folder, for its owner alone, and tries whether files can be made in it.
fn writable(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(&probe)
}
