//! What happens to tokens on its own: notices before they end, and the end of those that nobody
//! uses.

use super::{access, revoke};
use crate::Iam;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{ApiError, required};
use std::time::Duration;
use uuid::Uuid;

/// Days before the end at which owners are told, and what the notice is called.
const NOTICES: [(i64, &str); 4] = [(14, "14 days"), (7, "7 days"), (1, "1 day"), (0, "expired")];

/// One notice that is due.
struct Due {
    token: Uuid,
    name: String,
    expiry: DateTime<Utc>,
    last_used: Option<DateTime<Utc>>,
    email: String,
    kind: &'static str,
}

/// Sweeps every `pause`; never returns.
pub async fn keep_sweeping(iam: Iam, public_url: String, pause: Duration) {
    loop {
        if let Err(error) = sweep(&iam, &public_url).await {
            tracing::warn!(%error, "tokens could not be swept; trying again");
        }
        tokio::time::sleep(pause).await;
    }
}

/// Sends the notices that are due and ends the tokens that were idle for too long. Returns how
/// many of each.
pub async fn sweep(iam: &Iam, public_url: &str) -> Result<(usize, usize), ApiError> {
    let told = if iam.mailer().is_configured() { notify(iam, public_url).await? } else { 0 };
    Ok((told, end_idle(iam).await?))
}

async fn notify(iam: &Iam, public_url: &str) -> Result<usize, ApiError> {
    let now = iam.engine().clock().now();
    let mut told = 0;
    for due in due(iam, now).await? {
        // Written down first: of two nodes one finds it done, and a crash repeats nothing.
        let mut rows = iam.engine().write().await?;
        let mut statement = rows.sql("INSERT INTO token_notices (token_id, kind, sent_at) VALUES (");
        statement.bind(due.token).push(", ").bind(due.kind).push(", ").bind(now);
        statement.push(") ON CONFLICT (token_id, kind) DO NOTHING");
        let fresh = rows.execute(&access(), &statement).await? > 0;
        rows.commit().await?;
        if !fresh {
            continue;
        }
        told += 1;
        let day = due.expiry.format("%-d %B %Y, %H:%M UTC");
        let (subject, first) = if due.kind == "expired" {
            ("A Tessera token has expired", format!("Your token “{}” expired on {day}.", due.name))
        } else {
            ("A Tessera token expires soon", format!("Your token “{}” expires on {day}.", due.name))
        };
        let used = due.last_used.map_or_else(|| "never".to_owned(), |at| at.format("%-d %B %Y").to_string());
        let text = format!("{first}\n\nLast used: {used}\nTo replace it: {public_url}/profile/settings\n");
        iam.mailer().send(&due.email, subject, text);
    }
    Ok(told)
}

/// Notices that are due and were not sent. Of several thresholds that passed, the nearest counts;
/// a life that is shorter than a threshold skips it.
async fn due(iam: &Iam, now: DateTime<Utc>) -> Result<Vec<Due>, ApiError> {
    let mut rows = iam.engine().peek().await?;
    let mut statement = rows.sql(
        "SELECT t.id, t.name, t.created_at, t.expires_at, t.last_used_at, u.email \
         FROM personal_access_tokens t JOIN users u ON u.id = t.user_id WHERE t.revoked_at IS NULL AND \
         t.rotated_at IS NULL AND u.is_active AND t.expires_at < ",
    );
    statement.bind(now + TimeDelta::days(14)).push(" AND t.expires_at > ").bind(now - TimeDelta::days(1));
    statement.push(" ORDER BY t.expires_at, t.id");
    let found = rows
        .all(&access(), &statement, |row| {
            let (created, expiry) = (required(row.time(2)?)?, required(row.time(3)?)?);
            let left = expiry - now;
            let passed = NOTICES.iter().rev().find(|(days, _)| left <= TimeDelta::days(*days));
            let fits = passed.filter(|(days, _)| *days == 0 || expiry - created > TimeDelta::days(*days));
            Ok(fits.map(|(_, kind)| Due {
                token: row.uuid(0).ok().flatten().unwrap_or_default(),
                name: row.text(1).ok().flatten().unwrap_or_default(),
                expiry,
                last_used: row.time(4).ok().flatten(),
                email: row.text(5).ok().flatten().unwrap_or_default(),
                kind,
            }))
        })
        .await?;
    Ok(found.into_iter().flatten().collect())
}

async fn end_idle(iam: &Iam) -> Result<usize, ApiError> {
    let days = iam.token_policy().await?.idle_days;
    if days == 0 {
        return Ok(0);
    }
    let now = iam.engine().clock().now();
    let mut rows = iam.engine().write().await?;
    let mut which = rows.sql("SELECT id FROM personal_access_tokens WHERE revoked_at IS NULL AND expires_at > ");
    which.bind(now).push(" AND COALESCE(last_used_at, created_at) < ").bind(now - TimeDelta::days(days));
    let which = rows.ids(&access(), &which).await?;
    revoke::end(&iam.program("sweep").await?, &mut rows, &which, "unused").await?;
    rows.commit().await?;
    Ok(which.len())
}
