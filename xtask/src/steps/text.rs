//! Words, in code and documentation alike: see `typos.toml`.

use anyhow::Result;

use crate::tools::python;

pub(super) fn spelling() -> Result<()> {
    python::program("typos")?.run()
}
