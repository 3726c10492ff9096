//! A database of its own for each test.

use server::config::{Database, Settings};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// `sqlite` or `postgres`: which database this run tests.
pub fn backend() -> &'static str {
    if postgres().is_some() { "postgres" } else { "sqlite" }
}

#[expect(clippy::disallowed_methods, reason = "the test run is configured by its environment")]
fn postgres() -> Option<String> {
    std::env::var("TESSERA_TEST_POSTGRES").ok()
}

/// A database on the server of the tests. It goes when this is dropped: hundreds of them would fill the disk.
#[derive(Debug)]
pub(crate) struct Scratch {
    server: String,
    name: String,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A test may end in the middle of its runtime, or by a panic: the last word needs a runtime of its own.
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.ok()?;
                tokio::spawn(connection);
                client.batch_execute(&sql).await.ok()
            })
        });
        if !matches!(gone.join(), Ok(Some(()))) {
            eprintln!("the database {} could not be dropped", self.name);
        }
    }
}

/// Points the settings to a fresh database.
pub(crate) async fn fresh(settings: &mut Settings) -> Option<Scratch> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let url = postgres()?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("tessera_test_{}_{number}", std::process::id());
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("dropped");
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("created");
    let (base, _) = url.rsplit_once('/').expect("the address ends with a database name");
    settings.database =
        Database { url: Some(server::config::Hidden::new(format!("{base}/{name}"))), ..settings.database.clone() };
    Some(Scratch { server: url, name })
}

/// The folder with the wire contract, beside the checkout here and in CI. Tests that use it say
/// so when it is absent.
pub fn shared_contract() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/contract");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("LEFT OUT: the recorded contract is not beside this checkout");
    None
}
