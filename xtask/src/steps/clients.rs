//! Programs that we did not write, from PyPI, against a Tessera that each check starts for itself: see `tests/clients`.

use anyhow::Result;

use crate::paths;
use crate::tools::{cargo, python};

/// Generated requests, valid and invalid, over the whole served `OpenAPI` document.
pub(super) fn contract() -> Result<()> {
    let tessera = cargo::build_dev()?;
    python::program("python")?
        .arg("fuzz.py")
        .dir(&paths::root().join("tests/clients"))
        .env("TESSERA_BIN", tessera)
        .run_quoting()
}

/// `ciso-aac`, a client library for CISO Assistant.
pub(super) fn foreign() -> Result<()> {
    let tessera = cargo::build_dev()?;
    python::program("pytest")?
        .args(["-p", "no:cacheprovider"])
        .dir(&paths::root().join("tests/clients"))
        .env("TESSERA_BIN", tessera)
        .run()
}
