//! `cargo xtask run`: from a clean clone to a running Tessera.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::paths;
use crate::tools::{cargo, interface};

/// Builds what has changed and becomes `tessera serve ARGS`: its address and set-up link are the last lines shown, and
/// Ctrl-C reaches it directly.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let (dev, args): (Vec<&String>, Vec<&String>) = args.iter().partition(|arg| *arg == "--dev");

    interface::build_if_changed()?;
    let program = if dev.is_empty() { cargo::build_release()? } else { cargo::build_dev()? };

    let error = Command::new(&program).arg("serve").args(args).current_dir(paths::root()).exec();
    Err(error).with_context(|| format!("could not start {}", program.display()))
}
