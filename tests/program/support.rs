//! What several files of this target need: the database behind the program's back, and the
//! program as a process.

use blackbox::{Actor, Answer, TestApp};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// The database of a program, spoken to directly: what somebody with its password can do.
pub enum Raw {
    Sqlite(Box<std::sync::Mutex<rusqlite::Connection>>),
    Postgres(tokio_postgres::Client),
}

impl Raw {
    pub async fn of(app: &TestApp) -> Self {
        let settings = &app.program().settings;
        match &settings.database.url {
            None => Self::file(&settings.data_dir.join("tessera.sqlite3")),
            Some(url) => {
                let (client, connection) =
                    tokio_postgres::connect(url.expose(), tokio_postgres::NoTls).await.expect("PostgreSQL answers");
                tokio::spawn(connection);
                Self::Postgres(client)
            }
        }
    }

    pub fn file(file: &Path) -> Self {
        let connection = rusqlite::Connection::open(file).expect("the file opens");
        connection.busy_timeout(Duration::from_secs(10)).expect("a timeout");
        Self::Sqlite(Box::new(connection.into()))
    }

    /// Runs statements that answer nothing.
    pub async fn run(&self, sql: &str) {
        match self {
            Self::Sqlite(connection) => connection.lock().expect("free").execute_batch(sql).expect(sql),
            Self::Postgres(client) => client.batch_execute(sql).await.expect(sql),
        }
    }

    /// Rows whose cells are all texts.
    pub async fn texts(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        match self {
            Self::Sqlite(connection) => {
                let connection = connection.lock().expect("free");
                let mut statement = connection.prepare(sql).expect(sql);
                let width = statement.column_count();
                let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect());
                rows.expect(sql).collect::<Result<_, _>>().expect(sql)
            }
            Self::Postgres(client) => {
                let rows = client.query(sql, &[]).await.expect(sql);
                rows.iter().map(|row| (0..row.len()).map(|at| row.get(at)).collect()).collect()
            }
        }
    }

    /// One number.
    pub async fn number(&self, sql: &str) -> i64 {
        let rows = self.texts(&format!("SELECT CAST(({sql}) AS text)")).await;
        rows[0][0].as_deref().unwrap_or("0").parse().expect("a number")
    }

    /// SQL that shows bytes as hexadecimal text.
    pub fn hex(&self, column: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("hex({column})"),
            Self::Postgres(_) => format!("encode({column}, 'hex')"),
        }
    }

    /// Bytes as SQL.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let hex = bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        match self {
            Self::Sqlite(_) => format!("x'{hex}'"),
            Self::Postgres(_) => format!("CAST('\\x{hex}' AS bytea)"),
        }
    }
}

/// The entries that one request left, oldest first.
pub async fn entries_of(app: &TestApp, answer: &Answer) -> Vec<Value> {
    let request = answer.header("x-request-id").expect("a request id");
    let page = app.admin().get(&format!("/api/audit-log/?request_id={request}")).await.expect(200);
    let mut rows = page.rows();
    rows.reverse();
    rows
}

/// The only entry that one request left.
#[track_caller]
pub fn only(entries: Vec<Value>) -> Value {
    assert_eq!(entries.len(), 1, "{entries:#?}");
    entries.into_iter().next().expect("one")
}

/// An actor that holds a token of the administrator, and the token's id.
pub async fn admin_token(app: &TestApp) -> (Actor, String) {
    let body = serde_json::json!({ "name": "script" });
    let made = app.admin().post("/api/iam/auth-tokens/", body).await.expect(200);
    (Actor::with_token(&app.base(), made.json["token"].as_str().expect("a value")), made.id())
}

/// The program's file, built once from the sources that this test was built from.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        // The same selection as everywhere, so that nothing is compiled in two ways.
        let arguments = ["build", "--quiet", "--workspace", "--bin", "tessera"];
        let mut cargo = Command::new(env!("CARGO"));
        for (name, _) in std::env::vars_os() {
            // What cargo tells a test about its package would make it build others anew.
            if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|own| name.to_string_lossy().starts_with(own)) {
                cargo.env_remove(name);
            }
        }
        let status = cargo.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).status();
        // This test lies in deps/, beside which the programs are.
        let own = std::env::current_exe().expect("a path");
        status
            .is_ok_and(|status| status.success())
            .then(|| own.ancestors().nth(2).expect("a target folder").join("tessera"))
    });
    program.as_deref().expect("the program can be built")
}

/// The program with these arguments and an empty environment.
pub fn tessera(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.env_clear().args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it to its end.
pub fn run(arguments: &[&str]) -> Ran {
    Ran::of(&tessera(arguments).output().expect("it starts"))
}

/// Runs it with a line to read.
pub fn run_with(arguments: &[&str], line: &str) -> Ran {
    let mut child = tessera(arguments).stdin(Stdio::piped()).spawn().expect("it starts");
    writeln!(child.stdin.take().expect("a pipe"), "{line}").expect("it reads");
    Ran::of(&child.wait_with_output().expect("it ends"))
}

/// Arguments that name the database of a program under test.
pub fn same_database(app: &TestApp) -> [String; 2] {
    let settings = &app.program().settings;
    match &settings.database.url {
        None => ["--data-dir".into(), settings.data_dir.display().to_string()],
        Some(url) => ["--database-url".into(), url.expose().to_owned()],
    }
}

/// How a run ended and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        self
    }
}

/// A running server, killed with the test if it is not stopped.
pub struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Server {
    pub fn start(command: Command) -> Self {
        Self::with(command, Stdio::null())
    }

    /// The same with its log in a file.
    pub fn logging(command: Command, log: &Path) -> Self {
        Self::with(command, std::fs::File::create(log).expect("a file").into())
    }

    fn with(mut command: Command, log: Stdio) -> Self {
        let mut child = command.stderr(log).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, lines }
    }

    /// The next line of its standard output.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// The address in its first line.
    pub fn address(&mut self) -> String {
        let line = self.line();
        line.strip_prefix("Tessera is listening on ").unwrap_or_else(|| panic!("no address: {line}")).to_owned()
    }

    pub fn terminate(&self) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-TERM", &id]).status().expect("kill");
        assert!(status.success());
    }

    /// Waits for its end: the exit code, and what it still printed.
    pub fn wait(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).expect("text");
        (self.child.wait().expect("an end").code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
