//! Asking for a password, without showing it.

use super::Failure;
use std::io::{self, BufRead as _, IsTerminal as _};

/// From the first line of standard input, or twice from the terminal.
pub fn read(from_stdin: bool) -> Result<String, Failure> {
    if from_stdin {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("there is no terminal to ask for the password: pipe it in with --password-stdin"));
    }
    let first = rpassword::prompt_password("New password: ")?;
    if first != rpassword::prompt_password("The same again: ")? {
        return Err(Failure::other("the two passwords differ; nothing was done"));
    }
    Ok(first)
}
