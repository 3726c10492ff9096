//! `tessera library`: is this file sound, put it on the shelf, what is there.

use super::output::say;
use super::{Failure, Flags, runtime};
use crate::library_files::{files, found};
use crate::start::{Instance, Opening};
use engine::{ApiError, Context};
use grc::catalog::{Source, Supplied, listed, load_stored, supply};
use grc::library::{check, read};
use std::path::PathBuf;
use std::{fs, io};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read library files and say what is wrong and what looks odd; exit code 1 when one is wrong
    Check {
        /// Files, or folders whose .yaml and .yml files are read
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Put library files on the shelf of this instance; exit code 1 when one is wrong
    Add {
        /// Files, folders of .yaml and .yml files, or .zip archives of them
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Load them as well, with what they depend on
        #[arg(long)]
        load: bool,
    },
    /// Say what is on the shelf, and what of it is loaded
    List,
}

/// Checks without a database; works on the shelf beside a running server or without one.
pub fn run(command: &Command, flags: &Flags) -> Result<(), Failure> {
    match command {
        Command::Check { paths } => check_all(paths),
        Command::Add { paths, load } => {
            runtime::with_instance(flags, Opening::Complete, async |instance| add(instance, paths, *load).await)
        }
        Command::List => runtime::with_instance(flags, Opening::AsItIs, async |instance| list(instance).await),
    }
}

/// Checks every file and counts.
fn check_all(paths: &[PathBuf]) -> Result<(), Failure> {
    let mut all = Vec::new();
    for path in paths {
        all.extend(files(path)?);
    }
    let (mut wrong, mut odd) = (0, 0);
    for file in &all {
        let name = file.display().to_string();
        let bytes = fs::read(file).map_err(|error| io::Error::new(error.kind(), format!("{name}: {error}")))?;
        match read(&bytes, &name) {
            Err(problems) => {
                wrong += 1;
                for problem in problems {
                    say(&problem.to_string())?;
                }
            }
            Ok(library) => {
                let warnings = check(&library);
                odd += usize::from(!warnings.is_empty());
                for warning in warnings {
                    let at = format!("{name}:{}:{}", warning.at.line, warning.at.column);
                    say(&format!("{at}: warning: {}: {}", warning.path, warning.message))?;
                }
            }
        }
    }
    say(&format!("{} files: {wrong} wrong, {odd} with warnings", all.len()))?;
    if wrong > 0 { Err(Failure::said()) } else { Ok(()) }
}

/// Stores every sound file, each in a transaction of its own, then loads them if asked to.
async fn add(instance: &Instance, paths: &[PathBuf], load: bool) -> Result<(), Failure> {
    let ctx = instance.iam.program("command line").await?;
    let (mut stored, mut wrong, mut urns) = (0, 0, Vec::new());
    for path in paths {
        for file in found(path)? {
            let library = match read(&file.bytes, &file.name) {
                Ok(library) => library,
                Err(problems) => {
                    wrong += 1;
                    for problem in problems {
                        say(&problem.to_string())?;
                    }
                    continue;
                }
            };
            let supplied = supply(&ctx, &library, &file.bytes, Source::Person).await?;
            let words = match supplied {
                Supplied::Stored => "stored",
                Supplied::Known => "known already",
                Supplied::Older => "left out: a newer version is there",
            };
            stored += usize::from(supplied == Supplied::Stored);
            say(&format!("{} version {}: {words}", library.urn, library.version))?;
            urns.push(library.urn);
        }
    }
    if load {
        wrong += load_all(&ctx, &urns).await?;
    }
    say(&format!("{stored} stored, {wrong} wrong"))?;
    if wrong > 0 { Err(Failure::said()) } else { Ok(()) }
}

async fn load_all(ctx: &Context, urns: &[String]) -> Result<usize, Failure> {
    let mut wrong = 0;
    for urn in urns {
        match load_stored(ctx, urn).await {
            Ok(true) => say(&format!("{urn}: loaded"))?,
            Ok(false) => say(&format!("{urn}: loaded already"))?,
            Err(error @ (ApiError::Internal(_) | ApiError::Unavailable(_))) => return Err(error.into()),
            Err(error) => {
                wrong += 1;
                say(&format!("{urn}: {}", error.body()))?;
            }
        }
    }
    Ok(wrong)
}

async fn list(instance: &Instance) -> Result<(), Failure> {
    let ctx = instance.iam.program("command line").await?;
    let all = listed(&ctx).await?;
    for line in &all {
        let state = match line.loaded {
            None => "not loaded".to_owned(),
            Some(version) if version == line.version => "loaded".to_owned(),
            Some(version) => format!("version {version} loaded"),
        };
        say(&format!("{}\t{}\t{}\t{state}\t{}", line.urn, line.locale, line.version, line.name))?;
    }
    say(&format!("{} libraries", all.len()))
}
