//! P7: after the answer to a revocation nothing is accepted at the same process, while others ask it without pause.

use super::place::Place;
use super::{Line, amount};
use crate::Options;
use crate::revocation::trial;
use crate::turns::percentile;
use anyhow::Result;
use std::time::Duration;

const TRIALS: u64 = 10_000;
/// What the token is used for before it is revoked.
const PAUSE: Duration = Duration::from_millis(2);

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let place = Place::new(options, 1).await?;
    let program = place.start(&[]).await?;
    let session = program.sign_in().await?;
    let trials = amount(options, TRIALS);
    let (mut late, mut last) = (0, Vec::new());
    for _ in 0..trials {
        let seen = trial(&program, &[program.address; 2], &session, async || {
            tokio::time::sleep(PAUSE).await;
            Ok(())
        })
        .await?;
        late += seen.late;
        last.extend(seen.last);
    }
    program.stop().await?;
    last.sort_unstable();
    let worst = last.last().copied().unwrap_or_default();
    let measured = format!(
        "{trials} trials: {late} accepted; the last answer in flight came after {worst:.1?} at most, p50 {:.1?}",
        percentile(&last, 0.5)
    );
    Ok(vec![Line { promise: "P7: use after a revocation, same process", measured, goal: "none of 10,000" }])
}
