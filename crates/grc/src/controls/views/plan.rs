//! Controls in time.

use super::super::rows::{Control, selected};
use chrono::{Days, NaiveDate, NaiveTime};
use engine::declare::Answer;
use engine::{ApiError, Call};
use serde_json::{Value, json};

/// Milliseconds since 1970 at the beginning of a day.
fn millis(day: NaiveDate) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp_millis()
}

/// First and last day; what has no end has no place in time.
fn span(control: &Control) -> Option<(NaiveDate, NaiveDate)> {
    let end = control.eta?;
    // Nobody checks that a start is before its end.
    Some((control.start.filter(|start| *start <= end).unwrap_or(end), end))
}

/// Entries for a time line.
pub(in super::super) async fn timeline(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let entries: Vec<Value> = selected(&call, &mut rows)
        .await?
        .iter()
        .filter_map(|control| {
            let (start, end) = span(control)?;
            Some(json!({
                "startDate": millis(start),
                "endDate": millis(end),
                "name": control.name,
                "description": control.description,
                "domain": control.domain(&call),
            }))
        })
        .collect();
    Ok(Answer::Json(json!({ "entries": entries })))
}

/// Bars of a Gantt chart; each is a day wide at least.
pub(in super::super) async fn gantt(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let bars: Vec<Value> = selected(&call, &mut rows)
        .await?
        .iter()
        .filter_map(|control| {
            let (start, end) = span(control)?;
            let next = start.checked_add_days(Days::new(1)).unwrap_or(start);
            Some(json!({
                "id": control.id,
                "start": start,
                "end": end.max(next),
                "name": control.name,
                "progress": control.progress,
                "description": control.description,
                "domain": control.domain(&call),
            }))
        })
        .collect();
    Ok(Answer::Json(Value::Array(bars)))
}
