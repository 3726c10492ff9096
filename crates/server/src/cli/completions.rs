//! `tessera completions`: a script that lets the shell finish words.

use super::output::say;
use super::{Cli, Failure};
use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

/// Prints the script.
pub fn run(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "tessera", &mut script);
    say(String::from_utf8_lossy(&script).trim_end())
}
