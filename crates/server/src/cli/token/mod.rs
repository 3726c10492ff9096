//! `tessera token`: is this text a token of ours, and what does a server say of it?

mod check;
mod server;

use super::Failure;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Tell kind and form of a token, offline; exit code 1 when it is none
    Check {
        /// The token, or - to read it from standard input and keep it out of the process list
        value: String,
    },
    /// Show a token's name, limits, expiry and rights, as its server sees them
    Inspect {
        #[command(flatten)]
        to: Server,
        /// Print the server's answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Get a new value for a token that was made with "may rotate itself"; prints it once, to standard output
    Rotate {
        #[command(flatten)]
        to: Server,
        /// Days until the new value expires; as long as the old one was made for when not given
        #[arg(long, value_name = "DAYS")]
        expiry: Option<u32>,
        /// Hours for which the old value goes on working, 0 to 168; 1 when not given
        #[arg(long, value_name = "HOURS")]
        overlap_hours: Option<u32>,
    },
    /// End a token at once
    Revoke {
        #[command(flatten)]
        to: Server,
    },
}

/// Which server, and where the token is. It is never an argument: those are seen by everybody on the machine.
#[derive(Debug, clap::Args)]
pub struct Server {
    /// Address of the server, such as <https://grc.example.org>
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8000")]
    server: String,
    /// File that holds the token; without it the variable `TESSERA_TOKEN`, else the first line of standard input
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Runs one of them.
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Check { value } => check::check(&value),
        Command::Inspect { to, json } => server::inspect(&to, json),
        Command::Rotate { to, expiry, overlap_hours } => server::rotate(&to, expiry, overlap_hours),
        Command::Revoke { to } => server::revoke(&to),
    }
}
