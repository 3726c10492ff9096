//! Logs: to standard error, for people or as JSON, secrets hidden at the sink.
//!
//! Installed once, by the program itself; nothing below it knows where its words go.

use crate::config::{Log, LogFormat};
use iam::redact::redact;
use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, fmt};

/// Sends logs and panics to standard error from now on.
pub fn install(log: &Log) {
    let lines = fmt::layer().with_writer(Redacting(io::stderr));
    let lines = match log.format {
        LogFormat::Human => lines.with_target(false).with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    // Fails when somebody installed another one before: then that one stays.
    let _ = tracing_subscriber::registry().with(lines.with_filter(log.filter.clone())).try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(%place, message, "a task panicked");
    }));
}

/// Hides secrets in each line on its way to a writer.
struct Redacting<M>(M);

impl<'w, M: MakeWriter<'w>> MakeWriter<'w> for Redacting<M> {
    type Writer = Line<M::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        Line { into: self.0.make_writer(), text: Vec::new() }
    }
}

/// One line, gathered whole: a secret must not slip through between two writes.
struct Line<W: Write> {
    into: W,
    text: Vec<u8>,
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.text);
        let line = String::from_utf8_lossy(&text);
        let redacted: Cow<'_, str> = redact(&line);
        self.into.write_all(redacted.as_bytes())?;
        self.into.flush()
    }
}

impl<W: Write> Drop for Line<W> {
    fn drop(&mut self) {
        // There is nobody left to tell that the log cannot be written.
        let _ = self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn hides_secrets_in_every_form_of_line() {
        let secret = format!("tsr_pat_{}", "a1".repeat(24));
        for json in [false, true] {
            let sink = Sink::default();
            let make = sink.clone();
            let layer = fmt::layer().with_writer(Redacting(move || make.clone()));
            let layer = if json { layer.json().boxed() } else { layer.boxed() };
            tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
                tracing::info!(header = %format!("Token {secret}"), "seen {secret}");
            });
            let written = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
            assert!(!written.contains("a1a1"), "{written}");
            assert_eq!(written.matches("tsr_pat_[redacted]").count(), 2, "{written}");
        }
    }
}
