//! Transactions on both databases: what is kept, what is not, what is seen.

use std::time::Duration;

use store::{Error, Statement, Store};
use tokio::time::timeout;

use crate::support::{number, on_both, postgres, script, sqlite};

const COUNT: &str = "SELECT count(*) FROM t";

async fn table(store: &Store) {
    script(store, "CREATE TABLE t (id bigint PRIMARY KEY)").await;
}

fn insert(id: i64) -> Statement {
    Statement::fixed("INSERT INTO t (id) VALUES ($1)").with(id)
}

#[tokio::test]
async fn what_is_dropped_is_rolled_back() {
    on_both(|store| async move {
        table(&store).await;
        for id in 0..10 {
            let mut tx = store.begin().await.expect("begins");
            tx.execute(&insert(id)).await.expect("inserts");
        }
        assert_eq!(number(&store, COUNT).await, 0);
        let mut tx = store.begin().await.expect("begins");
        tx.execute(&insert(1)).await.expect("inserts");
        tx.commit().await.expect("commits");
        assert_eq!(number(&store, COUNT).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_nested_part_fails_alone() {
    on_both(|store| async move {
        table(&store).await;
        let mut tx = store.begin().await.expect("begins");
        for id in [1, 2, 1, 3] {
            tx.nested().await.expect("opens");
            match tx.execute(&insert(id)).await {
                Ok(_) => tx.keep().await.expect("keeps"),
                Err(Error::Unique { .. }) => {
                    assert!(matches!(tx.keep().await, Err(Error::Aborted)));
                    tx.undo().await.expect("undoes");
                }
                Err(other) => panic!("{other}"),
            }
        }
        tx.nested().await.expect("opens");
        tx.execute(&insert(4)).await.expect("inserts");
        tx.nested().await.expect("opens deeper");
        tx.execute(&insert(5)).await.expect("inserts");
        tx.keep().await.expect("keeps the inner");
        tx.undo().await.expect("undoes both");
        assert!(tx.undo().await.is_err(), "nothing is open");
        tx.commit().await.expect("commits");
        assert_eq!(number(&store, COUNT).await, 3);
    })
    .await;
}

#[tokio::test]
async fn after_a_failure_nothing_is_kept() {
    on_both(|store| async move {
        table(&store).await;
        let mut tx = store.begin().await.expect("begins");
        tx.execute(&insert(1)).await.expect("inserts");
        assert!(matches!(tx.execute(&insert(1)).await, Err(Error::Unique { .. })));
        assert!(matches!(tx.execute(&insert(2)).await, Err(Error::Aborted)));
        assert!(matches!(tx.commit().await, Err(Error::Aborted)));
        assert_eq!(number(&store, COUNT).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_read_sees_one_moment_and_cannot_write() {
    on_both(|store| async move {
        table(&store).await;
        let count = Statement::fixed(COUNT);
        let mut read = store.read().await.expect("reads");
        assert_eq!(read.one(&count, |row| row.int(0)).await.expect("counts"), Some(Some(0)));
        script(&store, "INSERT INTO t (id) VALUES (1)").await;
        assert_eq!(read.one(&count, |row| row.int(0)).await.expect("counts"), Some(Some(0)));
        assert!(read.execute(&insert(2)).await.is_err());
        drop(read);
        assert_eq!(number(&store, COUNT).await, 1);
    })
    .await;
}

#[tokio::test]
async fn rows_stream_until_the_closure_has_enough() {
    on_both(|store| async move {
        table(&store).await;
        let mut tx = store.begin().await.expect("begins");
        for id in 0..100 {
            tx.execute(&insert(id)).await.expect("inserts");
        }
        let query = Statement::fixed("SELECT id FROM t ORDER BY id");
        let all = tx.all(&query, |row| Ok(row.int(0)?.unwrap_or_default())).await.expect("reads");
        assert_eq!(all, (0..100).collect::<Vec<_>>());
        assert_eq!(tx.one(&query, |row| row.int(0)).await.expect("reads"), Some(Some(0)));
        let none = Statement::fixed("SELECT id FROM t WHERE id = $1").with(-1);
        assert_eq!(tx.one(&none, |row| row.int(0)).await.expect("reads"), None);
        let returning = Statement::fixed("DELETE FROM t WHERE id = $1 RETURNING id").with(5);
        assert_eq!(tx.one(&returning, |row| row.int(0)).await.expect("deletes"), Some(Some(5)));
        let mut seen = 0;
        let stopped = tx
            .each(&query, |_| {
                seen += 1;
                if seen == 3 { Err(Error::Retry) } else { Ok(()) }
            })
            .await;
        assert!(matches!(stopped, Err(Error::Retry)) && seen == 3);
    })
    .await;
}

#[tokio::test]
async fn statements_are_counted_and_frames_are_not() {
    on_both(|store| async move {
        table(&store).await;
        let before = store.statements();
        let mut tx = store.begin().await.expect("begins");
        tx.nested().await.expect("opens");
        tx.execute(&insert(1)).await.expect("inserts");
        tx.keep().await.expect("keeps");
        tx.commit().await.expect("commits");
        number(&store, COUNT).await;
        assert_eq!(store.statements() - before, 2);
    })
    .await;
}

#[tokio::test]
async fn a_closed_store_refuses() {
    on_both(|store| async move {
        table(&store).await;
        assert!(store.pool().available >= 1);
        store.close().await;
        store.close().await;
        assert!(matches!(store.begin().await, Err(Error::Closed)));
        assert!(matches!(store.read().await, Err(Error::Closed)));
        assert!(matches!(store.peek().await, Err(Error::Closed)));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let outcome = Store::open_postgres("postgres://nobody:secret@127.0.0.1:1/none", None, 1).await;
    match outcome.err() {
        Some(Error::Unreachable(why)) => assert!(!why.contains("secret"), "{why}"),
        other => panic!("{other:?}"),
    }
    let folder = tempfile::tempdir().expect("a folder");
    let outcome = Store::open_sqlite(&folder.path().join("no/such/folder.sqlite"), 1).await;
    assert!(matches!(outcome.err(), Some(Error::Unreachable(_))));
}

#[tokio::test]
async fn closing_folds_the_log_into_the_file() {
    let (store, folder) = sqlite().await;
    table(&store).await;
    number(&store, COUNT).await;
    store.close().await;
    let files: Vec<_> =
        std::fs::read_dir(folder.path()).expect("lists").map(|f| f.expect("a file").file_name()).collect();
    assert_eq!(files, ["test.sqlite"], "no -wal, no -shm");
}

#[tokio::test]
async fn a_snapshot_is_a_whole_database() {
    let (store, folder) = sqlite().await;
    table(&store).await;
    script(&store, "INSERT INTO t (id) VALUES (1), (2)").await;
    let file = folder.path().join("copy.sqlite");
    store.snapshot_to(&file).await.expect("copies");
    assert!(store.snapshot_to(&file).await.is_err(), "never overwrites");
    let copy = Store::open_sqlite(&file, 1).await.expect("opens");
    assert_eq!(number(&copy, COUNT).await, 2);
    if let Some(store) = postgres().await {
        assert!(matches!(store.snapshot_to(&file).await, Err(Error::Unsupported)));
    }
}

/// A statement whose caller leaves must neither keep the connection busy nor hand a half-done transaction to the next.
#[tokio::test]
async fn leaving_in_the_middle_frees_the_server() {
    let Some(store) = postgres().await else { return };
    table(&store).await;
    // From at once to well under way: the caller may leave at any moment.
    for patience in 0..12 {
        let mut tx = store.begin().await.expect("begins");
        tx.execute(&insert(1)).await.expect("inserts");
        let sleep = Statement::fixed("SELECT 1 FROM pg_sleep(60)");
        let asked = tx.one(&sleep, |row| row.int(0));
        assert!(timeout(Duration::from_millis(patience), asked).await.is_err());
        assert!(matches!(tx.commit().await, Err(Error::Aborted)));
    }
    assert_eq!(number(&store, COUNT).await, 0);
    for _ in 0..100 {
        // Each time anew: within a transaction the server would repeat its first answer.
        let busy = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE '%pg_sleep(60)' AND state = 'active'";
        if number(&store, busy).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server still sleeps");
}
