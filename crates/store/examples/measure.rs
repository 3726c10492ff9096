//! Rough costs on SQLite: `cargo run --release -p store --example measure`. Prints microseconds for one point read, one
//! page of a hundred rows as JSON, and commits a second alone and together. Not a benchmark: an order of magnitude.

use std::time::Instant;

use store::{Kind, Statement, Store};
use tokio::task::JoinSet;
use uuid::Uuid;

const READS: u32 = 100_000;
const PAGES: u32 = 5_000;
const WRITERS: u32 = 64;
const WRITES: u32 = 50;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // As a request would: on a worker of the runtime, where leaving it costs something.
    tokio::spawn(measure()).await?
}

async fn measure() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let folder = tempfile::tempdir_in(".")?;
    let store = Store::open_sqlite(&folder.path().join("measure.sqlite"), 4).await?;
    let mut tx = store.begin().await?;
    tx.script("CREATE TABLE tokens (id TEXT PRIMARY KEY, name TEXT NOT NULL, n INTEGER, at TEXT) WITHOUT ROWID")
        .await?;
    for i in 0..10_000_u32 {
        tx.execute(&insert(i)).await?;
    }
    tx.commit().await?;

    let started = Instant::now();
    for i in 0..READS {
        let find = Statement::fixed("SELECT name FROM tokens WHERE id = $1").with(Uuid::from_u128((i % 10_000).into()));
        let found = store.peek().await?.one(&find, |row| row.text(0)).await?;
        assert!(found.is_some());
    }
    println!("point read by peek: {:.2} µs", micros(started) / f64::from(READS));

    for (name, begins) in [("peek", false), ("read", true)] {
        let mut out = Vec::new();
        let page = Statement::fixed("SELECT id, name, n, at FROM tokens ORDER BY id LIMIT 100");
        let started = Instant::now();
        for _ in 0..PAGES {
            out.clear();
            let mut tx = if begins { store.read().await? } else { store.peek().await? };
            tx.each(&page, |row| {
                for (i, kind) in [Kind::Uuid, Kind::Text, Kind::Int, Kind::Time].into_iter().enumerate() {
                    row.write_json(i, kind, &mut out)?;
                }
                Ok(())
            })
            .await?;
        }
        println!(
            "page of 100 rows of 4 cells by {name}: {:.1} µs, {} bytes",
            micros(started) / f64::from(PAGES),
            out.len()
        );
    }

    let started = Instant::now();
    for i in 0..200 {
        write(&store, 1_000_000 + i).await?;
    }
    println!("commits one after the other: {:.0} a second", 200e6 / micros(started));

    let started = Instant::now();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = store.clone();
        writers.spawn(async move {
            for i in 0..WRITES {
                write(&store, 2_000_000 + writer * 1_000 + i).await.expect("writes");
            }
        });
    }
    writers.join_all().await;
    println!("commits by {WRITERS} at once: {:.0} a second", f64::from(WRITERS * WRITES) * 1e6 / micros(started));
    store.close().await;
    Ok(())
}

async fn write(store: &Store, i: u32) -> Result<(), store::Error> {
    let mut tx = store.begin().await?;
    tx.execute(&insert(i)).await?;
    tx.commit().await
}

fn insert(i: u32) -> Statement {
    Statement::fixed("INSERT INTO tokens (id, name, n, at) VALUES ($1, $2, $3, '2026-11-24T06:00:00.000000Z')")
        .with(Uuid::from_u128(i.into()))
        .with(format!("token number {i}"))
        .with(i)
}

fn micros(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e6
}
