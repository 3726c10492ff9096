//! Telling people by mail that an audit waits for them.

use super::audit::refuse_locked;
use super::head::head;
use chrono::TimeDelta;
use engine::audit::{Entry, record};
use engine::declare::Answer;
use engine::mail::Letter;
use engine::read::Reading;
use engine::{Access, ApiError, Call, Cell, Context, Rows, required};
use iam::people::addresses_behind;
use serde_json::{Map, json};
use std::fmt::Write as _;
use uuid::Uuid;

/// An audit is told of once in this time, so that nobody floods mailboxes.
const PAUSE: TimeDelta = TimeDelta::minutes(10);

/// Audits of which one person tells in this time: whoever makes many audits floods nobody either.
const MOST_OF_ONE: i64 = 30;

/// What the log calls it.
const ACTION: &str = "mailing";

/// Assignments that wait for somebody.
const OPEN: [&str; 2] = ["in_progress", "changes_requested"];

/// `POST mailing/`: the authors of the audit, and everybody who has to answer something in it, get the address where
/// it is. Who asked is not in the letter: those who answer may not know them.
pub(super) async fn mailing(call: Call<'_>) -> Result<Answer, ApiError> {
    let Some(post) = call.ctx.engine.post() else {
        return Err(ApiError::error(400, "Mail cannot be sent: no mail server is configured."));
    };
    let mut rows = call.write().await?;
    let head = head(&mut Reading { ctx: call.ctx, rows: &mut rows }, call.item()?).await?;
    refuse_locked(head.is_locked)?;
    let access = Access::system("whoever is named in an audit is told, seen by the caller or not");
    pause(call.ctx, &mut rows, &access, head.id).await?;
    let mut statement = rows.sql("SELECT l.target_id FROM compliance_assessments__authors l WHERE l.source_id = ");
    statement.bind(head.id);
    statement.push(
        " UNION SELECT l.target_id FROM requirement_assignments__actor l JOIN requirement_assignments t \
         ON t.id = l.source_id WHERE t.compliance_assessment_id = ",
    );
    statement.bind(head.id).push(" AND ").bind_in("t.status", Cell::Texts(OPEN.map(str::to_owned).to_vec()));
    let actors = rows.ids(&access, &statement).await?;
    let to = addresses_behind(&mut rows, &access, &actors, call.ctx.now().date_naive()).await?;
    if to.is_empty() {
        let sentence = "There is nobody to write to: the audit has neither authors nor open assignments.";
        return Err(ApiError::error(400, sentence));
    }
    let mut text = format!("The audit “{}” waits for you.\n\n", in_line(&head.name));
    let mut statement = rows.sql("SELECT t.due_date FROM compliance_assessments t WHERE t.id = ");
    statement.bind(head.id);
    if let Some(day) = rows.one(&access, &statement, |row| row.date(0)).await?.flatten() {
        let _ = write!(text, "It is due on {}.\n\n", day.format("%-d %B %Y"));
    }
    let _ = writeln!(text, "To open it: {}/compliance-assessments/{}", post.address(), head.id);
    // Addresses of people whom readers of the log may not see stay out of it.
    let entry = Entry {
        action: ACTION,
        resource: call.resource.path,
        object: Some(head.id),
        name: head.name.clone(),
        folder: Some(head.folder),
        changes: Map::from_iter([("sent".to_owned(), json!([null, to.len()]))]),
    };
    record(call.ctx, &mut rows, entry).await?;
    rows.commit().await?;
    let sent = to.len();
    for to in to {
        post.send(Letter { to, subject: "An audit waits for you", text: text.clone() });
    }
    Ok(Answer::Json(json!({ "sent": sent })))
}

/// A name on one line: whoever gives it writes no letter of their own.
fn in_line(name: &str) -> String {
    let plain = name.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    plain.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Refuses while the last letters about the audit are fresh, and while the caller has told of many. Of two who ask at once one waits for the other.
async fn pause(ctx: &Context, rows: &mut Rows, access: &Access, audit: Uuid) -> Result<(), ApiError> {
    rows.take_turn(access, &format!("mailing {audit}")).await?;
    let mut statement = rows.sql("SELECT e.at FROM audit_entries e WHERE e.object_id = ");
    statement.bind(audit).push(" AND e.action = ").bind(ACTION).push(" ORDER BY e.at DESC LIMIT 1");
    let last = rows.one(access, &statement, |row| row.time(0)).await?.flatten();
    if let Some(user) = ctx.principal.user() {
        rows.take_turn(access, &format!("mailing of {user}")).await?;
        let mut statement = rows.sql("SELECT count(*) FROM audit_entries e WHERE e.actor_id = ");
        statement.bind(user).push(" AND e.at > ").bind(ctx.now() - PAUSE);
        statement.push(" AND e.action = ").bind(ACTION);
        if rows.one(access, &statement, |row| required(row.int(0)?)).await?.unwrap_or_default() >= MOST_OF_ONE {
            return Err(ApiError::Throttled(PAUSE.num_seconds().unsigned_abs()));
        }
    }
    let wait = last.map(|last| last + PAUSE - ctx.now()).filter(|wait| *wait > TimeDelta::zero());
    match wait {
        Some(wait) => Err(ApiError::Throttled(wait.num_milliseconds().unsigned_abs().div_ceil(1000))),
        None => Ok(()),
    }
}
