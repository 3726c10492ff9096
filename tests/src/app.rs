//! A program under test.

use crate::actor::{Actor, Answer};
use crate::database::{self, Scratch};
use crate::mail::Sink;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use engine::clock::Clock;
use engine::random::Random;
use serde_json::{Value, json};
use server::config::{FirstAdmin, Hidden, Settings};
use server::start::{Running, start};
use std::path::Path;
use tempfile::TempDir;

/// The administrator that every test starts with.
pub const ADMIN: &str = "admin@example.org";
/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery staple";

/// One program with its database, its clock and its administrator.
pub struct TestApp {
    running: Running,
    clock: Clock,
    folder: TempDir,
    admin: Actor,
    database: Option<Scratch>,
}

/// What a program that was stopped leaves behind: its folder and its database, until this is dropped.
#[derive(Debug)]
pub struct Remains {
    folder: TempDir,
    _database: Option<Scratch>,
}

impl Remains {
    /// The folder with the data.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestApp")
    }
}

/// The instant at which the clock of every test stands.
fn beginning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 9, 0, 0).single().expect("a time")
}

impl TestApp {
    /// Starts a program on a fresh database, with an administrator who is signed in.
    pub async fn start() -> Self {
        Self::with(|_| ()).await
    }

    /// The same with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = Settings {
            listen: "127.0.0.1:0".parse().expect("an address"),
            data_dir: folder.path().to_path_buf(),
            first_admin: Some(FirstAdmin { email: ADMIN.into(), password: Hidden::new(PASSWORD.into()) }),
            ..Settings::default()
        };
        change(&mut settings);
        let database = database::fresh(&mut settings).await;
        let clock = Clock::frozen(beginning());
        let running = start(settings, clock.clone(), Random::seeded(7)).await.expect("the program starts");
        let base = format!("http://{}", running.address);
        let admin = match running.setup_code {
            None => Actor::sign_in(&base, ADMIN, PASSWORD).await,
            Some(_) => Actor::anonymous(&base),
        };
        Self { running, clock, folder, admin, database }
    }

    /// Starts one that sends mail to a sink of its own, with links to `https://grc.example.org`.
    pub async fn with_mail() -> (Self, Sink) {
        let sink = Sink::start().await;
        let settings = sink.settings();
        let app = Self::with(|all| {
            all.smtp = Some(settings);
            all.public_url = Some("https://grc.example.org".into());
        })
        .await;
        (app, sink)
    }

    /// Scheme, address and port.
    pub fn base(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// The folder with the data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the handlers see.
    pub fn program(&self) -> &server::App {
        &self.running.app
    }

    /// The code of the set-up link, when there is no administrator.
    pub fn setup_code(&self) -> Option<&str> {
        self.running.setup_code.as_deref()
    }

    /// The clock, to read it or to move it.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Lets time pass.
    pub fn wait(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// Somebody without any credential.
    pub fn anonymous(&self) -> Actor {
        Actor::anonymous(&self.base())
    }

    /// The administrator, in a session; nobody while there is none.
    pub fn admin(&self) -> &Actor {
        &self.admin
    }

    /// Signs somebody in whose password is [`PASSWORD`].
    pub async fn sign_in(&self, email: &str) -> Actor {
        Actor::sign_in(&self.base(), email, PASSWORD).await
    }

    /// Makes a token for somebody in a session; the actor uses it in the header.
    pub async fn token_of(&self, session: &Actor) -> Actor {
        let made = session.post("/api/iam/auth-tokens/", json!({ "name": "test" })).await.expect(200);
        Actor::with_token(&self.base(), made.json["token"].as_str().expect("a value"))
    }

    /// Makes a domain with its groups below `parent` (or the root); returns its id.
    pub async fn domain(&self, name: &str, parent: Option<&str>) -> String {
        let mut body = json!({ "name": name, "create_iam_groups": true });
        if let Some(parent) = parent {
            body["parent_folder"] = json!(parent);
        }
        self.admin.post("/api/folders/", body).await.expect(201).id()
    }

    /// Makes a person, puts them into the group that is shown as `group` (`Ours - Reader`) if
    /// one is named, and signs them in.
    pub async fn person(&self, email: &str, group: Option<&str>) -> Actor {
        let user = self.admin.post("/api/users/", json!({ "email": email })).await.expect(201).id();
        let password = json!({ "user": user, "new_password": PASSWORD, "confirm_new_password": PASSWORD });
        self.admin.post("/api/iam/set-password/", password).await.expect(200);
        if let Some(group) = group {
            let id = self.group(group).await;
            self.admin
                .post(&format!("/api/user-groups/{id}/add-members/"), json!({ "users": [user] }))
                .await
                .expect(200);
        }
        self.sign_in(email).await
    }

    /// The id of the group that is shown as `name`.
    pub async fn group(&self, name: &str) -> String {
        let groups = self.admin.get("/api/user-groups/").await.expect(200);
        let rows = groups.rows();
        let found = rows.iter().find(|row| row["name"] == name);
        found.unwrap_or_else(|| panic!("there is no group {name}"))["id"].as_str().expect("an id").to_owned()
    }

    /// Makes an asset; returns its id.
    pub async fn asset(&self, name: &str, folder: &str) -> String {
        let body = json!({ "name": name, "folder": folder, "is_published": false });
        self.admin.post("/api/assets/", body).await.expect(201).id()
    }

    /// The root folder's id.
    pub async fn root(&self) -> String {
        let folders = self.admin.get("/api/folders/?content_type=GLOBAL").await.expect(200);
        folders.rows()[0]["id"].as_str().expect("an id").to_owned()
    }

    /// What a request that changes nothing costs: the least of several times, for the log may be sealed beside one.
    pub async fn cost<W: Future<Output = Answer>>(&self, ask: impl Fn() -> W) -> (u64, Answer) {
        let mut least = self.statements(ask()).await;
        for _ in 0..3 {
            let again = self.statements(ask()).await;
            if again.0 < least.0 {
                least = again;
            }
        }
        least
    }

    /// Statements that the program ran for `work`, begun when it is at rest. Nothing else may go on meanwhile.
    pub async fn statements(&self, work: impl Future<Output = Answer>) -> (u64, Answer) {
        self.rest().await;
        let before = self.running.app.store.statements();
        let answer = work.await;
        (self.running.app.store.statements() - before, answer)
    }

    /// Waits until the audit log is sealed and the database is asked for nothing.
    async fn rest(&self) {
        let program = &self.running.app;
        engine::audit::seal(&program.engine).await.expect("the log is sealed");
        for _ in 0..100 {
            let before = program.store.statements();
            tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            if program.store.statements() == before {
                return;
            }
        }
        panic!("the program is never at rest");
    }

    /// Stops the program cleanly and hands back what it leaves behind.
    pub async fn stop(self) -> Remains {
        self.running.stop().await;
        Remains { folder: self.folder, _database: self.database }
    }
}

/// An empty object: the body of requests that need none.
pub(crate) fn nothing() -> Value {
    json!({})
}
