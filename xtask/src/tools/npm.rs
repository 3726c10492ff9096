//! Node.js packages of a folder that holds a `package.json`.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::program::Program;
use super::stamp::Stamp;

/// The oldest Node.js that Vite 8 accepts.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Installs exactly what the folder's lock file says, unless that is there already.
pub(crate) fn install(dir: &Path) -> Result<()> {
    check_node()?;
    let stamp = Stamp::of(
        &format!("npm-{}", dir.file_name().context("a folder has a name")?.display()),
        &[&dir.join("package-lock.json")],
    )?;
    if stamp.is_current() && dir.join("node_modules").is_dir() {
        return Ok(());
    }
    Program::new("npm").args(["ci", "--no-audit", "--no-fund"]).dir(dir).run()?;
    stamp.set()
}

/// Runs a script of the folder's `package.json`.
pub(crate) fn run(dir: &Path, script: &str) -> Result<()> {
    Program::new("npm").args(["run", script]).dir(dir).run()
}

fn check_node() -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let version = Program::new("node")
        .arg("--version")
        .output()
        .with_context(|| format!("the interface needs Node.js {major}.{minor} or newer"))?;
    let found = version.trim();
    ensure!(
        parse(found).is_some_and(|version| version >= OLDEST_NODE),
        "the interface needs Node.js {major}.{minor} or newer, and this is {found}"
    );
    Ok(())
}

/// `v20.20.2` → `(20, 20)`.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix('v')?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_compare_as_numbers() {
        assert_eq!(parse("v20.20.2"), Some((20, 20)));
        assert!(parse("v20.9.0").unwrap() < OLDEST_NODE);
        assert!(parse("v24.0.0").unwrap() > OLDEST_NODE);
        assert_eq!(parse("node"), None);
    }
}
