//! `cargo xtask bench`: builds the program as it is shipped and the measurements (`bench/`), makes a PostgreSQL cluster
//! for them, and runs them.

use anyhow::Result;

use crate::tools::cargo::{self, cargo};
use crate::tools::interface;
use crate::tools::postgres::{Cluster, Commits};

/// `args` go to the measurements: `--only start`, `requests`, `libraries`, `audits`, `tokens`, `promises`, `revocation` or
/// `writes`.
pub(crate) fn bench(args: &[String]) -> Result<()> {
    interface::build_if_changed()?;
    let tessera = cargo::build_release()?;
    cargo("build --release --package bench").run()?;
    let cluster = Cluster::start(Commits::Durable)?;
    cargo("run --quiet --release --package bench --")
        .arg("--tessera")
        .arg(tessera)
        .args(["--postgres", &cluster.url()])
        .args(args)
        .run()
}
