//! What happens to tokens on its own: notices before they end, and the end of those that nobody
//! uses.

use super::{access, revoke};
use crate::Iam;
use crate::mail::Delivery;
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
/// Notices that are taken together.
const BATCH: i64 = 50;
/// For so long a notice that was taken and not delivered is left to whoever took it: a batch is done sooner, or its
/// program died.
const TAKEN: TimeDelta = TimeDelta::minutes(5);

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

/// What a sweep did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Notices that the mail server took, and those that it never will.
    pub told: usize,
    /// Notices that were taken and are not delivered yet.
    pub waiting: usize,
    /// Tokens that ended because nobody used them.
    pub ended: usize,
}

/// Sweeps every `pause`, and sooner while notices wait; never returns.
pub async fn keep_sweeping(iam: Iam, public_url: String, pause: Duration) {
    let soon = TAKEN.to_std().map_or(pause, |taken| pause.min(taken + Duration::from_secs(1)));
    loop {
        let waiting = match sweep(&iam, &public_url).await {
            Ok(swept) => swept.waiting,
            Err(error) => {
                tracing::warn!(%error, "tokens could not be swept; trying again");
                0
            }
        };
        tokio::time::sleep(if waiting > 0 { soon } else { pause }).await;
    }
}

/// Sends the notices that are due and ends the tokens that were idle for too long.
pub async fn sweep(iam: &Iam, public_url: &str) -> Result<Swept, ApiError> {
    let (told, waiting) = if iam.mailer().is_configured() { notify(iam, public_url).await? } else { (0, 0) };
    Ok(Swept { told, waiting, ended: end_idle(iam).await? })
}

/// In batches: a hundred thousand tokens may end on one day. Returns how many were told and how many wait.
///
/// A notice is taken, mailed, and only then called delivered: what a crash or the mail server keeps from leaving is
/// tried again. What a crash keeps from being called delivered leaves twice, as one mail: with the same Message-ID.
async fn notify(iam: &Iam, public_url: &str) -> Result<(usize, usize), ApiError> {
    let (mut told, mut after) = (0, None);
    loop {
        // In turn: of two nodes one finds them taken, from the moment of each batch on.
        let mut rows = iam.engine().write().await?;
        rows.take_turn(&access(), "token notices").await?;
        let now = iam.engine().clock().now();
        let found = due(&mut rows, now, after).await?;
        let Some(last) = found.last() else { break };
        after = Some((last.expiry, last.token));
        let batch: Vec<Due> = found.into_iter().filter(Due::fits).collect();
        let taken = batch.iter().map(|due| vec![due.token.into(), due.notice.kind.into(), now.into()]);
        let take = "INSERT INTO token_notices (token_id, kind, taken_at) VALUES ($1, $2, $3) \
                    ON CONFLICT (token_id, kind) DO UPDATE SET taken_at = excluded.taken_at";
        rows.execute_each(&access(), take, &taken.collect::<Vec<_>>()).await?;
        rows.commit().await?;
        let mut mails = JoinSet::new();
        for due in batch {
            let (mailer, (subject, text)) = (iam.mailer().clone(), due.mail(public_url));
            mails.spawn(async move {
                let delivery = mailer.deliver(&due.email, subject, text, Some(&due.message())).await;
                (due, delivery)
            });
        }
        let (done, later): (Vec<_>, Vec<_>) =
            mails.join_all().await.into_iter().partition(|(_, delivery)| *delivery != Delivery::Later);
        let settled: Vec<_> =
            done.iter().map(|(due, _)| vec![due.token.into(), due.notice.kind.into(), now.into()]).collect();
        let mut rows = iam.engine().write().await?;
        let settle = "UPDATE token_notices SET delivered_at = $3 WHERE token_id = $1 AND kind = $2";
        rows.execute_each(&access(), settle, &settled).await?;
        rows.commit().await?;
        told += done.len();
        if done.is_empty() && !later.is_empty() {
            tracing::warn!("the mail server takes no notices of tokens that end; trying again");
            break;
        }
    }
    let mut rows = iam.engine().read().await?;
    Ok((told, waiting(&mut rows, iam.engine().clock().now()).await?))
}

impl Due {
    /// A life that is shorter than a threshold skips it.
    fn fits(&self) -> bool {
        self.notice.days == 0 || self.expiry - self.created > TimeDelta::days(self.notice.days)
    }

    /// What all mails about this notice are called.
    fn message(&self) -> String {
        format!("token.{}.{}", self.token.simple(), self.notice.kind.replace(' ', "-"))
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

/// Tokens of active people that end soon or just ended, as ` FROM … WHERE …`.
fn push_ending(now: DateTime<Utc>, statement: &mut Statement) {
    statement.push(" FROM personal_access_tokens t JOIN users u ON u.id = t.user_id WHERE t.revoked_at IS NULL");
    statement.push(" AND t.rotated_at IS NULL AND u.is_active AND t.expires_at <= ");
    statement.bind(now + TimeDelta::days(FIRST.days)).push(" AND t.expires_at > ").bind(now - TimeDelta::days(1));
}

/// How many notices were taken and not delivered, and are not yet overtaken by the next.
async fn waiting(rows: &mut Rows, now: DateTime<Utc>) -> Result<usize, ApiError> {
    let mut statement = rows.sql("SELECT t.id");
    push_ending(now, &mut statement);
    statement.push(" AND t.id IN (SELECT n.token_id FROM token_notices n WHERE n.delivered_at IS NULL AND n.kind = ");
    push_kind(now, &mut statement);
    statement.push(")");
    Ok(rows.ids(&access(), &statement).await?.len())
}

/// Some notices that are due, neither delivered nor just taken, after the one of that expiry and token. Of several thresholds that
/// passed, the nearest counts.
async fn due(rows: &mut Rows, now: DateTime<Utc>, after: Option<(DateTime<Utc>, Uuid)>) -> Result<Vec<Due>, ApiError> {
    let mut statement = rows.sql("SELECT t.id, t.name, t.created_at, t.expires_at, t.last_used_at, u.email, ");
    push_kind(now, &mut statement);
    push_ending(now, &mut statement);
    statement.push(" AND NOT EXISTS (SELECT 1 FROM token_notices n WHERE n.token_id = t.id AND n.kind = ");
    push_kind(now, &mut statement);
    statement.push(" AND (n.delivered_at IS NOT NULL OR n.taken_at > ").bind(now - TAKEN).push("))");
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
