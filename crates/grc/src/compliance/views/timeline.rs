//! How an audit came to be as it is: a point for each day on which something changed.
//!
//! Nothing is kept for it. The audit log tells what every change replaced, so the days are found by
//! going back from today.

use super::donut::counts;
use crate::compliance::head::{Head, head};
use crate::compliance::lines::{Finding, lines, progress_of, score_json, scores_of};
use crate::compliance::words::{RESULT, STATUS};
use chrono::NaiveDate;
use engine::declare::Answer;
use engine::read::Reading;
use engine::{Access, ApiError, Call, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// A change of a row, as the log tells it.
struct Change {
    row: Uuid,
    day: NaiveDate,
    changes: Value,
}

impl Change {
    /// Whether anything changed beside these fields.
    fn tells_more_than(&self, fields: &[&str]) -> bool {
        self.changes.as_object().is_some_and(|changes| changes.keys().any(|name| !fields.contains(&name.as_str())))
    }
}

/// The findings at the end of a day.
type Day = (NaiveDate, Vec<Finding>);

/// `[[day, percent]]`.
pub(super) async fn progress(call: Call<'_>) -> Result<Answer, ApiError> {
    let (head, days) = days(&call).await?;
    let point = |(day, findings): &Day| json!([day, progress_of(&head, findings)]);
    Ok(Answer::Json(json!({ "data": days.iter().map(point).collect::<Value>() })))
}

/// Progress, score and counts by day.
pub(super) async fn timeline(call: Call<'_>) -> Result<Answer, ApiError> {
    let (head, days) = days(&call).await?;
    let point = |(day, findings): &Day| {
        let counted = || findings.iter().filter(|finding| finding.counts(&head));
        json!({
            "date": day,
            "progress_perc": progress_of(&head, findings),
            "score": score_json(scores_of(&head, findings).maturity),
            "per_result": counts(RESULT, counted().map(|finding| finding.result.as_ref())),
            "per_status": counts(STATUS, findings.iter().map(|finding| finding.status.as_ref())),
        })
    };
    Ok(Answer::Json(json!({ "timeline": days.iter().map(point).collect::<Value>() })))
}

async fn days(call: &Call<'_>) -> Result<(Head, Vec<Day>), ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let now = lines(&mut reading, &head).await?;
    let log = log(&mut reading, head.id).await?;
    let made =
        head.created_at.get(..10).and_then(|day| day.parse().ok()).unwrap_or_else(|| call.ctx.now().date_naive());
    let mut state: Vec<(Uuid, Finding)> = now.into_iter().map(|line| (line.id, line.finding)).collect();
    let places: HashMap<Uuid, usize> = state.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    let withheld = head.withheld();
    // The log tells what the rows no longer do.
    let shown = |state: &[(Uuid, Finding)]| {
        let mut findings: Vec<Finding> = state.iter().map(|(_, finding)| finding.clone()).collect();
        for finding in &mut findings {
            finding.withhold(&withheld);
        }
        findings
    };
    let mut days = Vec::new();
    // A day on which only such things changed that are withheld is none.
    let told = |change: &Change| places.contains_key(&change.row) && change.tells_more_than(&withheld);
    let mut log = log.into_iter().filter(told).peekable();
    while let Some(day) = log.peek().map(|change| change.day) {
        days.push((day, shown(&state)));
        while let Some(change) = log.next_if(|change| change.day == day) {
            if let Some(at) = places.get(&change.row) {
                undo(&mut state[*at].1, &change.changes);
            }
        }
    }
    if days.last().is_none_or(|(day, _): &Day| *day > made) {
        days.push((made, shown(&state)));
    }
    days.reverse();
    Ok((head, days))
}

/// Changes of the rows, last first.
async fn log(reading: &mut Reading<'_>, audit: Uuid) -> Result<Vec<Change>, ApiError> {
    // Only numbers come of it, over rows of an audit that the caller was shown.
    let access = Access::system("the history of a visible audit");
    let mut statement = reading.rows.sql(
        "SELECT e.object_id, e.at, e.changes FROM requirement_assessments t JOIN audit_entries e ON e.object_id = t.id \
         WHERE e.action = 'update' AND t.compliance_assessment_id = ",
    );
    statement.bind(audit).push(" ORDER BY e.at DESC, e.id DESC");
    reading
        .rows
        .all(&access, &statement, |row| {
            let text = row.text(2)?.unwrap_or_default();
            Ok(Change {
                row: required(row.uuid(0)?)?,
                day: required(row.time(1)?)?.date_naive(),
                changes: serde_json::from_str(&text).unwrap_or_default(),
            })
        })
        .await
}

fn undo(finding: &mut Finding, changes: &Value) {
    let old = |field: &str| changes.get(field).and_then(|change| change.get(0));
    let text = |field: &str| old(field).and_then(Value::as_str).map(str::to_owned);
    if let Some(status) = text("status") {
        finding.status = status.into();
    }
    if let Some(result) = text("result") {
        finding.result = result.into();
    }
    if let Some(score) = old("score") {
        finding.score = score.as_i64();
    }
    if let Some(score) = old("documentation_score") {
        finding.documentation = score.as_i64();
    }
    if let Some(is_scored) = old("is_scored").and_then(Value::as_bool) {
        finding.is_scored = is_scored;
    }
}
