//! Cargo: building the program, and what `cargo metadata` says about the workspace.
//!
//! The tests use one profile (dev), and every build for them selects the whole workspace: features are resolved the
//! same way each time, so nothing is compiled twice.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::program::Program;

/// `cargo` with the arguments of a line, split at blanks.
pub(crate) fn cargo(line: &str) -> Program {
    Program::new("cargo").args(line.split(' '))
}

/// Builds `tessera` as the tests use it and returns its path.
pub(crate) fn build_dev() -> Result<PathBuf> {
    cargo("build --quiet --workspace --bin tessera").run()?;
    program_in("debug")
}

/// Builds `tessera` as it is shipped and returns its path.
pub(crate) fn build_release() -> Result<PathBuf> {
    cargo("build --release --package tessera").run()?;
    program_in("release")
}

/// Where a profile's `tessera` lies; the target folder can be configured.
fn program_in(profile: &str) -> Result<PathBuf> {
    let metadata: Value = serde_json::from_str(&cargo("metadata --format-version 1 --no-deps").output()?)?;
    let target = metadata["target_directory"].as_str().context("`cargo metadata` names no target folder")?;
    Ok(PathBuf::from(target).join(profile).join("tessera"))
}

/// A package of the lock file, as far as the checks look at it.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) licence: Option<String>,
    /// Where it comes from; `None` for our own.
    pub(crate) source: Option<String>,
    /// The packages it names as dependencies of any kind.
    pub(crate) dependencies: Vec<String>,
}

/// Every package of the dependency graph, on every platform, ours included.
pub(crate) fn packages() -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_str(&cargo("metadata --format-version 1").output()?)?;
    metadata["packages"]
        .as_array()
        .context("`cargo metadata` lists no packages")?
        .iter()
        .map(|package| package_from(package).context("`cargo metadata` lists a package without a name"))
        .collect()
}

fn package_from(package: &Value) -> Option<Package> {
    let text = |key: &str| package[key].as_str().map(str::to_owned);
    Some(Package {
        name: text("name")?,
        version: text("version")?,
        licence: text("license"),
        source: text("source"),
        dependencies: package["dependencies"]
            .as_array()?
            .iter()
            .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
            .collect(),
    })
}
