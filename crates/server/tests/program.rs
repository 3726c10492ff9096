//! The program as a person or a script meets it: arguments, lines, exit codes, signals.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

const PASSWORD: &str = "a quiet harbour 9";

/// The program in an empty environment, with its data in `folder`.
fn tessera(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.env_clear().arg("--data-dir").arg(folder.join("data")).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    tessera(folder, arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A running server; killed with the test if it is not stopped.
struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Sends SIGTERM; what was still printed, and whether it ended well.
    fn stop(mut self) -> (String, bool) {
        let killed = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success());
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        (rest, self.child.wait().unwrap().success())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request without any client library; status line, headers and body as they came.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn serves_on_an_empty_disk_and_stops_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(tessera(folder.path(), &["--listen", "127.0.0.1:0"]));
    let first = server.line();
    let address = first.strip_prefix("Tessera is listening on http://").unwrap().to_owned();
    let link = server.line();
    let code = link.strip_prefix(&format!("Set up the first administrator: http://{address}/setup?code=")).unwrap();
    assert!(code.len() >= 32, "{code}");
    let health = get(&address, "/api/health/");
    assert!(health.starts_with("HTTP/1.1 200 OK\r\n"), "{health}");
    let page = get(&address, "/assets");
    assert!(page.contains("content-security-policy: default-src 'self';"), "{page}");

    // A second one finds the port taken, before it touches any data.
    let other = tempfile::tempdir().unwrap();
    let second = run(other.path(), &["--listen", &address]);
    assert_eq!(second.status.code(), Some(3));
    assert!(stderr(&second).contains("is taken by another program"), "{}", stderr(&second));
    assert!(!other.path().join("data").exists());

    // An idle connection, as browsers open ahead of need, does not delay the end.
    let _idle = TcpStream::connect(&address).unwrap();
    let (rest, well) = server.stop();
    assert_eq!(rest, "", "standard output holds two lines and nothing else");
    assert!(well);
    let data = folder.path().join("data");
    assert!(data.join("tessera.sqlite3").is_file());
    assert!(!data.join("tessera.sqlite3-wal").exists(), "the database was closed cleanly");
}

#[test]
fn an_unattended_start_has_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--listen", "127.0.0.1:0", "--public-url", "https://grc.example.org"];
    let mut command = tessera(folder.path(), &arguments);
    command.env("TESSERA_ADMIN_EMAIL", "first@example.org").env("TESSERA_ADMIN_PASSWORD", PASSWORD);
    let mut server = Server::start(command);
    assert!(server.line().starts_with("Tessera is listening on http://127.0.0.1:"));
    assert_eq!(server.line(), "https://grc.example.org");
    assert_eq!(server.stop(), (String::new(), true));

    let weak = tempfile::tempdir().unwrap();
    let mut command = tessera(weak.path(), &arguments);
    let output = command.env("TESSERA_ADMIN_EMAIL", "a@example.org").env("TESSERA_ADMIN_PASSWORD", "12345").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("password: This password is too short."), "{}", stderr(&output));
    assert!(!stderr(&output).contains("12345"));
}

#[test]
fn administrators_are_made_and_mended_at_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let typed = |arguments: &[&str], password: &str| {
        let mut child = tessera(folder.path(), arguments).stdin(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        child.wait_with_output().unwrap()
    };
    let create = ["admin", "create", "--email", "a@example.org", "--password-stdin"];
    let weak = typed(&create, "1234");
    assert_eq!(weak.status.code(), Some(1));
    assert!(stderr(&weak).contains("too short"), "{}", stderr(&weak));
    let made = typed(&create, PASSWORD);
    assert_eq!(stdout(&made), "a@example.org is an administrator now.\n", "{}", stderr(&made));
    assert_eq!(typed(&create, PASSWORD).status.code(), Some(1), "the address is taken");

    let reset = |email| ["admin", "reset-password", "--email", email, "--password-stdin"];
    assert_eq!(typed(&reset("A@example.org"), "another quiet harbour 9").status.code(), Some(0));
    let nobody = typed(&reset("b@example.org"), PASSWORD);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(stderr(&nobody).contains("There is no account"), "{}", stderr(&nobody));
    assert_eq!(run(folder.path(), &create[..4]).status.code(), Some(2), "nobody is there to ask");

    let checkpoint = folder.path().join("checkpoint.json");
    let file = checkpoint.to_str().unwrap();
    assert_eq!(run(folder.path(), &["audit", "checkpoint", file]).status.code(), Some(0));
    let proof = run(folder.path(), &["audit", "verify", "--checkpoint", file]);
    assert_eq!(proof.status.code(), Some(0), "{}{}", stdout(&proof), stderr(&proof));
    assert!(stdout(&proof).ends_with(" entries, 0 not sealed yet, 0 findings\n"), "{}", stdout(&proof));
    let text = fs::read_to_string(&checkpoint).unwrap();
    let hash = serde_json::from_str::<serde_json::Value>(&text).unwrap()["hash"].as_str().unwrap().to_owned();
    fs::write(&checkpoint, text.replace(&hash, &"0".repeat(64))).unwrap();
    let proof = run(folder.path(), &["audit", "verify", "--checkpoint", file]);
    assert_eq!(proof.status.code(), Some(1));
    assert!(stdout(&proof).contains("it was rewritten or cut\n"), "{}", stdout(&proof));
}

#[test]
fn what_cannot_be_used_has_a_code_and_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let free = "127.0.0.1:0";
    fs::write(folder.path().join("data"), "a file, not a folder").unwrap();
    let output = run(folder.path(), &["--listen", free]);
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("--data-dir"), "{}", stderr(&output));

    let empty = tempfile::tempdir().unwrap();
    let output = run(empty.path(), &["audit", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("there is no database"), "{}", stderr(&output));

    // Nobody listens on a port that was just given back.
    let silent = TcpListener::bind(free).unwrap().local_addr().unwrap();
    let output = run(empty.path(), &["--listen", free, "--database-url", &format!("postgres://u:hush@{silent}/t")]);
    assert_eq!(output.status.code(), Some(5), "{}", stderr(&output));
    assert!(!stderr(&output).contains("hush"), "{}", stderr(&output));

    let config = empty.path().join("tessera.toml");
    fs::write(&config, "lsiten = \"127.0.0.1:0\"\n").unwrap();
    let output = run(empty.path(), &["--config", config.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean “listen”?"), "{}", stderr(&output));

    fs::write(&config, "no certificate").unwrap();
    let file = config.to_str().unwrap();
    let output = run(empty.path(), &["--listen", free, "--tls-cert", file, "--tls-key", file]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("TLS certificate in"), "{}", stderr(&output));
}

#[test]
fn metrics_have_a_listener_of_their_own_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut server = Server::start(tessera(folder.path(), &["--listen", "127.0.0.1:0", "--metrics-listen", &port]));
    server.line();
    assert!(get(&port, "/api/health/").starts_with("HTTP/1.1 200"));
    let metrics = get(&port, "/metrics");
    assert!(metrics.contains("tessera_database_info{dialect=\"sqlite\"} 1"), "{metrics}");
    assert!(get(&port, "/").starts_with("HTTP/1.1 404"));
    assert!(server.stop().1);
}
