//! The measurements behind `docs/performance.md`. `cargo xtask bench` starts them.
//!
//! Nearly everything is a ratio between two things measured in turn in the same run, so that neither the
//! machine nor its other work counts: Tessera against [`plain`], a handler written by hand for
//! just one request, or Tessera against itself with more rows. Only what is promised in milliseconds
//! is measured in them.

mod audits;
mod books;
mod by_hand;
mod libraries;
mod load;
mod plain;
mod program;
mod promises;
mod requests;
mod revocation;
mod seed;
mod start;
mod stored;
mod tokens;
mod turns;
mod writes;

use anyhow::{Context as _, Result, bail};
use plain::Tuning;
use std::path::PathBuf;

/// What the command line says.
#[derive(Debug)]
struct Options {
    /// The program to measure.
    tessera: PathBuf,
    /// A PostgreSQL server where databases can be made; without one only SQLite is measured.
    postgres: Option<String>,
    /// The parts to run; all when empty.
    only: Vec<String>,
    /// A hundredth of the amounts of `promises`: to see that they can be measured, not for figures.
    small: bool,
}

impl Options {
    /// Whether this part was asked for.
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut options = Options { tessera: PathBuf::new(), postgres: None, only: Vec::new(), small: false };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "plain" => return plain::serve(&PathBuf::from(value()?), Tuning::Plain).await,
            "tuned" => return plain::serve(&PathBuf::from(value()?), Tuning::Tuned).await,
            "by-hand" => return by_hand::serve(&PathBuf::from(value()?)).await,
            "--tessera" => options.tessera = value()?.into(),
            "--postgres" => options.postgres = Some(value()?),
            "--only" => options.only.push(value()?),
            "--small" => options.small = true,
            unknown => bail!("unknown argument {unknown}: --tessera FILE, --postgres URL, --only PART, --small"),
        }
    }
    if options.wants("start") {
        start::measure(&options).await?;
    }
    if options.wants("requests") {
        requests::measure(&options).await?;
    }
    if options.wants("libraries") {
        libraries::measure(&options).await?;
    }
    if options.wants("audits") {
        audits::measure(&options).await?;
    }
    if options.wants("tokens") {
        tokens::measure(&options).await?;
    }
    if options.wants("revocation") {
        revocation::measure(&options).await?;
    }
    if options.wants("writes") {
        writes::measure(&options).await?;
    }
    promises::measure(&options).await?;
    Ok(())
}
