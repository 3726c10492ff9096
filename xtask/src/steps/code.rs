//! Rust source: its form, its lints, its documentation.

use anyhow::Result;

use crate::tools::cargo::cargo;

pub(super) fn fmt() -> Result<()> {
    cargo("fmt --all --check").run()
}

pub(super) fn clippy() -> Result<()> {
    cargo("clippy --quiet --workspace --all-targets -- -D warnings").run()
}

pub(super) fn docs() -> Result<()> {
    cargo("doc --quiet --workspace --no-deps --document-private-items").env("RUSTDOCFLAGS", "-D warnings").run()
}
