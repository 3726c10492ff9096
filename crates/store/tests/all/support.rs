//! A fresh, empty store for each test: SQLite in a temporary folder, and PostgreSQL in a database of its own on the server
//! that `TESSERA_TEST_POSTGRES` names.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use store::{Statement, Store};
use tempfile::TempDir;
use tokio_postgres::NoTls;

/// The clock of all tests.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-24T06:00:00.123456Z".parse().expect("a time")
}

/// A store on SQLite, and the folder that it lives in.
pub(crate) async fn sqlite() -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open_sqlite(&folder.path().join("test.sqlite"), 4).await.expect("it opens");
    (store, folder)
}

/// A store on PostgreSQL, or `None`, said aloud, when no server is named.
pub(crate) async fn postgres() -> Option<Store> {
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let url = server()?;
    let name = format!("store_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("the server answers");
    tokio::spawn(connection);
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("dropped");
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("created");
    let (server, _) = url.rsplit_once('/').expect("a url that ends in a database");
    Some(Store::open_postgres(&format!("{server}/{name}"), None, 4).await.expect("it opens"))
}

/// The url of the server for tests, or `None`, said aloud.
pub(crate) fn server() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
    let url = std::env::var("TESSERA_TEST_POSTGRES").ok();
    if url.is_none() {
        eprintln!("LEFT OUT: PostgreSQL is not tested; set TESSERA_TEST_POSTGRES=postgres://user@host:port/postgres");
    }
    url
}

/// Runs the same test on both databases.
pub(crate) async fn on_both<F: Future<Output = ()>>(test: impl Fn(Store) -> F) {
    let (store, _folder) = sqlite().await;
    test(store.clone()).await;
    store.close().await;
    if let Some(store) = postgres().await {
        test(store.clone()).await;
        store.close().await;
    }
}

/// Runs a script in a transaction of its own.
pub(crate) async fn script(store: &Store, sql: &str) {
    let mut tx = store.begin().await.expect("begins");
    tx.script(sql).await.expect("runs");
    tx.commit().await.expect("commits");
}

/// The single number a query answers, seen from outside any transaction.
pub(crate) async fn number(store: &Store, sql: &'static str) -> i64 {
    let mut tx = store.peek().await.expect("peeks");
    let found = tx.one(&Statement::fixed(sql), |row| row.int(0)).await.expect("reads");
    found.flatten().expect("a number")
}
