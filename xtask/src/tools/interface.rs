//! The web interface: built into `ui/dist`, from where the program embeds it.

use anyhow::Result;

use super::npm;
use super::stamp::Stamp;
use crate::paths;

/// Builds `ui/dist`, unless it was built from exactly these sources.
pub(crate) fn build_if_changed() -> Result<()> {
    let ui = paths::ui();
    if Stamp::of("interface", &[&ui])?.is_current() && ui.join("dist/index.html").is_file() {
        return Ok(());
    }
    npm::install(&ui)?;
    build()
}

/// Builds `ui/dist` in any case; the packages must be installed.
pub(crate) fn build() -> Result<()> {
    let stamp = Stamp::of("interface", &[&paths::ui()])?;
    npm::run(&paths::ui(), "build")?;
    stamp.set()
}
