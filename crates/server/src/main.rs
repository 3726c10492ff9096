//! The program `tessera`. Everything it does is in the library beside it, so that tests can do the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run(std::env::args_os())
}
