//! A mail server that keeps nothing but whom it heard of: how often each token was named, and in which mails.

use anyhow::Result;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the name of a token begins with, and how many digits follow.
pub const MARK: &str = "notice-";
pub const DIGITS: usize = 7;

/// The server; ends when it is dropped.
pub struct Sink {
    /// The port it listens on.
    pub port: u16,
    heard: Arc<Mutex<Heard>>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Heard {
    names: HashMap<String, u32>,
    mails: HashSet<String>,
    repeated: u64,
    last: Option<Instant>,
    nameless: u64,
}

/// What it heard so far.
pub struct Told {
    /// Tokens that were named, and those that were named more than once.
    pub once: u64,
    pub again: u64,
    /// Mails that came once more, with the same Message-ID: whoever gets them sees one.
    pub repeated: u64,
    /// Mails without a name.
    pub nameless: u64,
    /// When the last token was first named.
    pub last: Option<Instant>,
}

impl Sink {
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let taken = heard.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let heard = taken.clone();
                // A program that is killed hangs up in the middle; what it did not finish it did not tell.
                tokio::spawn(async move { drop(talk(stream, &heard).await) });
            }
        });
        Ok(Self { port, heard, accepting })
    }

    pub fn told(&self) -> Told {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let again = heard.names.values().filter(|times| **times > 1).count();
        let Heard { nameless, last, repeated, .. } = *heard;
        Told { once: heard.names.len() as u64, again: again as u64, repeated, nameless, last }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// As much of SMTP as a client needs that sends plain mail.
async fn talk(stream: TcpStream, heard: &Mutex<Heard>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let verb = line.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut mail).await? == 0 {
                        return Ok(());
                    }
                }
                heard.lock().unwrap_or_else(PoisonError::into_inner).note(&mail);
                b"250 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 sink\r\n",
        };
        stream.write_all(answer).await?;
        line.clear();
    }
    Ok(())
}

impl Heard {
    fn note(&mut self, mail: &str) {
        let Some(name) = name(mail) else {
            self.nameless += 1;
            return;
        };
        let message = mail.lines().find(|line| line.starts_with("Message-ID:")).unwrap_or_default();
        if !self.mails.insert(message.to_owned()) {
            self.repeated += 1;
            return;
        }
        let times = self.names.entry(name).or_default();
        *times += 1;
        if *times == 1 {
            self.last = Some(Instant::now());
        }
    }
}

/// The token that a mail speaks of. Long lines of quoted-printable text are broken with `=`.
fn name(mail: &str) -> Option<String> {
    let text = mail.replace("=\r\n", "");
    let (_, after) = text.split_once(MARK)?;
    let digits = after.get(..DIGITS)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_is_found_across_a_soft_line_break() {
        let mail = "Subject: x\r\n\r\nYour token =E2=80=9Cnotice-00=\r\n00042=E2=80=9D expires\r\n.\r\n";
        assert_eq!(name(mail).as_deref(), Some("0000042"));
        assert_eq!(name("Subject: x\r\n\r\nnotice-12\r\n.\r\n"), None);
        assert_eq!(name("Subject: x\r\n\r\nhello\r\n.\r\n"), None);
    }
}
