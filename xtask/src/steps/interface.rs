//! The interface's own checks: types, lints, form, translations, and the build with its size limit.

use anyhow::Result;

use crate::paths;
use crate::tools::{interface, npm};

pub(super) fn check() -> Result<()> {
    let ui = paths::ui();
    npm::install(&ui)?;
    npm::run(&ui, "check")?;
    interface::build()
}
