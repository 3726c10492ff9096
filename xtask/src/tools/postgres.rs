//! A PostgreSQL cluster for tests and measurements: made in a temporary folder from Debian's packages, on a free port of
//! the loopback address, and gone when it is dropped.
//!
//! The server is a plain child process in our process group, so Ctrl-C ends it as well.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use super::debian;
use super::program::Program;

/// The tests open many databases at once.
const SETTINGS: [&str; 3] = ["max_connections=300", "listen_addresses=127.0.0.1", "log_min_messages=fatal"];
/// Durability costs time, and tests have nothing to lose.
const FAST: [&str; 3] = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"];
const START_LIMIT: Duration = Duration::from_mins(1);

/// What happens to a commit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    /// It is on the disk before it is answered, as PostgreSQL does it unless told otherwise.
    Durable,
    /// It may be lost.
    Fast,
}

/// A running cluster.
pub(crate) struct Cluster {
    programs: PathBuf,
    account: Account,
    dir: TempDir,
    port: u16,
    server: Child,
}

impl Cluster {
    /// Makes and starts one, and returns when it takes connections.
    pub(crate) fn start(commits: Commits) -> Result<Self> {
        debian::ensure("postgresql", || programs().is_some())?;
        let programs = programs().context("PostgreSQL's programs are not where Debian puts them")?;
        let account = Account::choose()?;
        let dir = TempDir::with_prefix("tessera-postgres-")?;
        account.give(dir.path())?;
        initialise(&account, &programs, dir.path())?;

        let port = free_port()?;
        let server = serve(&account, &programs, dir.path(), port, commits)?;
        let mut cluster = Self { programs, account, dir, port, server };
        cluster.wait()?;
        println!("PostgreSQL is listening on 127.0.0.1:{port}");
        Ok(cluster)
    }

    /// The address of its maintenance database; the account may create others.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < START_LIMIT {
            if self.server.try_wait()?.is_some() {
                break;
            }
            let ready = Program::new(self.programs.join("pg_isready"))
                .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
                .succeeds();
            if ready {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        let log = fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
        bail!("PostgreSQL did not start:\n{log}")
    }
}

fn initialise(account: &Account, programs: &Path, dir: &Path) -> Result<()> {
    let status = account
        .command(&programs.join("initdb"))
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
        .args(["--no-sync", "--no-instructions", "--pgdata"])
        .arg(dir.join("data"))
        .stdout(Stdio::null())
        .status()
        .context("could not start initdb")?;
    ensure!(status.success(), "initdb ended with {status}");
    Ok(())
}

/// Starts the server; what it says goes to the file `log`.
fn serve(account: &Account, programs: &Path, dir: &Path, port: u16, commits: Commits) -> Result<Child> {
    let fast: &[&str] = if commits == Commits::Fast { &FAST } else { &[] };
    let log = File::create(dir.join("log"))?;
    account
        .command(&programs.join("postgres"))
        .arg("-D")
        .arg(dir.join("data"))
        .args(["-p", &port.to_string()])
        .args(SETTINGS.iter().chain(fast).flat_map(|setting| ["-c", setting]))
        .arg("-c")
        .arg(format!("unix_socket_directories={}", dir.display()))
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("could not start postgres")
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stopped = self
            .account
            .command(&self.programs.join("pg_ctl"))
            .args(["stop", "--silent", "--mode=immediate", "--pgdata"])
            .arg(self.dir.path().join("data"))
            .status()
            .is_ok_and(|status| status.success());
        if !stopped {
            // It may have ended by itself; a kill is then harmless.
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// PostgreSQL refuses to run as root: the account that Debian made for it stands in.
enum Account {
    Ours,
    Postgres { user: u32, group: u32 },
}

impl Account {
    fn choose() -> Result<Self> {
        if !debian::is_root() {
            return Ok(Self::Ours);
        }
        let id = |flag: &str| -> Result<u32> {
            let id = Program::new("id").args([flag, "postgres"]).output()?;
            Ok(id.trim().parse()?)
        };
        Ok(Self::Postgres { user: id("-u")?, group: id("-g")? })
    }

    fn give(&self, dir: &Path) -> Result<()> {
        match *self {
            Self::Ours => Ok(()),
            Self::Postgres { user, group } => Ok(chown(dir, Some(user), Some(group))?),
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).current_dir("/");
        if let Self::Postgres { user, group } = *self {
            command.uid(user).gid(group);
        }
        command
    }
}

/// Debian keeps each major version in a folder of its own; the newest wins.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|version| {
            let path = version.ok()?.path();
            let number: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let programs = path.join("bin");
            programs.join("postgres").is_file().then_some((number, programs))
        })
        .max()
        .map(|(_, programs)| programs)
}

pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
