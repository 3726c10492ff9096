//! What happens to tokens on its own: notices before they end, and the end of those that nobody
//! uses.

use super::{access, revoke};
use crate::Iam;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{ApiError, Rows, Statement, required};
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

/// A moment before the end of a token at which its owner is told.
#[derive(Clone, Copy, Debug)]
struct Notice {
    /// Days that are left.
    days: i64,
    /// What the notice is called in the database.
    kind: &'static str,
}

const FIRST: Notice = Notice { days: 14, kind: "14 days" };
/// All of them; farthest from the end first.
const NOTICES: [Notice; 4] =
    [FIRST, Notice { days: 7, kind: "7 days" }, Notice { days: 1, kind: "1 day" }, Notice { days: 0, kind: "expired" }];
/// Notices that are written down together.
const BATCH: i64 = 50;

/// One notice that is due.
struct Due {
    token: Uuid,
    name: String,
    created: DateTime<Utc>,
    expiry: DateTime<Utc>,
    last_used: Option<DateTime<Utc>>,
    email: String,
    notice: Notice,
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

/// In batches: a hundred thousand tokens may end on one day.
async fn notify(iam: &Iam, public_url: &str) -> Result<usize, ApiError> {
    let now = iam.engine().clock().now();
    let (mut told, mut after) = (0, None);
    loop {
        // Written down first, in turn: of two nodes one finds it done, and a crash repeats nothing.
        let mut rows = iam.engine().write().await?;
        rows.take_turn(&access(), "token notices").await?;
        let found = due(&mut rows, now, after).await?;
        let Some(last) = found.last() else { return Ok(told) };
        after = Some((last.expiry, last.token));
        let batch: Vec<Due> = found.into_iter().filter(Due::fits).collect();
        let written = batch.iter().map(|due| vec![due.token.into(), due.notice.kind.into(), now.into()]);
        let insert = "INSERT INTO token_notices (token_id, kind, sent_at) VALUES ($1, $2, $3)";
        rows.execute_each(&access(), insert, &written.collect::<Vec<_>>()).await?;
        rows.commit().await?;
        told += batch.len();
        let mut mails = JoinSet::new();
        for due in batch {
            let (mailer, (subject, text)) = (iam.mailer().clone(), due.mail(public_url));
            mails.spawn(async move { mailer.deliver(&due.email, subject, text).await });
        }
        while mails.join_next().await.is_some() {}
    }
}

impl Due {
    /// A life that is shorter than a threshold skips it.
    fn fits(&self) -> bool {
        self.notice.days == 0 || self.expiry - self.created > TimeDelta::days(self.notice.days)
    }

    /// Subject and text.
    fn mail(&self, public_url: &str) -> (&'static str, String) {
        let day = self.expiry.format("%-d %B %Y, %H:%M UTC");
        let (subject, first) = if self.notice.days == 0 {
            ("A Tessera token has expired", format!("Your token “{}” expired on {day}.", self.name))
        } else {
            ("A Tessera token expires soon", format!("Your token “{}” expires on {day}.", self.name))
        };
        let used = self.last_used.map_or_else(|| "never".to_owned(), |at| at.format("%-d %B %Y").to_string());
        (subject, format!("{first}\n\nLast used: {used}\nTo replace it: {public_url}/profile/settings\n"))
    }
}

/// The notice whose moment passed last, by what it is called.
fn push_kind(now: DateTime<Utc>, statement: &mut Statement) {
    statement.push("CASE");
    for Notice { days, kind } in NOTICES.into_iter().rev() {
        statement.push(" WHEN t.expires_at <= ").bind(now + TimeDelta::days(days)).push(&format!(" THEN '{kind}'"));
    }
    statement.push(" END");
}

/// Some notices that are due and were not sent, after the one of that expiry and token. Of several thresholds that
/// passed, the nearest counts.
async fn due(rows: &mut Rows, now: DateTime<Utc>, after: Option<(DateTime<Utc>, Uuid)>) -> Result<Vec<Due>, ApiError> {
    let mut statement = rows.sql("SELECT t.id, t.name, t.created_at, t.expires_at, t.last_used_at, u.email, ");
    push_kind(now, &mut statement);
    statement.push(" FROM personal_access_tokens t JOIN users u ON u.id = t.user_id WHERE t.revoked_at IS NULL");
    statement.push(" AND t.rotated_at IS NULL AND u.is_active AND t.expires_at <= ");
    statement.bind(now + TimeDelta::days(FIRST.days)).push(" AND t.expires_at > ").bind(now - TimeDelta::days(1));
    statement.push(" AND NOT EXISTS (SELECT 1 FROM token_notices n WHERE n.token_id = t.id AND n.kind = ");
    push_kind(now, &mut statement);
    statement.push(")");
    if let Some((expiry, token)) = after {
        statement.push(" AND (t.expires_at > ").bind(expiry).push(" OR (t.expires_at = ").bind(expiry);
        statement.push(" AND t.id > ").bind(token).push("))");
    }
    statement.push(" ORDER BY t.expires_at, t.id LIMIT ").bind(BATCH);
    rows.all(&access(), &statement, |row| {
        let kind: String = required(row.text(6)?)?;
        Ok(Due {
            token: required(row.uuid(0)?)?,
            name: row.text(1)?.unwrap_or_default(),
            created: required(row.time(2)?)?,
            expiry: required(row.time(3)?)?,
            last_used: row.time(4)?,
            email: row.text(5)?.unwrap_or_default(),
            notice: NOTICES.into_iter().find(|notice| notice.kind == kind).unwrap_or(FIRST),
        })
    })
    .await
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
