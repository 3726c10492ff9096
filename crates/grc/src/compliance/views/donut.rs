//! `donut_data`: how many rows have which result, status and extended result.

use crate::compliance::head::{Head, head};
use crate::compliance::lines::{Finding, findings, tally};
use crate::compliance::words::{EXTENDED_RESULT, RESULT, STATUS, key};
use engine::declare::{Answer, Choices};
use engine::read::Reading;
use engine::{ApiError, Call};
use serde_json::{Value, json};

const RESULT_COLOURS: [&str; 5] = ["#d1d5db", "#fde047", "#f87171", "#86efac", "#000000"];
const STATUS_COLOURS: [&str; 4] = ["#9ca3af", "#f59e0b", "#3b82f6", "#86efac"];
const EXTENDED_COLOURS: [&str; 6] = ["#d1d5db", "#dc2626", "#f97316", "#eab308", "#3b82f6", "#22c55e"];

/// The donuts of an audit.
pub(super) async fn data(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let found = findings(&mut reading, std::slice::from_ref(&head)).await?;
    Ok(Answer::Json(donuts(&head, found.get(&head.id).map_or(&[], Vec::as_slice))))
}

/// The three donuts over the rows that count.
pub(super) fn donuts(head: &Head, findings: &[Finding]) -> Value {
    let counted = || findings.iter().filter(|finding| finding.counts(head));
    let extended: Vec<(&'static str, &str)> =
        [("not_set", "")].into_iter().chain(EXTENDED_RESULT.iter().copied()).collect();
    let results = tally(RESULT, counted().map(|finding| finding.result.as_ref()));
    let statuses = tally(STATUS, counted().map(|finding| finding.status.as_ref()));
    let extended = tally(&extended, counted().map(|finding| finding.extended.as_deref().unwrap_or("not_set")));
    json!({
        "result": donut(&results, &RESULT_COLOURS),
        "status": donut(&statuses, &STATUS_COLOURS),
        "extended_result": donut(&extended, &EXTENDED_COLOURS),
    })
}

/// `{code: count}`, with every code.
pub(super) fn counts<'a>(codes: Choices, found: impl Iterator<Item = &'a str>) -> Value {
    tally(codes, found)
        .into_iter()
        .map(|(code, count)| (code.to_owned(), json!(count)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn donut(counts: &[(&'static str, i64)], colours: &[&str]) -> Value {
    let values: Vec<Value> = counts
        .iter()
        .zip(colours)
        .map(|((code, count), colour)| {
            json!({ "name": code, "localName": key(code), "value": count, "itemStyle": { "color": colour } })
        })
        .collect();
    let labels: Vec<&str> = counts.iter().map(|(code, _)| *code).collect();
    json!({ "values": values, "labels": labels })
}
