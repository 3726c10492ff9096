//! P4, P17, P18: a million tokens of all sorts, checked, listed, and kept out of memory.

use super::place::Place;
use super::{Line, amount, millis};
use crate::Options;
use crate::load::{self, Connection};
use crate::stored::{Mixed, Token, secrets, show};
use crate::turns::{ROUNDS, median, percentile};
use anyhow::{Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use engine::access::Origin;
use engine::clock::Clock;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

const MANY: u64 = 1_000_000;
const FEW: u64 = 1_000;
/// Tokens whose values are known and that work.
const ASKED: u64 = 1_000;
const PEOPLE: u16 = 50;
/// Checks in one turn.
const CHECKS: u64 = 50_000;
/// Pages that are asked for.
const PAGES: u64 = 200;
/// Requests before memory is looked at.
const REQUESTS: usize = 10_000;

/// A folder with tokens, and the values of those that are known.
struct Stored {
    place: Place,
    values: Vec<String>,
}

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let many = store(options, amount(options, MANY)).await?;
    let mut lines = vec![rates(options, &many).await?, pages(&many).await?];
    lines.push(memory(&many, &store(options, amount(options, FEW)).await?).await?);
    Ok(lines)
}

async fn store(options: &Options, size: u64) -> Result<Stored> {
    let place = Place::new(options, PEOPLE.into()).await?;
    let mixed = Mixed::new(size, ASKED.min(size))?;
    let now = Clock::system().now();
    let token = |number: u64| {
        let owner = &place.people[usize::try_from(spread(number, PEOPLE.into())).unwrap_or(0)];
        let live = Token::live(owner, mixed.digest(number), now);
        if mixed.knows(number) { live } else { varied(live, number, now) }
    };
    place.write((0..size).map(token))?;
    Ok(Stored { place, values: mixed.values() })
}

