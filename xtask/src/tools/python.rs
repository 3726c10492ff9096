//! A Python environment under `target/` with the programs of `tests/clients/requirements.txt`.

use std::path::PathBuf;

use anyhow::Result;

use super::debian;
use super::program::Program;
use super::stamp::Stamp;
use crate::paths;

/// A program of the environment, made first where it is missing or out of date.
pub(crate) fn program(name: &str) -> Result<Program> {
    Ok(Program::new(installed(name)?))
}

/// Where such a program lies.
pub(crate) fn installed(name: &str) -> Result<PathBuf> {
    install()?;
    Ok(environment().join("bin").join(name))
}

fn environment() -> PathBuf {
    paths::scratch().join("python")
}

fn install() -> Result<()> {
    let clients = paths::root().join("tests/clients");
    let (requirements, constraints) = (clients.join("requirements.txt"), clients.join("constraints.txt"));
    let stamp = Stamp::of("python", &[&requirements, &constraints])?;
    if stamp.is_current() && environment().join("bin/python").is_file() {
        return Ok(());
    }
    debian::ensure("python3-venv", || Program::new("python3").args(["-c", "import ensurepip, venv"]).succeeds())?;
    Program::new("python3").args(["-m", "venv", "--clear"]).arg(environment()).run()?;
    Program::new(environment().join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(requirements)
        .arg("--constraint")
        .arg(constraints)
        .run()?;
    stamp.set()
}
