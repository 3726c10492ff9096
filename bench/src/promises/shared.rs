//! P11: that many share a token costs nothing, and "last used" is written seldom and off the way of requests.

use super::Line;
use super::place::Place;
use crate::Options;
use crate::load::{self, Request};
use crate::stored::{Token, digest, secrets};
use crate::turns::{ROUNDS, median};
use anyhow::Result;
use engine::clock::Clock;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const CONNECTIONS: u64 = 256;
/// How long each takes its turn: all together two minutes, since uses are written some times a minute.
const TURN: Duration = Duration::from_secs(10);
const SMALL_TURN: Duration = Duration::from_secs(1);
/// How often the file is looked into.
const LOOKING: Duration = Duration::from_millis(250);

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let turn = if options.small { SMALL_TURN } else { TURN };
    let place = Place::new(options, 1).await?;
    let secrets = secrets(CONNECTIONS)?;
    let now = Clock::system().now();
    place.write(secrets.iter().map(|secret| Token::live(&place.people[0], digest(secret), now)))?;
    let program = place.start(&[]).await?;
    let requests = |value: &dyn Fn(usize) -> usize| -> Vec<Request> {
        let request = |at| -> Request {
            let bytes = load::get("/api/build/", secrets[value(at)].expose());
            Arc::new(move |_| bytes.clone())
        };
        (0..secrets.len()).map(request).collect()
    };
    let (shared, own) = (requests(&|_| 0), requests(&|at| at));
    let over = Arc::new(AtomicBool::new(false));
    let watching = tokio::task::spawn_blocking({
        let (file, digest, over) = (place.file(), digest(&secrets[0]), over.clone());
        move || watch(&file, &digest, &over)
    });
    let begun = Instant::now();
    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        let together = load::run_each(program.address, &shared, turn).await;
        let apart = load::run_each(program.address, &own, turn).await;
        if round > 0 {
            ratios.push(together? / apart?);
        }
    }
    over.store(true, Ordering::Relaxed);
    let (minutes, writes) = (begun.elapsed().as_secs_f64() / 60.0, watching.await??);
    program.stop().await?;
    #[expect(clippy::cast_precision_loss, reason = "a number of writes")]
    let rate = writes as f64 / minutes;
    let measured = format!(
        "{:.2} of the throughput with a token each; last use of the shared one was written {writes} times in \
         {minutes:.1} minutes, {rate:.1} a minute",
        median(ratios)
    );
    let promise = "P11: 256 connections share a token";
    Ok(vec![Line { promise, measured, goal: "1, at most a write a minute" }])
}

/// How often the last use of the token with this digest changed in the file.
fn watch(file: &Path, digest: &[u8], over: &AtomicBool) -> Result<usize> {
    let connection = Connection::open_with_flags(PathBuf::from(file), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = connection.prepare("SELECT last_used_at FROM personal_access_tokens WHERE digest = ?1")?;
    let mut seen = HashSet::new();
    while !over.load(Ordering::Relaxed) {
        seen.extend(statement.query_row([digest], |row| row.get::<_, Option<String>>(0))?);
        std::thread::sleep(LOOKING);
    }
    Ok(seen.len())
}
