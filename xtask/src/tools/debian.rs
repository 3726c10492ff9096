//! Debian's packages: installing what a step needs and the machine lacks.

use std::sync::Once;

use anyhow::{Result, ensure};

use super::program::Program;

/// The package lists are fetched once a run.
static REFRESHED: Once = Once::new();

/// Makes sure of a package: `present` says whether what we need from it is there already.
pub(crate) fn ensure(package: &str, present: impl Fn() -> bool) -> Result<()> {
    if present() {
        return Ok(());
    }
    install(package)?;
    ensure!(present(), "Debian's `{package}` is installed, but what the tests need from it is not there");
    Ok(())
}

/// Whether we may do anything on this machine.
pub(crate) fn is_root() -> bool {
    Program::new("id").arg("-u").output().is_ok_and(|id| id.trim() == "0")
}

fn install(package: &str) -> Result<()> {
    ensure!(
        Program::new("apt-get").arg("--version").succeeds(),
        "the tests need `{package}`, and this is not a Debian system: install it by hand"
    );
    ensure!(
        is_root() || Program::new("sudo").arg("--version").succeeds(),
        "the tests need Debian's `{package}`: install it (apt-get install {package}), or run this as root or with sudo at hand"
    );
    let mut refreshed = Ok(());
    REFRESHED.call_once(|| refreshed = apt_get(&["update"]));
    refreshed?;
    apt_get(&["install", "--yes", "--no-install-recommends", package])
}

fn apt_get(args: &[&str]) -> Result<()> {
    let program = if is_root() { Program::new("env") } else { Program::new("sudo").arg("env") };
    program.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]).args(args).run()
}
