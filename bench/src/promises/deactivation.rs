//! P9: with the answer to the deactivation of somebody, all of their tokens have stopped.

use super::place::Place;
use super::{Line, amount, millis};
use crate::Options;
use crate::load::{self, Connection};
use crate::stored::{Token, digest, secrets};
use anyhow::{Result, ensure};
use engine::clock::Clock;
use iam::secret::Secret;
use std::time::{Duration, Instant};

const HELD: u64 = 500;
/// People who are deactivated, one after the other.
const PEOPLE: usize = 5;

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let place = Place::new(options, PEOPLE).await?;
    let now = Clock::system().now();
    let mut held = Vec::new();
    for person in &place.people {
        let secrets = secrets(amount(options, HELD))?;
        place.write(secrets.iter().map(|secret| Token::live(person, digest(secret), now)))?;
        held.push((person, secrets));
    }
    let program = place.start(&[]).await?;
    let session = program.sign_in().await?;
    let (mut administrator, mut user) =
        (Connection::open(program.address).await?, Connection::open(program.address).await?);
    let (mut taken, mut refused) = (Vec::new(), 0);
    for (person, secrets) in held {
        // Were they not accepted before, their refusal would say nothing.
        let before = accepted(&mut user, &secrets).await?;
        ensure!(before == secrets.len(), "{before} of {} were accepted before", secrets.len());
        let request = load::patch(&format!("/api/users/{person}/"), &session, r#"{"is_active":false}"#);
        let begun = Instant::now();
        let (status, body) = administrator.ask(&request).await?;
        taken.push(begun.elapsed());
        ensure!(status == 200, "answered with {status}: {}", String::from_utf8_lossy(body));
        let after = accepted(&mut user, &secrets).await?;
        ensure!(after == 0, "{after} of {} were accepted after the answer", secrets.len());
        refused += secrets.len();
    }
    program.stop().await?;
    taken.sort_unstable();
    let worst = taken.last().copied().unwrap_or(Duration::MAX);
    let measured = format!(
        "p50 {:.1} ms, worst of {PEOPLE} {:.1} ms; {refused} of {refused} refused afterwards",
        millis(taken[PEOPLE / 2]),
        millis(worst)
    );
    let promise = "P9: somebody with 500 tokens is deactivated";
    Ok(vec![Line { promise, measured, goal: "at most 50 ms; none accepted" }])
}

/// How many of these are accepted; the others must be refused, not answered with an error.
async fn accepted(connection: &mut Connection, secrets: &[Secret]) -> Result<usize> {
    let mut accepted = 0;
    for secret in secrets {
        let (status, _) = connection.ask(&load::get("/api/build/", secret.expose())).await?;
        ensure!(status == 200 || status == 401, "answered with {status}");
        accepted += usize::from(status == 200);
    }
    Ok(accepted)
}
