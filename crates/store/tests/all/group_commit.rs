//! Many writers on SQLite share one commit. Nobody waits forever, nobody is told of what is not on the disk, and what
//! one of them undoes is its own.

use std::sync::Arc;
use std::time::Duration;

use store::{Error, Statement, Store};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::support::{number, script, sqlite};

const COUNT: &str = "SELECT count(*) FROM t";
/// Far longer than anything here takes: whoever needs it is stuck.
const STUCK: Duration = Duration::from_secs(20);

async fn opened() -> (Store, tempfile::TempDir) {
    let (store, folder) = sqlite().await;
    script(
        &store,
        "CREATE TABLE t (id bigint PRIMARY KEY, other bigint REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    .await;
    (store, folder)
}

fn insert(id: i64) -> Statement {
    Statement::fixed("INSERT INTO t (id) VALUES ($1)").with(id)
}

async fn write(store: &Store, id: i64) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    tx.execute(&insert(id)).await?;
    tokio::task::yield_now().await;
    tx.commit().await
}

async fn two_hundred_writers() {
    let (store, folder) = opened().await;
    let mut writers = JoinSet::new();
    for id in 0..200 {
        let store = store.clone();
        writers.spawn(async move {
            if id % 5 == 0 {
                let mut tx = store.begin().await.expect("begins");
                tx.execute(&insert(id)).await.expect("inserts");
                tokio::task::yield_now().await;
                return; // gives up: only its own row goes
            }
            write(&store, id).await.expect("commits");
            // What was acknowledged is seen from outside at once.
            let mut peek = store.peek().await.expect("peeks");
            let mine = Statement::fixed("SELECT id FROM t WHERE id = $1").with(id);
            assert_eq!(peek.one(&mine, |row| row.int(0)).await.expect("reads"), Some(Some(id)));
        });
    }
    timeout(STUCK, writers.join_all()).await.expect("nobody waits forever");
    assert_eq!(number(&store, COUNT).await, 160);
    store.close().await;
    let again = Store::open_sqlite(&folder.path().join("test.sqlite"), 1).await.expect("opens again");
    assert_eq!(number(&again, COUNT).await, 160);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_writers_on_many_threads() {
    two_hundred_writers().await;
}

#[tokio::test]
async fn two_hundred_writers_on_one_thread() {
    two_hundred_writers().await;
}

/// Rolls the middle one of three back while the first already waits in the group.
#[tokio::test]
async fn a_rollback_inside_a_group_is_its_own() {
    let (store, _folder) = opened().await;
    let mut first = store.begin().await.expect("begins");
    first.execute(&insert(1)).await.expect("inserts");
    let (middle, last) = {
        let (a, b) = (store.clone(), store.clone());
        let middle = tokio::spawn(async move {
            let mut tx = a.begin().await.expect("begins");
            tx.execute(&insert(2)).await.expect("inserts");
            assert!(
                matches!(tx.execute(&insert(1)).await, Err(Error::Unique { .. })),
                "it sees the first of the group"
            );
        });
        tokio::task::yield_now().await;
        (middle, tokio::spawn(async move { write(&b, 3).await }))
    };
    tokio::task::yield_now().await;
    first.commit().await.expect("commits");
    middle.await.expect("ends");
    last.await.expect("ends").expect("commits");
    assert_eq!(number(&store, "SELECT sum(id) FROM t").await, 4);
}

/// The first hands over to one who then never comes: it gives up while it queues.
#[tokio::test]
async fn the_one_behind_gives_up() {
    let (store, _folder) = opened().await;
    let mut first = store.begin().await.expect("begins");
    first.execute(&insert(1)).await.expect("inserts");
    let behind = tokio::spawn({
        let store = store.clone();
        async move { store.begin().await.map(drop) }
    });
    tokio::task::yield_now().await;
    assert_eq!(store.pool().waiting, 1);
    let first = tokio::spawn(first.commit());
    tokio::task::yield_now().await;
    behind.abort();
    timeout(STUCK, first).await.expect("is not stuck").expect("ends").expect("commits");
    assert_eq!(number(&store, COUNT).await, 1);
}

/// Members leave between the hand-over and the commit; the others get their answer, and the work is not left open.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn members_leave_at_any_moment() {
    let (store, _folder) = opened().await;
    for round in 0..50_i64 {
        let mut stay = JoinSet::new();
        let mut leave = Vec::new();
        for i in 0..20 {
            let (store, id) = (store.clone(), round * 100 + i);
            let writer = async move { write(&store, id).await };
            if i % 3 == 0 {
                leave.push(tokio::spawn(writer));
            } else {
                stay.spawn(writer);
            }
        }
        let delay = Duration::from_micros(u64::try_from(round).expect("positive") * 20);
        tokio::time::sleep(delay).await;
        leave.iter().for_each(tokio::task::JoinHandle::abort);
        let answers = timeout(STUCK, stay.join_all()).await.expect("nobody waits forever");
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }
    let kept = number(&store, COUNT).await;
    assert!(kept >= 50 * 13, "{kept}");
    // Nothing is left open: a stranger can write at once.
    timeout(STUCK, write(&store, -1)).await.expect("is not stuck").expect("commits");
}

