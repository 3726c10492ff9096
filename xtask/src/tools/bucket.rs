//! An S3-compatible service for tests: `moto`, in memory, on a free port of the loopback address, gone when it is dropped.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::{postgres, python};

const START_LIMIT: Duration = Duration::from_mins(1);

/// A running service.
pub(crate) struct Bucket {
    port: u16,
    server: Child,
}

impl Bucket {
    /// Starts one, and returns when it takes connections.
    pub(crate) fn start() -> Result<Self> {
        let port = postgres::free_port()?;
        let program = python::installed("moto_server")?;
        let server = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        let mut bucket = Self { port, server };
        bucket.wait()?;
        println!("an S3-compatible service is listening on 127.0.0.1:{port}");
        Ok(bucket)
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < START_LIMIT && self.server.try_wait()?.is_none() {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        bail!("moto_server did not start")
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