/// Of all ages and lives, some of them revoked, some never used, some with scopes. None is idle for so long that it
/// would be revoked for that.
fn varied(token: Token, number: u64, now: DateTime<Utc>) -> Token {
    let age = TimeDelta::minutes(spread(number, 300 * 24 * 60));
    let created = now - age;
    let life = [30, 90, 365][usize::try_from(spread(number, 3)).unwrap_or(0)];
    let scopes = [Some(r#"["assets:read"]"#), Some(r#"["*:read"]"#), None, None];
    Token {
        name: format!("job {number}"),
        created,
        expiry: created + TimeDelta::days(life),
        used: (spread(number, 7) > 1).then(|| created + age / 2),
        revoked: (spread(number, 11) == 0).then(|| created + age / 3),
        scopes: scopes[usize::try_from(spread(number, 4)).unwrap_or(0)],
        ..token
    }
}

/// One of so many sorts. Neighbours in the table differ in everything.
fn spread(number: u64, sorts: i64) -> i64 {
    i64::try_from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32).unwrap_or(0) % sorts
}

async fn rates(options: &Options, many: &Stored) -> Result<Line> {
    let instance = many.place.open().await?;
    let header = |value: &str| format!("Token {value}");
    let hits: Vec<String> = many.values.iter().map(|value| header(value)).collect();
    let misses: Vec<String> = secrets(ASKED)?.iter().map(|secret| header(secret.expose())).collect();
    // Failures of an address are counted, and soon answered with 429: here they come from none.
    let known = Arc::new(Origin { address: "127.0.0.1".parse().ok(), ..Origin::default() });
    let nobody = Arc::new(Origin::default());
    let checks = usize::try_from(amount(options, CHECKS))?;
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..=ROUNDS {
        for ((headers, origin, found), rates) in
            [(&hits, &known, true), (&misses, &nobody, false)].into_iter().zip(&mut rates)
        {
            let begun = Instant::now();
            for number in 0..checks {
                let who = show(&instance, &headers[number * 7_919 % headers.len()], origin).await;
                ensure!(matches!(who, Ok(Some(_))) == found, "answered with {who:?}");
            }
            if round > 0 {
                #[expect(clippy::cast_precision_loss, reason = "a number of checks")]
                rates.push(checks as f64 / begun.elapsed().as_secs_f64());
            }
        }
    }
    instance.close().await;
    let [hit, miss] = rates.map(median);
    let promise = "P4: checks a second by one caller, a million tokens";
    Ok(Line { promise, measured: format!("hit {hit:.0}, miss {miss:.0}"), goal: "60,000 each" })
}

async fn pages(many: &Stored) -> Result<Line> {
    let program = many.place.start(&[]).await?;
    let session = program.sign_in().await?;
    let mut connection = Connection::open(program.address).await?;
    // Looking is written to the audit log, and a program that just started holds the writer: it looks for idle tokens.
    program.ask(&load::get("/api/iam/admin/auth-tokens/?limit=50", &session)).await?;
    let mut taken = BTreeMap::<&str, Vec<_>>::new();
    for number in 0..PAGES {
        let (name, filter) = filter(&many.place.people, number);
        let request = load::get(&format!("/api/iam/admin/auth-tokens/?limit=50&{filter}"), &session);
        let begun = Instant::now();
        let (status, body) = connection.ask(&request).await?;
        let took = begun.elapsed();
        ensure!(status == 200, "{filter} was answered with {status}: {}", String::from_utf8_lossy(body));
        let page: serde_json::Value = serde_json::from_slice(body)?;
        ensure!(page["results"].as_array().is_some_and(|results| !results.is_empty()), "{filter} found nothing");
        taken.entry(name).or_default().push(took);
    }
    program.stop().await?;
    let mut all: Vec<_> = taken.values().flatten().copied().collect();
    all.sort_unstable();
    let by_filter: Vec<String> = taken
        .into_iter()
        .map(|(name, mut taken)| {
            taken.sort_unstable();
            format!("{name} {:.0}", millis(percentile(&taken, 0.5)))
        })
        .collect();
    let [p50, p99] = [0.5, 0.99].map(|share| millis(percentile(&all, share)));
    let measured = format!("p50 {p50:.0} ms, p99 {p99:.0} ms (p50 by filter: {})", by_filter.join(", "));
    let promise = "P17: a page of 50 of a million, filtered, for administrators";
    Ok(Line { promise, measured, goal: "p99 at most 50 ms" })
}

/// The filter of the request with this number, and its kind.
fn filter(people: &[String], number: u64) -> (&'static str, String) {
    let state = ["active", "expired", "revoked"][usize::try_from(number / 7 % 3).unwrap_or(0)];
    let person = &people[usize::try_from(number / 7).unwrap_or(0) % people.len()];
    let days = i64::try_from(number / 7).unwrap_or(0);
    let date = |days| (Clock::system().now() + TimeDelta::days(days)).format("%Y-%m-%d").to_string();
    match number % 7 {
        0 => ("state", format!("state={state}")),
        1 => ("user", format!("user={person}")),
        2 => ("user and state", format!("user={person}&state={state}")),
        3 => ("unused_days", format!("unused_days={}", 30 + days)),
        4 => ("expires_before", format!("expires_before={}", date(days - 20))),
        5 => ("scope", format!("scope={}", ["assets:read", "*:read", "none"][usize::try_from(days % 3).unwrap_or(0)])),
        _ => ("state and expires_before", format!("state=active&expires_before={}", date(days + 3))),
    }
}

async fn memory(many: &Stored, few: &Stored) -> Result<Line> {
    let (mut own, mut all) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (many, few) = (used(many).await?, used(few).await?);
        own.push(many.0 - few.0);
        all.push(many.1 - few.1);
    }
    let measured = format!("{:.1} MiB; {:.1} with the pages of the file that are mapped", median(own), median(all));
    let promise = "P18: memory with a million tokens, beyond that with a thousand";
    Ok(Line { promise, measured, goal: "at most 8 MiB" })
}

/// Memory of the program after some requests, in MiB: its own, and with the pages of files. The system takes those
/// back when it needs them; the program maps its database.
async fn used(stored: &Stored) -> Result<(f64, f64)> {
    let program = stored.place.start(&[]).await?;
    let mut connection = Connection::open(program.address).await?;
    for number in 0..REQUESTS {
        let request = load::get("/api/build/", &stored.values[number % stored.values.len()]);
        let (status, _) = connection.ask(&request).await?;
        ensure!(status == 200, "answered with {status}");
    }
    #[expect(clippy::cast_precision_loss, reason = "kilobytes")]
    let [own, all] = [program.own_memory()?, program.memory()?].map(|kilobytes| kilobytes as f64 / 1024.0);
    program.stop().await?;
    Ok((own, all))
}
