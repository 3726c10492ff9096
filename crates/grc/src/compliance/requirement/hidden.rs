//! What an audit hides of its rows: left out of answers, and kept from respondents in everything else that could tell it.

use super::shown::rows;
use crate::compliance::head::heads_by_id;
use engine::declare::{Shape, Withheld};
use engine::read::Reading;
use engine::{ApiError, Statement};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Fields that an audit can hide.
pub(in crate::compliance) const HIDEABLE: [&str; 10] = [
    "score",
    "is_scored",
    "documentation_score",
    "status",
    "result",
    "extended_result",
    "respondent_alignment",
    "observation",
    "evidences",
    "applied_controls",
];

/// Where a result was inferred from tells the result.
const INFERENCE: &str = "mapping_inference";

const KEPT: [&str; HIDEABLE.len() + 1] = {
    let mut fields = [INFERENCE; HIDEABLE.len() + 1];
    let mut at = 0;
    while at < HIDEABLE.len() {
        fields[at] = HIDEABLE[at];
        at += 1;
    }
    fields
};

/// What rows keep from those who see them for being asked: they read, filter, order, search and follow links as if it
/// were not there. Whoever assesses is asked for nothing.
pub(super) const FROM_RESPONDENTS: Withheld = Withheld { fields: &KEPT, rows: is_hidden };

fn is_hidden(alias: &str, field: &str, into: &mut Statement) {
    let field = if field == INFERENCE { "result" } else { field };
    into.push(&format!("{alias}.compliance_assessment_id IN (SELECT xa.id FROM compliance_assessments xa WHERE "));
    into.push_json_text("xa.field_visibility", &[field, "respondent"]).push(" = 'hidden')");
}

/// Fields that are hidden from the caller, by row. What is written shows all to auditors.
pub(super) async fn left_out(
    reading: &mut Reading<'_>,
    shape: Shape,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Arc<[&'static str]>>, ApiError> {
    let found = rows(reading, ids).await?;
    let mut audits: Vec<Uuid> = found.iter().map(|row| row.audit).collect();
    audits.sort_unstable();
    audits.dedup();
    let heads = heads_by_id(reading, &audits).await?;
    let hidden: HashMap<Uuid, Arc<[&'static str]>> = heads
        .values()
        .map(|head| (head.id, if shape == Shape::Write { head.withheld() } else { head.hidden() }.into()))
        .collect();
    Ok(found.iter().filter_map(|row| Some((row.id, Arc::clone(hidden.get(&row.audit)?)))).collect())
}
