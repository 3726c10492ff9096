//! How soon a revocation at one process acts at the others: three processes, one PostgreSQL.
//!
//! Two of them are asked without pause with a token that the third one revokes. What counts are
//! requests that were sent after the revocation was answered and were accepted all the same: none
//! may be. Every second trial first cuts all idle connections to the database.

use crate::load::{self, Connection};
use crate::program::Program;
use crate::turns::percentile;
use crate::{Options, seed};
use anyhow::{Context as _, Result, bail, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const TRIALS: u32 = 1_000;
const PROCESSES: usize = 3;

/// Prints the table.
pub async fn measure(options: &Options) -> Result<()> {
    println!("\n## Revocation at one process, use at others\n");
    let Some(url) = &options.postgres else {
        println!("Left out: it needs PostgreSQL.");
        return Ok(());
    };
    let client = seed::connect(url).await?;
    client.batch_execute("CREATE DATABASE revocation").await?;
    let (server, _) = url.rsplit_once('/').context("the address ends with a database")?;
    let url = format!("{server}/revocation");
    let data = tempfile::tempdir()?;
    let mut programs = Vec::new();
    for number in 0..PROCESSES {
        programs.push(Program::tessera(&options.tessera, &data.path().join(number.to_string()), Some(&url)).await?);
    }
    let client = seed::connect(&url).await?;
    // Sessions age while a thousand trials run.
    let session = programs[0].sign_in().await?;
    let (mut late, mut cut, mut last) = (0, 0, Vec::new());
    let askers: Vec<SocketAddr> = programs[1..].iter().map(|program| program.address).collect();
    for number in 0..TRIALS {
        let seen = trial(&programs[0], &askers, &session, async || {
            tokio::time::sleep(Duration::from_millis(5)).await;
            if number % 2 == 1 {
                let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                           WHERE state = 'idle' AND datname = current_database() AND pid <> pg_backend_pid()";
                cut += client.query_one(sql, &[]).await?.get::<_, i64>(0);
            }
            Ok(())
        })
        .await?;
        late += seen.late;
        last.extend(seen.last);
    }
    last.sort_unstable();
    let worst = last.last().copied().unwrap_or_default();
    println!("| trials | connections cut | accepted though sent later | last answer in flight, p50 | worst |");
    println!("|---|---|---|---|---|");
    println!("| {TRIALS} | {cut} | {late} | {:.1?} | {worst:.1?} |", percentile(&last, 0.5));
    ensure!(late == 0, "{late} requests were accepted after the revocation");
    Ok(())
}

/// What a trial saw.
pub struct Seen {
    /// Requests that were accepted though they were sent after the answer to the revocation.
    pub late: u64,
    /// For each asker, how long after that answer its last accepted one came; nothing when it came before.
    pub last: Vec<Duration>,
}

/// Makes a token, has it used without pause at these addresses, and revokes it after `meanwhile`.
pub async fn trial(
    at: &Program,
    askers: &[SocketAddr],
    session: &str,
    meanwhile: impl AsyncFnOnce() -> Result<()>,
) -> Result<Seen> {
    let made = at.post("/api/iam/auth-tokens/", session, serde_json::json!({ "name": "bench" })).await?;
    let text = |name: &str| made[name].as_str().context("a text").map(str::to_owned);
    let (value, id) = (text("token")?, text("id")?);
    let shared = Arc::new(Trial { ended: AtomicBool::new(false), late: AtomicU64::new(0) });
    let begun = Instant::now();
    let askers: Vec<_> =
        askers.iter().map(|asker| tokio::spawn(ask(*asker, value.clone(), shared.clone(), begun))).collect();
    meanwhile().await?;
    revoke(at.address, session, &id).await?;
    shared.ended.store(true, Ordering::SeqCst);
    let answered = begun.elapsed();
    let mut last = Vec::with_capacity(askers.len());
    for asker in askers {
        last.push(asker.await??.saturating_sub(answered));
    }
    Ok(Seen { late: shared.late.load(Ordering::SeqCst), last })
}

struct Trial {
    ended: AtomicBool,
    late: AtomicU64,
}

/// Asks until the token is refused; when the last accepted answer came, since `begun`.
async fn ask(to: SocketAddr, token: String, trial: Arc<Trial>, begun: Instant) -> Result<Duration> {
    let mut connection = Connection::open(to).await?;
    let request = load::get("/api/build/", &token);
    let (mut last, mut refused) = (Duration::ZERO, 0);
    while refused < 3 {
        let after = trial.ended.load(Ordering::SeqCst);
        let (status, _) = connection.ask(&request).await?;
        match status {
            200 => {
                last = begun.elapsed();
                trial.late.fetch_add(u64::from(after), Ordering::SeqCst);
                if after {
                    break;
                }
            }
            401 => refused += u32::from(after),
            // A connection to the database broke on the way: closed, not open.
            503 => {}
            other => bail!("answered with {other}"),
        }
    }
    Ok(last)
}

/// Revokes; tries again when a connection to the database broke on the way.
async fn revoke(to: SocketAddr, session: &str, id: &str) -> Result<()> {
    let path = format!("/api/iam/auth-tokens/{id}/");
    let request = load::delete(&path, session);
    for _ in 0..50 {
        let (status, _) = Connection::open(to).await?.ask(&request).await?;
        match status {
            204 | 404 => return Ok(()),
            503 => {}
            other => bail!("the revocation was answered with {other}"),
        }
    }
    bail!("it could not be revoked")
}
