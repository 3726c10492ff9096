//! Equal marks mean equal data, whoever writes and on whichever connection it is read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use store::{Mark, Statement, Store};

use crate::support::{on_both, script, sqlite};

const SCHEMA: &str = "CREATE TABLE t (id bigint PRIMARY KEY); INSERT INTO t (id) VALUES (0)";

/// The mark of a snapshot and the number of rows that it shows.
async fn looked(store: &Store) -> (Option<Mark>, i64) {
    let mut tx = store.read_marked().await.expect("begins");
    let count = tx.one(&Statement::fixed("SELECT count(*) FROM t"), |row| row.int(0)).await.expect("counts");
    (tx.mark().cloned(), count.flatten().expect("a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_changes_with_every_commit() {
    on_both(|store| async move {
        script(&store, SCHEMA).await;
        let mut seen: HashMap<Mark, i64> = HashMap::new();
        for id in 1..20 {
            script(&store, &format!("INSERT INTO t (id) VALUES ({id})")).await;
            let (mark, count) = looked(&store).await;
            assert_eq!(count, id + 1);
            assert_eq!(seen.insert(mark.expect("nobody else commits"), count), None, "a mark from before");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_side_by_side_share_a_mark() {
    let (store, _folder) = sqlite().await;
    script(&store, SCHEMA).await;
    let first = store.read_marked().await.expect("begins");
    let second = store.read_marked().await.expect("begins");
    assert!(first.mark().is_some() && first.mark() == second.mark(), "two connections, one state");
    script(&store, "INSERT INTO t (id) VALUES (1)").await;
    let third = store.read_marked().await.expect("begins");
    assert_ne!(first.mark(), third.mark());
    drop((first, second, third));
    assert_eq!(store.read().await.expect("begins").mark(), None, "only those that ask for one have one");
    store.close().await;
}

/// PostgreSQL is asked several times: what others do in the same cluster moves its marks as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_mark_stays_while_nobody_commits() {
    on_both(|store| async move {
        script(&store, SCHEMA).await;
        let mut stayed = false;
        for _ in 0..50 {
            let (before, after) = (looked(&store).await, looked(&store).await);
            stayed |= before.0.is_some() && before == after;
        }
        assert!(stayed);
    })
    .await;
}

/// The command line writes to the file that the server serves.
#[tokio::test(flavor = "multi_thread")]
async fn a_mark_follows_writes_of_another_process() {
    let (store, folder) = sqlite().await;
    script(&store, SCHEMA).await;
    let other = Store::open_sqlite(&folder.path().join("test.sqlite"), 1).await.expect("it opens");
    let mut last = looked(&store).await;
    for id in 1..10 {
        script(&other, &format!("INSERT INTO t (id) VALUES ({id})")).await;
        let now = looked(&store).await;
        assert!(now.0.is_some() && now.0 != last.0);
        last = now;
    }
    other.close().await;
    store.close().await;
}

/// An open transaction that commits later, and one that is undone: what is seen changes with the first alone.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_committed_is_in_no_mark() {
    on_both(|store| async move {
        script(&store, SCHEMA).await;
        let mut undone = store.begin().await.expect("begins");
        undone.execute(&Statement::fixed("INSERT INTO t (id) VALUES ($1)").with(1_i64)).await.expect("inserts");
        let during = looked(&store).await;
        drop(undone);
        script(&store, "INSERT INTO t (id) VALUES (2)").await;
        let after = looked(&store).await;
        assert_eq!((during.1, after.1), (1, 2));
        assert_ne!(during.0, after.0);
    })
    .await;
}

/// Readers and writers at once: all who read under one mark read the same, on SQLite with a second process.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn equal_marks_show_equal_data_while_others_write() {
    on_both(|store| async move {
        script(&store, SCHEMA).await;
        race(&store, &store).await;
    })
    .await;
    let (store, folder) = sqlite().await;
    script(&store, SCHEMA).await;
    let other = Store::open_sqlite(&folder.path().join("test.sqlite"), 1).await.expect("it opens");
    race(&store, &other).await;
    other.close().await;
    store.close().await;
}

async fn race(reading: &Store, writing: &Store) {
    const ROWS: i64 = 300;
    let seen: Arc<Mutex<HashMap<Mark, i64>>> = Arc::default();
    let other = writing.clone();
    let writer = tokio::spawn(async move {
        for id in 1..ROWS {
            script(&other, &format!("INSERT INTO t (id) VALUES ({id})")).await;
        }
    });
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (store, seen) = (reading.clone(), seen.clone());
            tokio::spawn(async move {
                let mut marked = 0;
                loop {
                    let (mark, count) = looked(&store).await;
                    if let Some(mark) = mark {
                        marked += 1;
                        let known = *seen.lock().expect("never poisoned").entry(mark.clone()).or_insert(count);
                        assert_eq!(known, count, "{mark:?}");
                    }
                    if count == ROWS {
                        return marked;
                    }
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    writer.await.expect("writes");
    for reader in readers {
        assert!(reader.await.expect("reads") > 0, "nothing was compared");
    }
}
