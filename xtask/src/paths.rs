//! Where things are in this repository. Every path is absolute, so that `cargo xtask` works from any folder.

use std::path::{Path, PathBuf};

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies one folder below the root")
}

/// The interface: `ui/`.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// What xtask itself leaves behind between runs (stamps, the Python environment): `target/xtask/`.
pub(crate) fn scratch() -> PathBuf {
    root().join("target/xtask")
}
