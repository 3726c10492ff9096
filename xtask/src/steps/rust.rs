//! Rust tests, once on each database.

use anyhow::Result;

use crate::tools::bucket::Bucket;
use crate::tools::cargo::cargo;
use crate::tools::postgres::{Cluster, Commits};

/// The tests read the database server to use from here; without it they use SQLite.
const DATABASE: &str = "TESSERA_TEST_POSTGRES";

pub(super) fn on_sqlite() -> Result<()> {
    cargo("test --quiet --workspace --no-fail-fast").without_env(DATABASE).run()
}

/// The examples in the documentation touch no database, so they run only once, above.
pub(super) fn on_postgres() -> Result<()> {
    let cluster = Cluster::start(Commits::Fast)?;
    cargo("test --quiet --workspace --tests --no-fail-fast").env(DATABASE, cluster.url()).run()
}

/// Files in a bucket: the store speaks to a service, and the program builds with that feature.
pub(super) fn on_bucket() -> Result<()> {
    let bucket = Bucket::start()?;
    cargo("test --quiet --package store --features s3 --test all blobs").env("TESSERA_TEST_S3", bucket.url()).run()?;
    cargo("check --quiet --package tessera --features s3").run()
}
