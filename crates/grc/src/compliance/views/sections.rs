//! What was found by section, and by implementation group.

use super::score::documentation;
use crate::compliance::head::{Head, head};
use crate::compliance::lines::{Finding, Line, Scores, lines, scores_of, tally};
use crate::compliance::numbers::{percent, truncated};
use crate::compliance::words::RESULT;
use engine::declare::Answer;
use engine::read::Reading;
use engine::{ApiError, Call};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Topmost nodes with everything below them, in the order of the framework.
pub(in crate::compliance) fn by_section(lines: &[Line]) -> Vec<(&Line, Vec<&Line>)> {
    let by_urn: HashMap<&str, &Line> = lines.iter().map(|line| (line.urn.as_str(), line)).collect();
    let mut sections: Vec<(&Line, Vec<&Line>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for line in lines {
        let mut top = line;
        // A tree is never deeper than it has nodes.
        for _ in 0..lines.len() {
            match top.finding.about.above.as_deref().and_then(|above| by_urn.get(above)) {
                Some(above) => top = above,
                None => break,
            }
        }
        let at = *places.entry(&top.urn).or_insert_with(|| {
            sections.push((top, Vec::new()));
            sections.len() - 1
        });
        sections[at].1.push(line);
    }
    sections
}

/// Results of rows that count, without those that nobody has.
fn results(counted: &[&Finding]) -> Value {
    let found = tally(RESULT, counted.iter().map(|finding| finding.result.as_ref()));
    let found = found.into_iter().filter(|(_, count)| *count > 0);
    found.map(|(code, count)| (code.to_owned(), json!(count))).collect::<Map<_, _>>().into()
}

fn scores(head: &Head, scores: &Scores) -> [(&'static str, Value); 3] {
    let shown = |score: Option<f64>| score.map_or(Value::Null, |score| json!(truncated(score)));
    let documented = if scores.documentation.is_some() { documentation(head, scores) } else { Value::Null };
    [
        ("implementation_score", shown(scores.implementation)),
        ("documentation_score", documented),
        ("maturity_score", shown(scores.maturity)),
    ]
}

/// Rows whose score counts.
pub(in crate::compliance) fn scored<'a>(head: &Head, counted: &[&'a Finding]) -> Vec<&'a Finding> {
    let counts =
        |finding: &&Finding| finding.is_scored && finding.score.is_some() && finding.result != "not_applicable";
    if head.scores() { counted.iter().copied().filter(counts).collect() } else { Vec::new() }
}

/// Results and scores by section.
pub(super) async fn sections(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let lines = lines(&mut reading, &head).await?;
    let mut list = Vec::new();
    for (section, below) in by_section(&lines) {
        let counted: Vec<&Finding> =
            below.iter().map(|line| &line.finding).filter(|finding| finding.counts(&head)).collect();
        if counted.is_empty() {
            continue;
        }
        let scored = scored(&head, &counted);
        let mut entry = json!({
            "ref_id": section.ref_id,
            "name": section.name,
            "total_assessable": counted.len(),
            "results": results(&counted),
            "scored_count": scored.len(),
            "total_weight": scored.iter().map(|finding| finding.weight()).sum::<i64>(),
        });
        for (name, value) in scores(&head, &scores_of(&head, counted.iter().copied())) {
            entry[name] = value;
        }
        list.push(entry);
    }
    Ok(Answer::Json(json!({
        "sections": list,
        "score_calculation_method": head.method,
        "max_score": head.scale().max,
        "min_score": head.scale().min,
    })))
}

/// Results and scores by selected group; by every group where none is selected.
pub(super) async fn groups(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let groups = head.groups();
    if groups.is_empty() {
        return Ok(Answer::Json(json!({ "groups": [] })));
    }
    let lines = lines(&mut reading, &head).await?;
    let mut list = Vec::new();
    let selected = |ref_id: &String| head.selected.is_empty() || head.selected.contains(ref_id);
    for group in groups.iter().filter(|group| selected(&group.ref_id)) {
        let inside = |finding: &&Finding| finding.about.assessable && finding.about.groups.contains(&group.ref_id);
        let counted: Vec<&Finding> = lines.iter().map(|line| &line.finding).filter(inside).collect();
        let assessed = counted.iter().filter(|finding| !matches!(finding.result.as_ref(), "" | "not_assessed")).count();
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let mut entry = json!({
            "ref_id": group.ref_id,
            "name": group.name,
            "total_assessable": counted.len(),
            "results": results(&counted),
            "progress_percent": percent(whole(assessed), whole(counted.len())),
            "scored_count": scored(&head, &counted).len(),
        });
        for (name, value) in scores(&head, &scores_of(&head, counted.iter().copied())) {
            entry[name] = value;
        }
        list.push(entry);
    }
    Ok(Answer::Json(json!({
        "groups": list,
        "score_calculation_method": head.method,
        "max_score": head.scale().max,
        "min_score": head.scale().min,
    })))
}
