//! A server in a process of its own, and what the system says of it.

use crate::load::{self, Connection};
use crate::plain::Tuning;
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "a tile of the mosaic 7";

/// A running server.
pub struct Program {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Lines of its log, where it is listened to.
    log: Option<UnboundedReceiver<String>>,
}

impl Program {
    /// Starts Tessera on a data folder, or on a database server.
    pub async fn tessera(file: &Path, data: &Path, database: Option<&str>) -> Result<Self> {
        Self::tessera_with(file, data, database, &[]).await
    }

    /// The same with further environment variables.
    pub async fn tessera_with(
        file: &Path,
        data: &Path,
        database: Option<&str>,
        variables: &[(&str, String)],
    ) -> Result<Self> {
        let mut command = serve(file, data, database, variables);
        command.env("TESSERA_LOG_LEVEL", "warn").stderr(Stdio::inherit());
        Self::start(command).await
    }

    /// The same with an ear for its log.
    pub async fn tessera_heard(
        file: &Path,
        data: &Path,
        database: Option<&str>,
        variables: &[(&str, String)],
    ) -> Result<Self> {
        let mut command = serve(file, data, database, variables);
        command.env("TESSERA_LOG_LEVEL", "info").stderr(Stdio::piped());
        Self::start(command).await
    }

    /// Waits until its log says this.
    pub async fn said(&mut self, what: &str, patience: Duration) -> Result<()> {
        let log = self.log.as_mut().context("it is listened to")?;
        let heard = async {
            while let Some(line) = log.recv().await {
                if line.contains(what) {
                    return Ok(());
                }
            }
            bail!("the server ended without saying {what:?}")
        };
        tokio::time::timeout(patience, heard).await.with_context(|| format!("it does not say {what:?}"))?
    }

    /// Starts the handler written by hand on a database file.
    pub async fn plain(database: &Path, tuning: Tuning) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(if tuning == Tuning::Tuned { "tuned" } else { "plain" }).arg(database);
        Self::start(command).await
    }

    /// Starts the handler by hand for the tree of an audit, on a database file.
    pub async fn by_hand(database: &Path) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("by-hand").arg(database);
        Self::start(command).await
    }

    async fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().context("the server could not be started")?;
        let log = child.stderr.take().map(|errors| {
            let (sender, log) = unbounded_channel();
            let mut lines = BufReader::new(errors).lines();
            tokio::spawn(async move {
                // Read to the end, also when nobody listens any more: it must not fill the pipe.
                while let Ok(Some(line)) = lines.next_line().await {
                    let _ = sender.send(line);
                }
            });
            log
        });
        let output = child.stdout.take().context("it was piped")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some((_, address)) = line.split_once("listening on http://") {
                let address = address.trim().trim_end_matches('/').parse()?;
                // What else it says must not fill the pipe.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Self { child, address, log });
            }
        }
        bail!("the server ended without listening")
    }

    /// Asks once; fails unless the answer is a success.
    pub async fn ask(&self, request: &[u8]) -> Result<Vec<u8>> {
        let mut connection = Connection::open(self.address).await?;
        let (status, body) = connection.ask(request).await?;
        ensure!((200..300).contains(&status), "{status}: {}", String::from_utf8_lossy(body));
        Ok(body.to_vec())
    }

    /// The same with JSON on both sides.
    pub async fn post(&self, path: &str, token: &str, body: Value) -> Result<Value> {
        Ok(serde_json::from_slice(&self.ask(&load::post(path, token, &body.to_string())).await?)?)
    }

    /// A session of the administrator.
    pub async fn sign_in(&self) -> Result<String> {
        self.sign_in_as(EMAIL).await
    }

    /// A session of somebody whose password is the administrator's.
    pub async fn sign_in_as(&self, email: &str) -> Result<String> {
        let body = json!({ "email": email, "password": PASSWORD });
        let answer = self.post("/api/_allauth/app/v1/auth/login", "", body).await?;
        Ok(answer["meta"]["access_token"].as_str().context("a session")?.to_owned())
    }

    /// A token of whoever holds the session.
    pub async fn token(&self, session: &str) -> Result<String> {
        let answer = self.post("/api/iam/auth-tokens/", session, json!({ "name": "bench" })).await?;
        Ok(answer["token"].as_str().context("a token")?.to_owned())
    }

    /// Somebody new in some groups; returns their token.
    pub async fn reader(&self, session: &str, email: &str, groups: &[&str]) -> Result<String> {
        let user = self.post("/api/users/", session, json!({ "email": email, "user_groups": groups })).await?;
        let password = json!({ "user": user["id"], "new_password": PASSWORD, "confirm_new_password": PASSWORD });
        self.post("/api/iam/set-password/", session, password).await?;
        let session = self.sign_in_as(email).await?;
        self.token(&session).await
    }

    /// Memory in use, in kilobytes.
    pub fn memory(&self) -> Result<u64> {
        self.kilobytes("VmRSS:")
    }

    /// The most memory that was ever in use, in kilobytes.
    pub fn most_memory(&self) -> Result<u64> {
        self.kilobytes("VmHWM:")
    }

    /// The part of it that is no page of a file, in kilobytes.
    pub fn own_memory(&self) -> Result<u64> {
        self.kilobytes("RssAnon:")
    }

    fn kilobytes(&self, field: &'static str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)).context(field)?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
    }

    /// Processor time used so far, in ticks of the system.
    pub fn ticks(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id()?))?;
        let (_, fields) = stat.rsplit_once(") ").context("no name in it")?;
        let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<std::result::Result<f64, _>>()?)
    }

    fn id(&self) -> Result<u32> {
        self.child.id().context("it runs")
    }

    /// Ends it at once, as a power cut would.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Stops it as an administrator would, and waits.
    pub async fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill").arg(self.id()?.to_string()).status().await?;
        ensure!(asked.success(), "the server could not be told to stop");
        tokio::time::timeout(Duration::from_secs(30), self.child.wait())
            .await
            .context("the server does not stop")??;
        Ok(())
    }
}

fn serve(file: &Path, data: &Path, database: Option<&str>, variables: &[(&str, String)]) -> Command {
    let mut command = Command::new(file);
    command.arg("serve").args(["--listen", "127.0.0.1:0"]).arg("--data-dir").arg(data);
    command.env("TESSERA_ADMIN_EMAIL", EMAIL).env("TESSERA_ADMIN_PASSWORD", PASSWORD);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    if let Some(url) = database {
        command.env("TESSERA_DATABASE_URL", url);
    }
    command
}
