//! `cargo xtask bench`: the measurements behind `docs/performance.md`, one module each. None is defined yet.

use anyhow::{Result, bail};

pub(crate) fn bench(_args: &[String]) -> Result<()> {
    bail!("no measurement is defined yet")
}