/// The outer commit fails (a deferred reference points nowhere): everybody in the group hears of it, nothing is kept,
/// and the writer works on.
#[tokio::test]
async fn when_the_commit_fails_the_whole_group_hears_of_it() {
    let (store, _folder) = opened().await;
    let mut good = store.begin().await.expect("begins");
    good.execute(&insert(1)).await.expect("inserts");
    let bad = tokio::spawn({
        let store = store.clone();
        async move {
            let mut tx = store.begin().await?;
            tx.execute(&Statement::fixed("INSERT INTO t (id, other) VALUES (2, 99)")).await?;
            tx.commit().await
        }
    });
    tokio::task::yield_now().await;
    let good = good.commit().await;
    let bad = bad.await.expect("ends");
    assert!(matches!((&good, &bad), (Err(Error::ForeignKey), Err(Error::ForeignKey))), "{good:?} {bad:?}");
    assert_eq!(number(&store, COUNT).await, 0);
    write(&store, 3).await.expect("works on");
}

/// SQLite can end the outer transaction on its own, as it does when the disk is full. Nobody may then believe to have
/// committed, and nothing may run outside a transaction.
#[tokio::test]
async fn when_sqlite_rolls_everything_back_the_whole_group_hears_of_it() {
    let (store, _folder) = opened().await;
    let mut good = store.begin().await.expect("begins");
    good.execute(&insert(1)).await.expect("inserts");
    let bad = tokio::spawn({
        let store = store.clone();
        async move {
            let mut tx = store.begin().await.expect("begins");
            tx.nested().await.expect("opens");
            tx.execute(&insert(2)).await.expect("inserts");
            let everything = Statement::fixed("INSERT OR ROLLBACK INTO t (id) VALUES (2)");
            assert!(tx.execute(&everything).await.is_err());
            assert!(tx.undo().await.is_err(), "there is nothing left to go back to");
            assert!(tx.execute(&insert(3)).await.is_err());
        }
    });
    tokio::task::yield_now().await;
    let good = timeout(STUCK, good.commit()).await.expect("is not stuck");
    assert!(good.is_err());
    bad.await.expect("ends");
    assert_eq!(number(&store, COUNT).await, 0);
    write(&store, 4).await.expect("works on");
}

/// A panic in a closure undoes its own transaction and nothing else.
#[tokio::test]
async fn a_panic_leaves_the_writer_usable() {
    let (store, _folder) = opened().await;
    let panicked = tokio::spawn({
        let store = store.clone();
        async move {
            let mut tx = store.begin().await.expect("begins");
            tx.execute(&insert(1)).await.expect("inserts");
            tx.each(&Statement::fixed("SELECT id FROM t"), |_| panic!("on purpose")).await.expect("never here");
        }
    });
    assert!(panicked.await.is_err());
    write(&store, 2).await.expect("works on");
    assert_eq!(number(&store, "SELECT sum(id) FROM t").await, 2);
}

/// Closing while many write: each is told either that it is kept or that the store is closed, and that is true.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_amid_writers_keeps_what_was_acknowledged() {
    let (store, folder) = opened().await;
    let acknowledged = Arc::new(std::sync::atomic::AtomicI64::new(0));
    let mut writers = JoinSet::new();
    for id in 0..200 {
        let (store, acknowledged) = (store.clone(), Arc::clone(&acknowledged));
        writers.spawn(async move {
            match write(&store, id).await {
                Ok(()) => {
                    acknowledged.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                }
                Err(Error::Closed) => {}
                Err(other) => panic!("{other}"),
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(2)).await;
    timeout(STUCK, store.close()).await.expect("closes");
    timeout(STUCK, writers.join_all()).await.expect("nobody waits forever");
    let again = Store::open_sqlite(&folder.path().join("test.sqlite"), 1).await.expect("opens again");
    assert_eq!(number(&again, COUNT).await, acknowledged.load(std::sync::atomic::Ordering::SeqCst));
}
