//! A load generator: a few connections that each send the next request when the answer is there.
//! Loopback only, bounded in time. It reads no more of HTTP than it needs, to leave the processor
//! to the servers.

use anyhow::{Context as _, Result, bail, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Connections at the same time.
const CONNECTIONS: usize = 4;

/// Makes the bytes of the request with this number.
pub type Request = Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// A GET as bytes; without a credential when the token is empty.
pub fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\n{}\r\n", head(token)).into_bytes()
}

/// A POST of JSON as bytes.
pub fn post(path: &str, token: &str, body: &str) -> Vec<u8> {
    with_body("POST", path, token, body)
}

/// A PATCH of JSON as bytes.
pub fn patch(path: &str, token: &str, body: &str) -> Vec<u8> {
    with_body("PATCH", path, token, body)
}

/// A DELETE as bytes.
pub fn delete(path: &str, token: &str) -> Vec<u8> {
    format!("DELETE {path} HTTP/1.1\r\n{}\r\n", head(token)).into_bytes()
}

/// A GET with further header lines, each with its end.
pub fn get_with(path: &str, token: &str, lines: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\n{}{lines}\r\n", head(token)).into_bytes()
}

/// A POST of a file.
pub fn upload(path: &str, token: &str, name: &str, content: &[u8]) -> Vec<u8> {
    let (head, length) = (head(token), content.len());
    let disposition = format!("Content-Disposition: attachment; filename={name}\r\n");
    let head = format!("POST {path} HTTP/1.1\r\n{head}{disposition}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), content].concat()
}

fn with_body(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = head(token);
    format!(
        "{method} {path} HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn head(token: &str) -> String {
    let credential = if token.is_empty() { String::new() } else { format!("Authorization: Token {token}\r\n") };
    format!("Host: localhost\r\nAccept: application/json\r\n{credential}")
}

/// Answers a second while `time` passes.
pub async fn run(to: SocketAddr, request: &Request, time: Duration) -> Result<f64> {
    run_each(to, &vec![request.clone(); CONNECTIONS], time).await
}

/// The same with a connection for each of the requests.
pub async fn run_each(to: SocketAddr, requests: &[Request], time: Duration) -> Result<f64> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    ensure!(to.ip().is_loopback(), "load goes to this machine only");
    let start = Instant::now();
    let mut workers = Vec::new();
    for request in requests.iter().cloned() {
        workers.push(tokio::spawn(async move {
            let mut connection = Connection::open(to).await?;
            let mut answers = 0_u32;
            while start.elapsed() < time {
                let (status, body) = connection.ask(&request(NEXT.fetch_add(1, Ordering::Relaxed))).await?;
                ensure!((200..300).contains(&status), "answered with {status}: {}", String::from_utf8_lossy(body));
                answers += 1;
            }
            Ok(answers)
        }));
    }
    let mut answers = 0.0;
    for worker in workers {
        answers += f64::from(worker.await??);
    }
    Ok(answers / start.elapsed().as_secs_f64())
}

/// How long each answer takes over so many connections while `time` passes, from the first byte sent to the last one
/// received, the fastest first.
pub async fn times(to: SocketAddr, request: &Request, connections: usize, time: Duration) -> Result<Vec<Duration>> {
    ensure!(to.ip().is_loopback(), "load goes to this machine only");
    let start = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..connections {
        let request = request.clone();
        workers.push(tokio::spawn(async move {
            let mut connection = Connection::open(to).await?;
            let (mut number, mut times) = (0, Vec::new());
            while start.elapsed() < time {
                let bytes = request(number);
                let begun = Instant::now();
                let (status, body) = connection.ask(&bytes).await?;
                times.push(begun.elapsed());
                ensure!((200..305).contains(&status), "answered with {status}: {}", String::from_utf8_lossy(body));
                number += 1;
            }
            Ok(times)
        }));
    }
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await??);
    }
    times.sort_unstable();
    Ok(times)
}

/// One connection that stays open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(to: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(128 * 1024) })
    }

    /// A header of the last answer.
    pub fn header(&self, name: &str) -> Option<String> {
        let end = self.buffer.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&self.buffer[..end]).ok()?;
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    }

    /// Sends a request and waits for its answer: status and body.
    pub async fn ask(&mut self, request: &[u8]) -> Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let body = loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..body])?.to_ascii_lowercase();
        let status = head.split(' ').nth(1).context("no status")?.parse()?;
        if matches!(status, 204 | 304) {
            // There is no body, and nothing that says so.
            return Ok((status, &self.buffer[body..body]));
        }
        let Some(length) = head.lines().find_map(|line| line.strip_prefix("content-length: ")) else {
            bail!("an answer without a length: {head}");
        };
        let end = body + length.trim().parse::<usize>()?;
        while self.buffer.len() < end {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
        }
        Ok((status, &self.buffer[body..end]))
    }
}
