//! Debian's Chromium.

use std::path::Path;

use anyhow::Result;

use super::debian;

/// Where Debian puts it.
pub(crate) const CHROMIUM: &str = "/usr/bin/chromium";

/// Makes sure of the browser.
pub(crate) fn install() -> Result<()> {
    debian::ensure("chromium", || Path::new(CHROMIUM).exists())
}
