//! Speaking to standard output and standard error.

use super::Failure;
use iam::redact::redact;
use std::borrow::Cow;
use std::io::{self, ErrorKind, Write as _};

/// Prints a text and a line end. Names of things may hold what would speak to a terminal; it is shown instead. Nobody reading any more (`tessera openapi | head`) is no failure.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{}", plain(text)).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A text without controls other than ends of lines and tabs.
fn plain(text: &str) -> Cow<'_, str> {
    let speaks = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(speaks) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if speaks(c) { '\u{fffd}' } else { c }).collect())
}

/// Says to a person what went wrong.
pub fn complain(sentence: &str) {
    // If even this cannot be written, the exit code has to do.
    let _ = writeln!(io::stderr().lock(), "tessera: {}", plain(&redact(sentence)));
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn nothing_speaks_to_the_terminal() {
        assert_eq!(plain("a\tb\nc é"), "a\tb\nc é");
        assert_eq!(plain("\u{1b}[2J\u{7}\r\u{9b}x"), "\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}x");
    }
}
