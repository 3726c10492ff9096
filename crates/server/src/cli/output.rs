//! Speaking to standard output and standard error.

use super::Failure;
use iam::redact::redact;
use std::io::{self, ErrorKind, Write as _};

/// Prints a text and a line end. Nobody reading any more (`tessera openapi | head`) is no failure.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Says to a person what went wrong.
pub fn complain(sentence: &str) {
    // If even this cannot be written, the exit code has to do.
    let _ = writeln!(io::stderr().lock(), "tessera: {}", redact(sentence));
}
