//! What goes in comes out, and means the same on both databases.

use serde_json::json;
use store::{Column, Dialect, Error, Kind, Statement, Value, columns, tables};
use uuid::Uuid;

use crate::support::{now, number, on_both, script};

const KINDS: [(&str, Kind); 8] = [
    ("id", Kind::Uuid),
    ("title", Kind::Text),
    ("size", Kind::Int),
    ("weight", Kind::Real),
    ("active", Kind::Bool),
    ("made_at", Kind::Time),
    ("due", Kind::Date),
    ("extra", Kind::Json),
];

fn create(dialect: Dialect) -> String {
    let columns: Vec<String> =
        KINDS.iter().map(|(name, kind)| format!("{name} {}", kind.column_type(dialect))).collect();
    let bytes = if dialect == Dialect::Sqlite { "BLOB" } else { "bytea" };
    format!(
        "CREATE TABLE things ({}, raw {bytes}, must {} NOT NULL DEFAULT 0)",
        columns.join(", "),
        Kind::Int.column_type(dialect)
    )
}

fn insert(values: [Value; 9]) -> Statement {
    values.into_iter().fold(
        Statement::fixed(
            "INSERT INTO things (id, title, size, weight, active, made_at, due, extra, raw)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        ),
        Statement::with,
    )
}

const SELECT: &str = "SELECT id, title, size, weight, active, made_at, due, extra, raw FROM things";

#[tokio::test]
async fn values_come_back_as_they_were() {
    on_both(|store| async move {
        script(&store, &create(store.dialect())).await;
        let id = Uuid::from_u128(0xABCD_EF01_2345);
        let (title, due) = ("é \"q\" \\ \n\u{1} 😀", "2024-02-29".parse::<chrono::NaiveDate>().expect("a day"));
        let extra = json!({"a": [1, 2.5, null, "ü"]});
        let mut tx = store.begin().await.expect("begins");
        let values = [
            id.into(),
            title.into(),
            i64::MIN.into(),
            0.1.into(),
            true.into(),
            now().into(),
            due.into(),
            extra.clone().into(),
            vec![0_u8, 255].into(),
        ];
        assert_eq!(tx.execute(&insert(values)).await.expect("inserts"), 1);
        let found = tx
            .one(&Statement::fixed(SELECT), |row| {
                assert_eq!(row.uuid(0)?, Some(id));
                assert_eq!(row.text(0)?.as_deref(), Some("00000000-0000-0000-0000-abcdef012345"));
                assert_eq!(row.text_ref(1)?, Some(title));
                assert_eq!(row.int(2)?, Some(i64::MIN));
                assert_eq!(row.real(3)?, Some(0.1));
                assert_eq!(row.bool(4)?, Some(true));
                assert_eq!(row.time(5)?, Some(now()));
                assert_eq!(row.text(5)?.as_deref(), Some("2026-11-24T06:00:00.123456Z"));
                assert_eq!(row.date(6)?, Some(due));
                assert_eq!(row.json(7)?, Some(extra.clone()));
                assert_eq!(row.bytes(8)?, Some(vec![0, 255]));
                assert!(matches!(row.int(1), Err(Error::Cell { column: 1, .. })));
                assert!(matches!(row.int(99), Err(Error::Cell { column: 99, .. })));
                let mut out = Vec::new();
                for (i, (_, kind)) in KINDS.iter().enumerate() {
                    out.push(if i == 0 { b'[' } else { b',' });
                    row.write_json(i, *kind, &mut out)?;
                }
                out.push(b']');
                Ok(out)
            })
            .await
            .expect("reads")
            .expect("a row");
        let shown: serde_json::Value = serde_json::from_slice(&found).expect("JSON");
        let wanted = json!([
            "00000000-0000-0000-0000-abcdef012345",
            title,
            i64::MIN,
            0.1,
            true,
            "2026-11-24T06:00:00.123456Z",
            "2024-02-29",
            extra
        ]);
        assert_eq!(shown, wanted);
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn nulls_come_back_as_none() {
    on_both(|store| async move {
        script(&store, &create(store.dialect())).await;
        let mut tx = store.begin().await.expect("begins");
        tx.execute(&insert([const { Value::Null }; 9])).await.expect("inserts");
        tx.each(&Statement::fixed(SELECT), |row| {
            assert_eq!((row.uuid(0)?, row.text(1)?, row.int(2)?, row.real(3)?), (None, None, None, None));
            assert_eq!((row.bool(4)?, row.time(5)?, row.date(6)?, row.json(7)?), (None, None, None, None));
            assert_eq!((row.bytes(8)?, row.text_ref(1)?), (None, None));
            let mut out = Vec::new();
            row.write_json(1, Kind::Text, &mut out)?;
            assert_eq!(out, b"null");
            Ok(())
        })
        .await
        .expect("reads");
    })
    .await;
}

#[tokio::test]
async fn counts_sums_and_averages_are_numbers() {
    on_both(|store| async move {
        script(&store, &create(store.dialect())).await;
        script(&store, "INSERT INTO things (size) VALUES (1), (2)").await;
        let mut tx = store.read().await.expect("reads");
        let query = Statement::fixed("SELECT count(*), sum(size), avg(size), max(size) > 1, sum(size) * 2 FROM things");
        tx.each(&query, |row| {
            assert_eq!(
                (row.int(0)?, row.int(1)?, row.real(2)?, row.bool(3)?),
                (Some(2), Some(3), Some(1.5), Some(true))
            );
            assert_eq!(row.real(4)?, Some(6.0));
            Ok(())
        })
        .await
        .expect("reads");
        drop(tx);
        assert_eq!(number(&store, "SELECT 7").await, 7);
    })
    .await;
}

#[tokio::test]
async fn text_goes_into_typed_columns() {
    on_both(|store| async move {
        script(&store, &create(store.dialect())).await;
        let id = "00000000-0000-0000-0000-abcdef012345";
        let mut tx = store.begin().await.expect("begins");
        let values = [
            id.into(),
            Uuid::nil().into(),
            7.into(),
            3.into(),
            false.into(),
            "2026-11-24T06:00:00.123456Z".into(),
            "2026-11-24".into(),
            "{\"a\":1}".into(),
            Value::Null,
        ];
        tx.execute(&insert(values)).await.expect("inserts");
        let by_text = Statement::fixed("SELECT title, weight, made_at, extra FROM things WHERE id = $1").with(id);
        let found =
            tx.one(&by_text, |row| Ok((row.text(0)?, row.real(1)?, row.time(2)?, row.json(3)?))).await.expect("reads");
        assert_eq!(found, Some((Some(Uuid::nil().to_string()), Some(3.0), Some(now()), Some(json!({"a": 1})))));
    })
    .await;
}

#[tokio::test]
async fn lists_are_one_parameter() {
    on_both(|store| async move {
        script(&store, &create(store.dialect())).await;
        let ids: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let mut tx = store.begin().await.expect("begins");
        for (i, id) in ids.iter().enumerate() {
            let statement = Statement::fixed("INSERT INTO things (id, title, size) VALUES ($1, $2, $3)");
            let i = i64::try_from(i).expect("small");
            tx.execute(&statement.with(*id).with(format!("\"{i}")).with(i)).await.expect("inserts");
        }
        let lists: [(&str, Value, i64); 5] = [
            ("id", ids[1..].into(), 2),
            ("title", vec!["\"0".to_owned(), "none".to_owned()].into(), 1),
            ("size", vec![0_i64, 1, 2].into(), 3),
            ("id", Value::Uuids(vec![]), 0),
            ("id", Value::Texts(vec![ids[0].to_string()]), 1),
        ];
        for (column, list, wanted) in lists {
            let mut query = Statement::new(store.dialect());
            query.push("SELECT count(*) FROM things WHERE size >= ").bind(0).push(" AND ").bind_in(column, list);
            let found = tx.one(&query, |row| row.int(0)).await.expect("reads");
            assert_eq!(found, Some(Some(wanted)), "{column}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_invalid_and_no_panic() {
    on_both(|store| async move {
        script(&store, &create(store.dialect())).await;
        let set = |value: Value| Statement::fixed("UPDATE things SET title = $1").with(value);
        let bad = [
            set("a\0b".into()),
            Statement::fixed("UPDATE things SET extra = $1").with(json!({"a": "\0"})),
            Statement::fixed("UPDATE things SET must = $1").with(1).with(2),
            Statement::fixed("INSERT INTO things (must) VALUES ($1)").with(Value::Null),
            Statement::fixed("UPDATE things SET due = $1").with(chrono::NaiveDate::MAX),
        ];
        for statement in bad {
            let mut tx = store.begin().await.expect("begins");
            let outcome = tx.execute(&statement).await;
            assert!(matches!(outcome, Err(Error::Invalid(_))), "{statement:?}: {outcome:?}");
        }
        if store.dialect() == Dialect::Postgres {
            for (column, value) in [("id", Value::from("no uuid")), ("size", "x".into()), ("active", 3.into())] {
                let mut tx = store.begin().await.expect("begins");
                let mut statement = Statement::new(Dialect::Postgres);
                statement.push(&format!("UPDATE things SET {column} = ")).bind(value);
                let outcome = tx.execute(&statement).await;
                assert!(matches!(outcome, Err(Error::Invalid(_))), "{column}: {outcome:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn collisions_have_the_same_name() {
    on_both(|store| async move {
        script(
            &store,
            "CREATE TABLE folders (id integer PRIMARY KEY, parent integer REFERENCES folders (id), name text,
                UNIQUE (parent, name));
             CREATE UNIQUE INDEX folders_lower ON folders (lower(name)) WHERE parent IS NULL;
             INSERT INTO folders (id, parent, name) VALUES (1, NULL, 'root'), (2, 1, 'a')",
        )
        .await;
        let outcome = async |sql: &'static str| {
            let mut tx = store.begin().await.expect("begins");
            tx.execute(&Statement::fixed(sql)).await
        };
        let unique = async |sql: &'static str| match outcome(sql).await {
            Err(Error::Unique { constraint }) => constraint,
            other => panic!("{sql}: {other:?}"),
        };
        assert_eq!(unique("INSERT INTO folders (id) VALUES (1)").await, "folders.id");
        let both = unique("INSERT INTO folders (id, parent, name) VALUES (3, 1, 'a')").await;
        assert_eq!(both, "folders.parent, folders.name");
        assert_eq!(unique("INSERT INTO folders (id, name) VALUES (3, 'ROOT')").await, "folders_lower");
        for sql in ["INSERT INTO folders (id, parent) VALUES (3, 9)", "DELETE FROM folders WHERE id = 1"] {
            assert!(matches!(outcome(sql).await, Err(Error::ForeignKey)), "{sql}");
        }
        match outcome("SELECT nonsense FROM folders").await {
            Err(Error::Other(cause)) => assert!(cause.to_string().contains("nonsense"), "{cause}"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn the_schema_can_be_asked() {
    on_both(|store| async move {
        script(&store, &create(store.dialect())).await;
        let mut tx = store.read().await.expect("reads");
        assert_eq!(tables(&mut tx).await.expect("tables"), ["things"]);
        let found: Vec<Column> = columns(&mut tx, "things").await.expect("columns");
        assert_eq!(found.len(), 10);
        for ((name, kind), column) in KINDS.iter().zip(&found) {
            assert!(column.name == *name && column.nullable && column.holds(store.dialect(), *kind), "{column:?}");
        }
        assert_eq!(found[8].kind, None, "bytes");
        assert!(!found[9].nullable);
        assert!(columns(&mut tx, "nothing").await.expect("columns").is_empty());
    })
    .await;
}

#[tokio::test]
async fn values_of_each_row_go_by_number_as_well() {
    on_both(|store| async move {
        script(&store, &create(store.dialect())).await;
        let mut tx = store.begin().await.expect("begins");
        let rows = [(1, "one"), (2, "two")].map(|(size, title)| vec![Value::from(size), Value::from(title)]);
        tx.execute_each("INSERT INTO things (title, size) VALUES ($2, $1)", &rows).await.expect("inserted");
        let find = Statement::fixed("SELECT title FROM things ORDER BY size");
        let titles = tx.all(&find, |row| row.text(0)).await.expect("reads");
        assert_eq!(titles, [Some("one".to_owned()), Some("two".to_owned())]);
        let short = tx.execute_each("INSERT INTO things (title, size) VALUES ($2, $1)", &[vec![1.into()]]).await;
        assert!(matches!(short, Err(Error::Invalid(_))), "{short:?}");
    })
    .await;
}
