//! What the check of a token costs, in this process and with no cache: one statement, whether a
//! thousand tokens are stored or a million.

use crate::stored::{self, Mixed, Token, id, open, show};
use crate::turns::{median, percentile};
use crate::{Options, seed};
use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use engine::access::Origin;
use engine::clock::Clock;
use server::config::{Hidden, Settings};
use server::start::Instance;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Few and many tokens.
const SIZES: [u64; 2] = [1_000, 1_000_000];
/// Tokens that are asked for, of the many.
const ASKED: u64 = 1_000;
/// Checks in one turn, and turns.
const CHECKS: usize = 2_000;
const TURNS: usize = 10;

/// A database with tokens, and the values of some.
struct Stored {
    instance: Instance,
    values: Vec<String>,
    _data: TempDir,
}

/// Prints the table.
pub async fn measure(options: &Options) -> Result<()> {
    println!("\n## The check of a token\n");
    println!("| database | tokens | p50 | p99 | p99, many / few |\n|---|---|---|---|---|");
    let mut databases = vec![("SQLite", None)];
    databases.extend(options.postgres.as_ref().map(|url| ("PostgreSQL", Some(url))));
    for (name, url) in databases {
        let mut stored = Vec::new();
        for size in SIZES {
            stored.push(store(url.map(String::as_str), size).await?);
        }
        let mut times = [Vec::new(), Vec::new()];
        let mut ratios = Vec::new();
        for turn in 0..=TURNS {
            let mut tails = Vec::new();
            for (stored, times) in stored.iter().zip(&mut times) {
                let mut taken = check(stored).await?;
                taken.sort_unstable();
                tails.push(percentile(&taken, 0.99).as_secs_f64());
                if turn > 0 {
                    times.extend(taken);
                }
            }
            if turn > 0 {
                ratios.push(tails[1] / tails[0]);
            }
        }
        let mut ratio = Some(median(ratios));
        for (size, mut times) in SIZES.into_iter().zip(times).rev() {
            times.sort_unstable();
            let [p50, p99] = [0.5, 0.99].map(|share| percentile(&times, share).as_secs_f64() * 1e6);
            let ratio = ratio.take().map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
            println!("| {name} | {size} | {p50:.1} µs | {p99:.1} µs | {ratio} |");
        }
        for stored in stored {
            stored.instance.close().await;
        }
    }
    println!("\nGoal on SQLite with a million: p50 at most 15 µs, p99 at most 60 µs, and growth of the p99 at most 2.");
    Ok(())
}

async fn check(stored: &Stored) -> Result<Vec<Duration>> {
    let origin = Arc::new(Origin { address: "127.0.0.1".parse().ok(), ..Origin::default() });
    let mut taken = Vec::with_capacity(CHECKS);
    for number in 0..CHECKS {
        let value = format!("Token {}", stored.values[number * 7_919 % stored.values.len()]);
        let begun = Instant::now();
        let who = show(&stored.instance, &value, &origin).await;
        taken.push(begun.elapsed());
        who?.context("the token is known")?;
    }
    Ok(taken)
}

/// A fresh database with an administrator who holds so many tokens.
async fn store(url: Option<&str>, size: u64) -> Result<Stored> {
    let data = tempfile::tempdir()?;
    let mut settings = Settings { data_dir: data.path().to_path_buf(), ..Settings::default() };
    if let Some(url) = url {
        let client = seed::connect(url).await?;
        client.batch_execute(&format!("CREATE DATABASE tokens_{size}")).await?;
        let (server, _) = url.rsplit_once('/').context("the address ends with a database")?;
        settings.database.url = Some(Hidden::new(format!("{server}/tokens_{size}")));
    }
    let instance = open(&settings).await?;
    let ctx = instance.iam.program("bench").await?;
    iam::setup::create_administrator(&instance.iam, &ctx, "admin@example.org", "a tile of the mosaic 7", true).await?;
    let mixed = Mixed::new(size, ASKED)?;
    let now = Clock::system().now();
    let instance = match &settings.database.url {
        Some(url) => {
            postgres(url.expose(), size, now, |number| mixed.digest(number)).await?;
            instance
        }
        None => {
            instance.close().await;
            let file = stored::file(data.path());
            let owner: String = seed::open(&file)?.query_row("SELECT id FROM users", [], |row| row.get(0))?;
            stored::write(&file, (0..size).map(|number| Token::live(&owner, mixed.digest(number), now)))?;
            open(&settings).await?
        }
    };
    Ok(Stored { instance, values: mixed.values(), _data: data })
}

async fn postgres(url: &str, size: u64, now: DateTime<Utc>, digest: impl Fn(u64) -> Vec<u8>) -> Result<()> {
    let client = seed::connect(url).await?;
    let insert = client
        .prepare(
            "INSERT INTO personal_access_tokens (id, user_id, name, preview, digest, hash_alg, created_at, expires_at) \
             SELECT t.id::uuid, u.id, 'bench', 'tsr_pat_…', t.digest, 'sha256', $3, $4 \
             FROM users u, unnest($1::text[], $2::bytea[]) AS t (id, digest)",
        )
        .await?;
    let mut number = 0;
    while number < size {
        let some = number..(number + 10_000).min(size);
        let ids: Vec<String> = some.clone().map(id).collect();
        let digests: Vec<Vec<u8>> = some.clone().map(&digest).collect();
        client.execute(&insert, &[&ids, &digests, &now, &(now + TimeDelta::days(30))]).await?;
        number = some.end;
    }
    client.batch_execute("VACUUM ANALYZE").await?;
    Ok(())
}
