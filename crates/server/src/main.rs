//! The program `tessera`. Everything it does is in the library beside it, so that tests can do the same.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Answers are many small pieces; SQLite takes its memory here as well. Measured: `docs/performance.md`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::cli::run(std::env::args_os())
}
