//! P10: ten thousand tokens end in one request, and nobody who reads has to wait for it.

use super::place::Place;
use super::{Line, amount, millis};
use crate::Options;
use crate::load::{self, Connection};
use crate::stored::{Token, digest, secrets};
use anyhow::{Result, ensure};
use engine::clock::Clock;
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const REVOKED: u64 = 10_000;
/// Requests that revoke so many each.
const TRIALS: usize = 3;
/// How long the reader is watched while nothing is revoked.
const QUIET: Duration = Duration::from_secs(2);

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let size = amount(options, REVOKED);
    let place = Place::new(options, TRIALS + 1).await?;
    let now = Clock::system().now();
    for (person, owner) in (0_u64..).zip(&place.people[..TRIALS]) {
        let digest = |number: u64| Sha256::digest((person * size + number).to_be_bytes()).to_vec();
        place.write((0..size).map(|number| Token::live(owner, digest(number), now)))?;
    }
    let reader = secrets(1)?.remove(0);
    place.write([Token::live(&place.people[TRIALS], digest(&reader), now)])?;
    let program = place.start(&[]).await?;
    let session = program.sign_in().await?;
    let quiet = Reader::start(program.address, reader.expose());
    tokio::time::sleep(QUIET).await;
    let quiet = quiet.worst().await?;
    let (mut taken, mut waits) = (Vec::new(), Vec::new());
    for owner in &place.people[..TRIALS] {
        let body = |dry_run| serde_json::json!({ "filter": { "user": owner, "state": "active" }, "dry_run": dry_run });
        let path = "/api/iam/admin/auth-tokens/revoke/";
        let found = program.post(path, &session, body(true)).await?;
        ensure!(found["count"] == size, "{found}");
        let reading = Reader::start(program.address, reader.expose());
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = Instant::now();
        let ended = program.post(path, &session, body(false)).await?;
        taken.push(begun.elapsed());
        waits.push(reading.worst().await?);
        ensure!(ended["count"] == size, "{ended}");
    }
    program.stop().await?;
    let live = place.count("SELECT count(*) FROM personal_access_tokens WHERE revoked_at IS NULL")?;
    ensure!(live == 1, "{live} are left instead of the reader's");
    taken.sort_unstable();
    waits.sort_unstable();
    let measured = format!(
        "p50 {:.0} ms, worst of {TRIALS} {:.0} ms; a reader waited at most {:.1} ms ({:.1} ms with nothing else to do)",
        millis(taken[TRIALS / 2]),
        millis(taken[TRIALS - 1]),
        millis(waits[TRIALS - 1]),
        millis(quiet),
    );
    let promise = "P10: 10,000 tokens are revoked at once";
    Ok(vec![Line { promise, measured, goal: "at most 1 s; readers wait at most 50 ms" }])
}

/// Somebody who reads without pause.
struct Reader {
    over: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Result<Duration>>,
}

impl Reader {
    fn start(to: SocketAddr, token: &str) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (request, ends) = (load::get("/api/build/", token), over.clone());
        let task = tokio::spawn(async move {
            let mut connection = Connection::open(to).await?;
            let mut worst = Duration::ZERO;
            while !ends.load(Ordering::Relaxed) {
                let begun = Instant::now();
                let (status, _) = connection.ask(&request).await?;
                worst = worst.max(begun.elapsed());
                ensure!(status == 200, "the reader was answered with {status}");
            }
            Ok(worst)
        });
        Self { over, task }
    }

    /// Ends it; the longest it waited for an answer.
    async fn worst(self) -> Result<Duration> {
        self.over.store(true, Ordering::Relaxed);
        self.task.await?
    }
}
