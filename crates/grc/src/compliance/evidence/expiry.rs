//! Evidence that is past its day.

use engine::access::Access;
use engine::write::{Values, set};
use engine::{ApiError, Context};
use iam::Iam;
use std::time::Duration;

/// Rows of one transaction.
const AT_ONCE: u32 = 200;

/// Looks every `pause`; never returns. What is done already is not done again, so it may come as often as it likes.
pub async fn keep_expiring(iam: Iam, pause: Duration) {
    loop {
        let done = match iam.program("expiry").await {
            Ok(ctx) => expire(&ctx).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(0) => {}
            Ok(evidences) => tracing::info!(evidences, "evidences have expired"),
            Err(error) => tracing::warn!(%error, "evidences could not be looked through; trying again"),
        }
        tokio::time::sleep(pause).await;
    }
}

/// Sets evidences to `expired` whose last day was yesterday or before (UTC). Returns how many.
pub async fn expire(ctx: &Context) -> Result<usize, ApiError> {
    let evidences = ctx.engine.registry().get("evidences").ok_or(ApiError::NotFound)?;
    let access = Access::system("time passes for all evidence");
    let mut expired = 0;
    loop {
        let mut rows = ctx.engine.write().await?;
        let mut statement = rows.sql("SELECT t.id FROM evidences t WHERE t.status <> 'expired' AND t.expiry_date < ");
        statement.bind(ctx.now().date_naive()).push(&format!(" ORDER BY t.id LIMIT {AT_ONCE}"));
        let due = rows.ids(&access, &statement).await?;
        if due.is_empty() {
            return Ok(expired);
        }
        expired += due.len();
        for id in due {
            let mut values = Values::default();
            values.set("status", "expired".to_owned());
            set(ctx, &mut rows, evidences, &access, id, values).await?;
        }
        rows.commit().await?;
    }
}
