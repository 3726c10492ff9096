//! A mail server that takes everything and keeps it, or refuses it when it is told to.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// It listens on a port of its own.
#[derive(Debug)]
pub struct Sink {
    port: u16,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    mails: Vec<String>,
    refusal: Option<&'static str>,
}

impl Sink {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let kept = Arc::<Mutex<Kept>>::default();
        let shared = kept.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, shared.clone()));
            }
        });
        Self { port, kept }
    }

    /// How to reach it.
    pub fn settings(&self) -> iam::mail::Smtp {
        iam::mail::Smtp {
            host: "127.0.0.1".into(),
            port: self.port,
            encryption: "none".into(),
            user: None,
            password: None,
            from: "Tessera <tessera@example.org>".into(),
        }
    }

    /// From now on it answers every mail with this line, such as `451 later`; `None` takes them again.
    pub fn refuse(&self, refusal: Option<&'static str>) {
        self.kept.lock().expect("never poisoned").refusal = refusal;
    }

    /// Waits for the mail with this number, and answers it with soft line breaks undone.
    pub async fn mail(&self, number: usize) -> String {
        for _ in 0..500 {
            if let Some(mail) = self.kept.lock().expect("never poisoned").mails.get(number) {
                return mail.replace("=\r\n", "").replace("=3D", "=");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("mail {number} did not come");
    }

    /// How many mails came, after a moment in which more could have.
    pub async fn count(&self) -> usize {
        tokio::time::sleep(Duration::from_millis(200)).await;
        self.kept.lock().expect("never poisoned").mails.len()
    }
}

async fn converse(stream: TcpStream, kept: Arc<Mutex<Kept>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader);
    let _ = writer.write_all(b"220 sink\r\n").await;
    let mut line = String::new();
    while lines.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        let command = line.trim_end().to_ascii_uppercase();
        let refusal = kept.lock().expect("never poisoned").refusal.map(|line| format!("{line}\r\n"));
        let reply: &[u8] = match command.split_once([' ', ':']).map_or(command.as_str(), |(first, _)| first) {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "QUIT" => b"221 bye\r\n",
            "DATA" => {
                let _ = writer.write_all(b"354 go on\r\n").await;
                let mut mail = String::new();
                loop {
                    line.clear();
                    if lines.read_line(&mut line).await.unwrap_or(0) == 0 || line == ".\r\n" {
                        break;
                    }
                    mail.push_str(&line);
                }
                match &refusal {
                    Some(line) => line.as_bytes(),
                    None => {
                        kept.lock().expect("never poisoned").mails.push(mail);
                        b"250 kept\r\n"
                    }
                }
            }
            _ => b"250 ok\r\n",
        };
        if writer.write_all(reply).await.is_err() {
            break;
        }
        line.clear();
    }
}
