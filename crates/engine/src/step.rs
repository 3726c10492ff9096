//! Several processes over one PostgreSQL have to agree on the time: tokens expire by it. Each
//! compares its clock with the database's; beyond two seconds the database's is used.

use crate::access::Access;
use crate::engine::Engine;
use crate::error::ApiError;
use crate::rows::required;
use chrono::TimeDelta;
use std::time::Duration;
use store::Dialect;

/// What a clock may be off before it is put right.
const TOLERANCE: TimeDelta = TimeDelta::seconds(2);

/// Compares every `pause`; never returns. With SQLite there is one clock, and nothing to do.
pub async fn keep_in_step(engine: Engine, pause: Duration) {
    while engine.dialect() == Dialect::Postgres {
        match behind(&engine).await {
            Ok(behind) if behind.abs() > TOLERANCE => {
                tracing::error!(
                    seconds = behind.num_seconds(),
                    "the clock of this machine is wrong; using the database's"
                );
                engine.clock().correct(behind);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the clock could not be compared with the database's"),
        }
        tokio::time::sleep(pause).await;
    }
}

/// How far our clock is behind the database's, the way there and back taken as equally long.
async fn behind(engine: &Engine) -> Result<TimeDelta, ApiError> {
    let access = Access::system("asking the database for the time");
    let mut rows = engine.peek().await?;
    let statement = rows.sql("SELECT clock_timestamp()");
    let before = engine.clock().now();
    let there = rows.one(&access, &statement, |row| required(row.time(0)?)).await?.unwrap_or(before);
    let after = engine.clock().now();
    Ok(there - (before + (after - before) / 2))
}
