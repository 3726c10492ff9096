//! Journeys of a person in a browser: see `tests/browser`.

use anyhow::Result;

use crate::paths;
use crate::tools::browser::{self, CHROMIUM};
use crate::tools::program::Program;
use crate::tools::{cargo, interface, npm};

pub(super) fn journeys() -> Result<()> {
    browser::install()?;
    interface::build_if_changed()?;
    let tessera = cargo::build_dev()?;
    let dir = paths::root().join("tests/browser");
    npm::install(&dir)?;
    Program::new("npm").arg("test").dir(&dir).env("TESSERA_BIN", tessera).env("CHROMIUM_BIN", CHROMIUM).run()
}
