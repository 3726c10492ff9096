//! P19: a hundred thousand owners are told within minutes, and no crash tells anybody twice.

use super::place::Place;
use super::sink::{DIGITS, MARK, Sink, Told};
use super::{Line, amount};
use crate::Options;
use crate::stored::Token;
use anyhow::{Result, ensure};
use chrono::TimeDelta;
use engine::clock::Clock;
use sha2::{Digest as _, Sha256};
use std::time::{Duration, Instant};

const ENDING: u64 = 100_000;
/// When so long nothing came, nothing will.
const QUIET: Duration = Duration::from_secs(15);
/// The same after a kill: what the killed program had taken is left to it for five minutes.
const QUIET_AFTER_KILL: Duration = Duration::from_secs(330);
const PAUSE: Duration = Duration::from_millis(2);

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let size = amount(options, ENDING);
    let (place, sink) = prepare(options, size).await?;
    let begun = Instant::now();
    let program = place.start(&settings(&sink)).await?;
    let all = heard(&sink, size, QUIET).await?;
    let took = all.last.map_or(Duration::MAX, |last| last - begun);
    program.stop().await?;
    let written = place.count("SELECT count(*) FROM token_notices")?;
    ensure!(written == size, "{written} notices were written down, {size} were due");
    ensure!(
        all.again == 0 && all.nameless == 0,
        "{} tokens were told again, {} mails named none",
        all.again,
        all.nameless
    );
    let (rate, missing) = (took.as_secs_f64(), size - all.once);

    let (place, sink) = prepare(options, size).await?;
    let program = place.start(&settings(&sink)).await?;
    while sink.told().once < size / 2 {
        ensure!(sink.told().last.is_none_or(|last| last.elapsed() < QUIET), "half of them never came");
        tokio::time::sleep(PAUSE).await;
    }
    program.kill().await?;
    let half = sink.told().once;
    let program = place.start(&settings(&sink)).await?;
    let rest = heard(&sink, size, QUIET_AFTER_KILL).await?;
    program.stop().await?;
    ensure!(half < size, "all were told before the kill");
    ensure!(rest.again == 0, "{} tokens were told twice after a kill", rest.again);
    let lost = size - rest.once;
    let measured = format!(
        "all told after {rate:.1} s, {missing} missing; killed after {half} and started again: 0 told twice, {} mails \
         repeated as the same, {lost} lost",
        rest.repeated
    );
    let promise = "P19: 100,000 tokens end within a day";
    Ok(vec![Line {
        promise,
        measured,
        goal: "at most 5 minutes; each once across a crash, a repeated mail under one Message-ID",
    }])
}

/// A folder with tokens that end within a day and were made long enough ago that their owner has to be told.
async fn prepare(options: &Options, size: u64) -> Result<(Place, Sink)> {
    let place = Place::new(options, 1).await?;
    let now = Clock::system().now();
    let token = |number: u64| {
        let digest = Sha256::digest(number.to_be_bytes()).to_vec();
        let live = Token::live(&place.people[0], digest, now);
        let later = TimeDelta::milliseconds(i64::try_from(number).unwrap_or(0) * 100);
        let (name, expiry) = (format!("{MARK}{number:0DIGITS$}"), now + TimeDelta::hours(12) + later);
        Token { name, created: now - TimeDelta::days(20), expiry, ..live }
    };
    place.write((0..size).map(token))?;
    Ok((place, Sink::start().await?))
}

fn settings(sink: &Sink) -> Vec<(&'static str, String)> {
    vec![
        ("TESSERA_SMTP_HOST", "127.0.0.1".into()),
        ("TESSERA_SMTP_PORT", sink.port.to_string()),
        ("TESSERA_SMTP_ENCRYPTION", "none".into()),
        ("TESSERA_SMTP_FROM", "tessera@example.org".into()),
    ]
}

/// Waits until all are told, or no more come.
async fn heard(sink: &Sink, size: u64, quiet: Duration) -> Result<Told> {
    let begun = Instant::now();
    loop {
        let told = sink.told();
        if told.once == size || told.last.unwrap_or(begun).max(begun).elapsed() > quiet {
            ensure!(told.once > 0, "no mail came");
            return Ok(told);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
