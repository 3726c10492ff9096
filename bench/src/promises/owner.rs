//! P6: a token costs the same whether its owner holds one or five hundred.

use super::place::Place;
use super::{Line, amount};
use crate::Options;
use crate::stored::{Token, digest, secrets, show};
use crate::turns::{median, percentile};
use anyhow::{Context as _, Result};
use engine::access::Origin;
use engine::clock::Clock;
use server::start::Instance;
use std::sync::Arc;
use std::time::{Duration, Instant};

const HELD: u64 = 500;
/// Checks in one turn, and turns.
const CHECKS: usize = 2_000;
const TURNS: usize = 10;

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let place = Place::new(options, 2).await?;
    let secrets = secrets(amount(options, HELD) + 1)?;
    let now = Clock::system().now();
    // The last one is the only one of the second person.
    let owner = |number| &place.people[usize::from(number + 1 == secrets.len())];
    place.write(secrets.iter().enumerate().map(|(number, secret)| Token::live(owner(number), digest(secret), now)))?;
    let instance = place.open().await?;
    let header = |at: usize| format!("Token {}", secrets[at].expose());
    let headers = [header((secrets.len() - 1) / 2), header(secrets.len() - 1)];
    let (mut ratios, mut times) = (Vec::new(), [Vec::new(), Vec::new()]);
    for turn in 0..=TURNS {
        let mut middles = Vec::new();
        for (header, times) in headers.iter().zip(&mut times) {
            let middle = check(&instance, header).await?.as_secs_f64() * 1e6;
            middles.push(middle);
            if turn > 0 {
                times.push(middle);
            }
        }
        if turn > 0 {
            ratios.push(middles[0] / middles[1]);
        }
    }
    instance.close().await;
    let [many, one] = times.map(median);
    let measured = format!("p50 {many:.1} µs with {HELD}, {one:.1} µs with one: {:.2}", median(ratios));
    Ok(vec![Line { promise: "P6: the owner holds 500 tokens, or one", measured, goal: "the same" }])
}

/// The middle of some checks of one value.
async fn check(instance: &Instance, header: &str) -> Result<Duration> {
    let origin = Arc::new(Origin { address: "127.0.0.1".parse().ok(), ..Origin::default() });
    let mut taken = Vec::with_capacity(CHECKS);
    for _ in 0..CHECKS {
        let begun = Instant::now();
        let who = show(instance, header, &origin).await;
        taken.push(begun.elapsed());
        who?.context("the token is known")?;
    }
    taken.sort_unstable();
    Ok(percentile(&taken, 0.5))
}
