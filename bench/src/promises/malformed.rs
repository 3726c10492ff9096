//! P3: a value that cannot be a token is told so before any database is asked. That no statement runs is counted by
//! the tests (`tests/tokens/adversarial/parser.rs`); here is the time.

use super::place::Place;
use super::{Line, amount};
use crate::Options;
use crate::stored::secrets;
use crate::turns::{ROUNDS, median};
use anyhow::{Result, ensure};
use engine::access::Origin;
use iam::authenticate::{Presented, authenticate};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

const CHECKS: u64 = 100_000;

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let place = Place::new(options, 1).await?;
    let instance = place.open().await?;
    let origin = Arc::new(Origin::default());
    let checks = amount(options, CHECKS);
    let value = secrets(1)?.remove(0).expose().to_owned();
    let other = if value.ends_with('0') { '1' } else { '0' };
    let wrong = [
        ("another prefix", value.replacen("tsr_", "tsx_", 1)),
        ("a letter less", value[..value.len() - 1].to_owned()),
        ("another checksum", format!("{}{other}", &value[..value.len() - 1])),
    ];
    let mut measured = Vec::new();
    for (what, value) in wrong {
        let header = format!("Token {value}");
        let mut times = Vec::new();
        for _ in 0..=ROUNDS {
            let begun = Instant::now();
            for _ in 0..checks {
                let presented = Presented { authorization: vec![black_box(header.as_bytes())], ..Presented::default() };
                let refused = authenticate(&instance.iam, &presented, origin.clone()).await;
                ensure!(refused.is_err(), "{what} was accepted");
            }
            #[expect(clippy::cast_precision_loss, reason = "a number of checks")]
            times.push(begun.elapsed().as_secs_f64() * 1e6 / checks as f64);
        }
        measured.push(format!("{what} {:.2} µs", median(times)));
    }
    instance.close().await;
    let promise = "P3: a malformed value is refused";
    Ok(vec![Line { promise, measured: measured.join(", "), goal: "at most 1 µs, no statement" }])
}
