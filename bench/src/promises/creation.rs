//! P13: a token is made quickly, and a race for the last places yields exactly the limit.

use super::place::Place;
use super::{Line, amount, millis};
use crate::Options;
use crate::load::{self, Connection};
use crate::turns::percentile;
use anyhow::{Result, bail, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Tokens made one after the other, and asked for at once.
const MADE: u64 = 500;
const RACING: u64 = 500;
/// Places left for those that race.
const ROOM: u64 = 100;
const CONNECTIONS: usize = 50;

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let [made, racing, room] = [MADE, RACING, ROOM].map(|full| amount(options, full));
    let place = Place::new(options, 0).await?;
    let program = place.start(&[]).await?;
    let session = program.sign_in().await?;
    let limit = made + room;
    let policy = serde_json::json!({ "per_person": limit }).to_string();
    program.ask(&load::patch("/api/iam/token-policy/", &session, &policy)).await?;
    let request = load::post("/api/iam/auth-tokens/", &session, r#"{"name":"bench"}"#);
    let mut connection = Connection::open(program.address).await?;
    let mut taken = Vec::new();
    for _ in 0..made {
        let begun = Instant::now();
        let (status, body) = connection.ask(&request).await?;
        taken.push(begun.elapsed());
        ensure!(status == 200, "answered with {status}: {}", String::from_utf8_lossy(body));
    }
    let left = Arc::new(AtomicU64::new(racing));
    let racers: Vec<_> =
        (0..CONNECTIONS).map(|_| tokio::spawn(race(program.address, request.clone(), left.clone()))).collect();
    let mut won = 0;
    for racer in racers {
        won += racer.await??;
    }
    program.stop().await?;
    let live = place.count("SELECT count(*) FROM personal_access_tokens WHERE revoked_at IS NULL")?;
    ensure!(won == room && live == limit, "{won} won {room} places; there are {live} tokens, allowed are {limit}");
    taken.sort_unstable();
    let [p50, p99] = [0.5, 0.99].map(|share| millis(percentile(&taken, share)));
    let measured =
        format!("p50 {p50:.1} ms, p99 {p99:.1} ms; of {racing} at once for {room} places {won} got one: exactly");
    Ok(vec![Line { promise: "P13: 500 tokens are made", measured, goal: "p99 at most 10 ms; exactly the limit" }])
}

/// Asks for tokens until none is left to ask for; how many there were.
async fn race(to: SocketAddr, request: Vec<u8>, left: Arc<AtomicU64>) -> Result<u64> {
    let mut connection = Connection::open(to).await?;
    let mut won = 0;
    while left.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        match connection.ask(&request).await? {
            (200, _) => won += 1,
            (403, body) if String::from_utf8_lossy(body).contains("errorMaxPatAmountExceeded") => {}
            (status, body) => bail!("answered with {status}: {}", String::from_utf8_lossy(body)),
        }
    }
    Ok(won)
}
