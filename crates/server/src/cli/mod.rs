//! The command line: one file a command.
//!
//! What belongs here: reading arguments, speaking to a person at a terminal, exit codes. What does not: doing the work;
//! each command calls what the server calls.

mod admin;
mod audit;
mod completions;
mod config;
mod ddl;
mod failure;
mod flags;
mod library;
mod openapi;
mod output;
mod password;
mod runtime;
mod serve;
#[cfg(test)]
mod tests;
mod token;

pub use failure::{Exit, Failure};

use clap::{Parser, Subcommand};
use flags::Flags;
use std::ffi::OsString;
use std::process::ExitCode;

/// Governance, risk and compliance: one program with a REST API and a web interface.
///
/// Without a command it serves, on SQLite in ./tessera-data, at 127.0.0.1:8000.
#[derive(Debug, Parser)]
#[command(name = "tessera", version, after_long_help = failure::HELP)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and the web interface (the default)
    Serve,
    /// Look at the settings
    #[command(subcommand)]
    Config(config::Command),
    /// Make administrators, reset passwords
    #[command(subcommand)]
    Admin(admin::Command),
    /// Prove that the audit log is what it was
    #[command(subcommand)]
    Audit(audit::Command),
    /// Print the OpenAPI document
    Openapi,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Look at a token, offline
    #[command(subcommand)]
    Token(token::Command),
    /// Check library files, put them on the shelf, look at it
    #[command(subcommand)]
    Library(library::Command),
    /// Print the tables of a resource for both databases, to write a migration from
    Ddl {
        /// Path of the resource, such as `assets`
        resource: String,
    },
}

/// Runs the program with these arguments, the first being its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Also the way of --help and --version; a broken pipe leaves nobody to tell.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { Exit::Usage as u8 } else { 0 });
        }
    };
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.sentence.is_empty() {
                output::complain(&failure.sentence);
            }
            ExitCode::from(failure.exit as u8)
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), Failure> {
    let flags = cli.flags;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&flags),
        Command::Config(command) => config::run(&command, &flags),
        Command::Admin(command) => admin::run(&command, &flags),
        Command::Audit(command) => audit::run(command, &flags),
        Command::Openapi => openapi::run(),
        Command::Completions { shell } => completions::run(shell),
        Command::Token(command) => token::run(command),
        Command::Library(command) => library::run(&command, &flags),
        Command::Ddl { resource } => ddl::run(&resource),
    }
}
