//! `tessera config`: which settings are in force, and why.

use super::output::say;
use super::{Failure, Flags, runtime};
use crate::config;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print the effective settings as TOML, secrets masked, each with its source
    Show,
}

/// Prints what `serve` would use.
pub fn run(command: &Command, flags: &Flags) -> Result<(), Failure> {
    let Command::Show = command;
    let loaded = runtime::settings(flags)?;
    for warning in &loaded.warnings {
        super::output::complain(warning);
    }
    say(config::show(&loaded.layers).trim_end())
}
