//! P14: whether the time of a refusal tells unknown, revoked and expired values apart.
//!
//! Figures, not a verdict. Only whoever holds the right value can show one that is revoked or expired, and that
//! person is told so in the answer anyway (`docs/tokens.md`, Refusals): a difference in time gives nothing away. What
//! must not show is how near a wrong value is to a right one; there the look-up by digest leaves nothing to learn.

use super::place::Place;
use super::welch::welch;
use super::{Line, amount};
use crate::Options;
use crate::stored::{Token, digest, secrets};
use crate::turns::percentile;
use anyhow::{Result, ensure};
use chrono::TimeDelta;
use engine::ApiError;
use engine::access::Origin;
use engine::clock::Clock;
use engine::random::Random;
use iam::authenticate::{Presented, authenticate};
use iam::secret::Secret;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Refusals of each kind.
const EACH: u64 = 100_000;
/// Values of each kind.
const VALUES: u64 = 100;
/// The slowest hundredth is mostly other work of the machine.
const KEPT: f64 = 0.99;

/// A kind of value, and the code that its refusal carries.
const KINDS: [(&str, Option<&str>); 3] =
    [("unknown", None), ("revoked", Some("token_revoked")), ("expired", Some("token_expired"))];

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let place = Place::new(options, 1).await?;
    let values: Vec<Vec<Secret>> = KINDS.iter().map(|_| secrets(VALUES)).collect::<Result<_>>()?;
    let now = Clock::system().now();
    let live = |secret| Token::live(&place.people[0], digest(secret), now);
    place.write(values[1].iter().map(|secret| Token { revoked: Some(now), ..live(secret) }))?;
    let (created, expiry) = (now - TimeDelta::days(60), now - TimeDelta::days(30));
    place.write(values[2].iter().map(|secret| Token { created, expiry, ..live(secret) }))?;
    let instance = place.open().await?;
    // Failures of an address are counted, and soon answered with 429: here they come from none.
    let origin = Arc::new(Origin::default());
    let headers: Vec<Vec<String>> = values
        .iter()
        .map(|secrets| secrets.iter().map(|secret| format!("Token {}", secret.expose())).collect())
        .collect();
    let order = order(usize::try_from(amount(options, EACH))?)?;
    // The first refusal of a value is written to the audit log, and that it was seen expired; so each is shown once.
    let first = (0..KINDS.len()).flat_map(|kind| vec![kind; headers[kind].len()]);
    let mut shown = [0; KINDS.len()];
    let mut times = [const { Vec::new() }; KINDS.len()];
    for (number, kind) in first.chain(order).enumerate() {
        let header = &headers[kind][shown[kind] % headers[kind].len()];
        shown[kind] += 1;
        let presented = Presented { authorization: vec![header.as_bytes()], ..Presented::default() };
        let begun = Instant::now();
        let refused = authenticate(&instance.iam, &presented, origin.clone()).await;
        let took = begun.elapsed();
        let right = matches!(&refused, Err(ApiError::Unauthenticated { code, .. }) if *code == KINDS[kind].1);
        ensure!(right, "{} was answered with {refused:?}", KINDS[kind].0);
        if number >= KINDS.len() * headers[kind].len() {
            times[kind].push(took);
        }
    }
    instance.close().await;
    let mut all: Vec<Duration> = times.iter().flatten().copied().collect();
    all.sort_unstable();
    let most = percentile(&all, KEPT);
    let measured = [1, 2].map(|kind| {
        let [raw, kept] = [Duration::MAX, most].map(|most| {
            let [unknown, other] = [0, kind].map(|kind| {
                times[kind].iter().filter(|time| **time <= most).map(Duration::as_secs_f64).collect::<Vec<_>>()
            });
            welch(&unknown, &other).abs()
        });
        format!("unknown and {}: {raw:.1} ({kept:.1} without the slowest hundredth)", KINDS[kind].0)
    });
    let middles = KINDS.iter().zip(&mut times).map(|((name, _), times)| {
        times.sort_unstable();
        format!("{name} {:.2} µs", percentile(times, 0.5).as_secs_f64() * 1e6)
    });
    let measured = format!("\\|t\\| {}; p50 {}", measured.join(", "), middles.collect::<Vec<_>>().join(", "));
    Ok(vec![Line { promise: "P14: time of a refusal", measured, goal: "\\|t\\| below 4.5" }])
}

/// So many of each kind, in random order.
fn order(each: usize) -> Result<Vec<usize>> {
    let random = Random::system();
    let mut order: Vec<usize> = (0..each * KINDS.len()).map(|number| number % KINDS.len()).collect();
    for at in (1..order.len()).rev() {
        let mut drawn = [0; 8];
        random.fill(&mut drawn)?;
        order.swap(at, usize::from_be_bytes(drawn) % (at + 1));
    }
    Ok(order)
}
