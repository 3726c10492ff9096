//! Migrations: fresh, again, changed, failing, newer, and several programs at once.

use store::{Error, Migration, Store, migrate_with, migrations};

use crate::support::{now, number, on_both, script, sqlite};

const BOTH: &str =
    "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (a integer REFERENCES a (id) ON DELETE CASCADE)";
const START: Migration = Migration { number: 1, name: "start", sqlite: BOTH, postgres: BOTH };
const ROWS: &str = "INSERT INTO a (id) VALUES (1); INSERT INTO b (a) VALUES (1);";
const FILL: Migration = Migration { number: 2, name: "fill", sqlite: ROWS, postgres: ROWS };
const NOTHING_THERE: &str = "INSERT INTO a (id) VALUES (2); INSERT INTO nothing (id) VALUES (1)";
const BROKEN: Migration = Migration { number: 3, name: "broken", sqlite: NOTHING_THERE, postgres: NOTHING_THERE };

async fn migrate(store: &Store, list: &[Migration]) -> Result<Vec<u32>, Error> {
    migrate_with(store, list, None, now()).await.map(|done| done.applied)
}

#[tokio::test]
async fn fresh_again_and_one_more() {
    on_both(|store| async move {
        assert_eq!(migrate(&store, &[START]).await.expect("migrates"), [1]);
        assert_eq!(migrate(&store, &[START]).await.expect("again"), [0; 0]);
        assert_eq!(migrate(&store, &[FILL, START]).await.expect("one more"), [2], "in order of their numbers");
        assert_eq!(number(&store, "SELECT count(*) FROM schema_migrations").await, 2);
        assert_eq!(number(&store, "SELECT count(*) FROM b").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_changed_one_is_named() {
    on_both(|store| async move {
        migrate(&store, &[START, FILL]).await.expect("migrates");
        let changed = Migration { sqlite: "SELECT 1", postgres: "SELECT 1", ..START };
        match migrate(&store, &[changed, FILL]).await {
            Err(Error::Migration { number: 1, name, cause }) if name == "start" && cause.contains("changed") => {}
            other => panic!("{other:?}"),
        }
        let other_line_ends: &'static str = Box::leak(format!("{ROWS}\r\n").into_boxed_str());
        let unix_line_ends: &'static str = Box::leak(format!("{ROWS}\n").into_boxed_str());
        let third = |sql| Migration { number: 3, name: "third", sqlite: sql, postgres: sql };
        script(&store, "DELETE FROM a").await;
        migrate(&store, &[START, FILL, third(unix_line_ends)]).await.expect("migrates");
        assert_eq!(migrate(&store, &[START, FILL, third(other_line_ends)]).await.expect("the same text"), [0; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_failing_one_leaves_the_old_data_and_is_named() {
    on_both(|store| async move {
        match migrate(&store, &[START, FILL, BROKEN]).await {
            Err(Error::Migration { number: 3, name, cause }) if name == "broken" => {
                assert!(cause.contains("nothing"), "{cause}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(number(&store, "SELECT count(*) FROM a").await, 1, "the first half of the broken one is undone");
        assert_eq!(number(&store, "SELECT max(number) FROM schema_migrations").await, 2);
        let mended = Migration { sqlite: "SELECT 1", postgres: "SELECT 1", ..BROKEN };
        assert_eq!(migrate(&store, &[START, FILL, mended]).await.expect("mended"), [3]);
    })
    .await;
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    on_both(|store| async move {
        migrate(&store, &[START, FILL]).await.expect("migrates");
        let outcome = migrate(&store, &[START]).await;
        assert!(matches!(outcome, Err(Error::SchemaNewer { found: 2, known: 1 })), "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn many_at_once_do_each_step_once() {
    on_both(|store| async move {
        let list = [START, FILL];
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { migrate(&store, &list).await })
            })
            .collect();
        let mut applied = Vec::new();
        for run in runs {
            applied.extend(run.await.expect("ends").expect("migrates"));
        }
        applied.sort_unstable();
        assert_eq!(applied, [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn sqlite_is_copied_before_it_is_changed() {
    let (store, folder) = sqlite().await;
    let copies = folder.path().join("copies");
    let first = migrate_with(&store, &[START], Some(&copies), now()).await.expect("migrates");
    assert_eq!(first.snapshot, None, "there was nothing to lose");
    let second = migrate_with(&store, &[START, FILL], Some(&copies), now()).await.expect("migrates");
    let copy = Store::open_sqlite(&second.snapshot.expect("a copy"), 1).await.expect("opens");
    assert_eq!(number(&copy, "SELECT count(*) FROM a").await, 0, "as it was before");
    let third = migrate_with(&store, &[START, FILL], Some(&copies), now()).await.expect("nothing to do");
    assert_eq!(third, store::Migrated::default());
}

/// The way SQLite changes a column: a new table, copy, drop the old one. Watched references would empty `b`.
#[tokio::test]
async fn sqlite_tables_can_be_rebuilt_without_losing_what_refers_to_them() {
    let (store, _folder) = sqlite().await;
    let rebuild = Migration {
        number: 3,
        name: "rebuild",
        sqlite: "CREATE TABLE a2 (id integer PRIMARY KEY, name text); INSERT INTO a2 (id) SELECT id FROM a;
                 DROP TABLE a; ALTER TABLE a2 RENAME TO a",
        postgres: "",
    };
    migrate(&store, &[START, FILL, rebuild]).await.expect("migrates");
    assert_eq!(number(&store, "SELECT count(*) FROM b").await, 1);

    let orphan = Migration { number: 4, name: "orphan", sqlite: "DELETE FROM a", postgres: "" };
    match migrate(&store, &[START, FILL, rebuild, orphan]).await {
        Err(Error::Migration { number: 4, cause, .. }) => {
            assert!(cause.contains("refers to a row of a"), "{cause}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(number(&store, "SELECT count(*) FROM a").await, 1);

    let mut tx = store.begin().await.expect("begins");
    let broken = tx.execute(&store::Statement::fixed("INSERT INTO b (a) VALUES (9)")).await;
    assert!(matches!(broken, Err(Error::ForeignKey)), "references are watched again");
}

#[tokio::test]
async fn the_embedded_ones_run() {
    let numbers: Vec<u32> = migrations().iter().map(|migration| migration.number).collect();
    assert!(numbers.is_sorted());
    on_both(|store| async move {
        store::migrate(&store, None, now()).await.expect("migrates");
        assert_eq!(store::migrate(&store, None, now()).await.expect("again").applied, [0; 0]);
    })
    .await;
}
