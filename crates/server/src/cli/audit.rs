//! `tessera audit`: proof that the log is what it was. Also works on a copy of the database.

use super::output::say;
use super::{Failure, Flags, runtime};
use crate::start::Opening;
use engine::audit::{self, Checkpoint};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read the whole log and recompute its chain; exit code 1 when something is wrong
    Verify {
        /// A checkpoint that was taken earlier: the log must lead through it
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Write the end of the chain, to keep elsewhere and verify against later
    Checkpoint {
        /// Where to; standard output when not given
        file: Option<PathBuf>,
    },
}

/// Neither makes nor migrates a database: evidence is left as it is.
pub fn run(command: Command, flags: &Flags) -> Result<(), Failure> {
    match command {
        Command::Verify { checkpoint } => verify(checkpoint.as_deref(), flags),
        Command::Checkpoint { file } => checkpoint(file.as_deref(), flags),
    }
}

fn verify(checkpoint: Option<&Path>, flags: &Flags) -> Result<(), Failure> {
    let checkpoint = checkpoint.map(read).transpose()?;
    let report = runtime::with_instance(flags, Opening::AsItIs, async |instance| {
        Ok(audit::verify(&instance.engine, checkpoint.as_ref()).await?)
    })?;
    for finding in &report.findings {
        say(&finding.to_string())?;
    }
    let counts =
        format!("{} entries, {} not sealed yet, {} findings", report.entries, report.pending, report.findings.len());
    say(&counts)?;
    if report.findings.is_empty() { Ok(()) } else { Err(Failure::said()) }
}

fn checkpoint(file: Option<&Path>, flags: &Flags) -> Result<(), Failure> {
    let checkpoint =
        runtime::with_instance(
            flags,
            Opening::AsItIs,
            async |instance| Ok(audit::checkpoint(&instance.engine).await?),
        )?;
    let text = serde_json::to_string_pretty(&checkpoint).map_err(|error| Failure::other(error.to_string()))?;
    match file {
        None => say(&text),
        Some(file) => std::fs::write(file, text + "\n")
            .map_err(|cause| Failure::other(format!("{} cannot be written: {cause}", file.display()))),
    }
}

fn read(file: &Path) -> Result<Checkpoint, Failure> {
    let wrong = |cause: &dyn std::fmt::Display| {
        Failure::usage(format!("the checkpoint {} cannot be read: {cause}", file.display()))
    };
    let text = std::fs::read_to_string(file).map_err(|cause| wrong(&cause))?;
    serde_json::from_str(&text).map_err(|cause| wrong(&cause))
}
