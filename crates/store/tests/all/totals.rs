//! A total is what counting finds, however often it was asked before and whoever writes in between.

use store::{Statement, Store, Tx};

use crate::support::{on_both, script, sqlite};

const SCHEMA: &str = "CREATE TABLE parents (id bigint PRIMARY KEY); \
                      CREATE TABLE t (id bigint PRIMARY KEY, parent bigint REFERENCES parents (id) ON DELETE CASCADE)";

fn count(most: i64) -> Statement {
    Statement::fixed("SELECT count(*) FROM t WHERE id <= $1").with(most)
}

async fn total(tx: &mut Tx, most: i64) -> i64 {
    tx.total(&count(most)).await.expect("counts")
}

/// Asked twice in a transaction of its own, and compared with what a count finds.
async fn checked(store: &Store, most: i64) -> i64 {
    let mut tx = store.read().await.expect("begins");
    let first = total(&mut tx, most).await;
    let counted = tx.one(&count(most), |row| row.int(0)).await.expect("counts").flatten();
    assert_eq!((Some(first), first), (counted, total(&mut tx, most).await));
    first
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_follows_every_write() {
    on_both(|store| async move {
        script(&store, SCHEMA).await;
        for id in 0..5 {
            script(&store, &format!("INSERT INTO parents (id) VALUES ({id})")).await;
            script(&store, &format!("INSERT INTO t (id, parent) VALUES ({id}, {id})")).await;
            assert_eq!(checked(&store, 100).await, id + 1);
        }
        assert_eq!((checked(&store, 1).await, checked(&store, 100).await), (2, 5));
        script(&store, "UPDATE t SET id = id + 100 WHERE id = 4").await;
        assert_eq!(checked(&store, 100).await, 4);
        script(&store, "DELETE FROM t WHERE id = 3").await;
        assert_eq!(checked(&store, 100).await, 3);
        // Rows that go because others go.
        script(&store, "DELETE FROM parents WHERE id < 2").await;
        assert_eq!(checked(&store, 100).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_is_as_old_as_its_snapshot() {
    on_both(|store| async move {
        script(&store, SCHEMA).await;
        let mut before = store.read().await.expect("begins");
        assert_eq!(total(&mut before, 9).await, 0);
        script(&store, "INSERT INTO t (id) VALUES (1)").await;
        // Beside the open one, so on another connection.
        assert_eq!(checked(&store, 9).await, 1);
        assert_eq!(total(&mut before, 9).await, 0);
        drop(before);
        assert_eq!(checked(&store, 9).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_counts_what_it_has_written() {
    on_both(|store| async move {
        script(&store, SCHEMA).await;
        let mut tx = store.begin().await.expect("begins");
        for id in 0..3 {
            tx.execute(&Statement::fixed("INSERT INTO t (id) VALUES ($1)").with(id)).await.expect("inserts");
            assert_eq!(total(&mut tx, 9).await, id + 1);
        }
        drop(tx);
        assert_eq!(checked(&store, 9).await, 0);
    })
    .await;
}

/// The command line writes to the file that the server serves.
#[tokio::test(flavor = "multi_thread")]
async fn a_total_follows_writes_of_another_process() {
    let (store, folder) = sqlite().await;
    script(&store, SCHEMA).await;
    let other = Store::open_sqlite(&folder.path().join("test.sqlite"), 1).await.expect("it opens");
    for id in 0..4 {
        script(&other, &format!("INSERT INTO t (id) VALUES ({id})")).await;
        assert_eq!(checked(&store, 100).await, id + 1);
    }
    other.close().await;
    store.close().await;
}

/// Readers and a writer at once: a transaction finds exactly as many rows as its total says.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn totals_and_rows_are_of_one_moment() {
    on_both(|store| async move {
        script(&store, SCHEMA).await;
        let writing = store.clone();
        let writer = tokio::spawn(async move {
            for id in 0..300 {
                script(&writing, &format!("INSERT INTO t (id) VALUES ({id})")).await;
            }
        });
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    while checked(&store, 1000).await < 300 {
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        writer.await.expect("writes");
        for reader in readers {
            reader.await.expect("reads");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_total_fails_the_transaction() {
    on_both(|store| async move {
        let mut tx = store.read().await.expect("begins");
        assert!(tx.total(&Statement::fixed("SELECT count(*) FROM nowhere")).await.is_err());
        assert!(matches!(tx.total(&Statement::fixed("SELECT 1")).await, Err(store::Error::Aborted)));
    })
    .await;
}
