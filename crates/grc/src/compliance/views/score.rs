//! `global_score`.

use crate::compliance::head::{Head, head};
use crate::compliance::lines::{Scores, findings, score_json, scores_of};
use engine::declare::Answer;
use engine::read::Reading;
use engine::{ApiError, Call};
use serde_json::{Value, json};

/// The score of an audit.
pub(super) async fn global(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let found = findings(&mut reading, std::slice::from_ref(&head)).await?;
    let scores = scores_of(&head, found.get(&head.id).into_iter().flatten());
    let mut answer = brief(&head, &scores);
    answer["total_max_score"] = json!(scores.total_max);
    answer["scores_definition"] = head.scores_list();
    answer["scoring_enabled"] = json!(head.scores());
    answer["show_documentation_score"] = json!(head.documents());
    answer["score_calculation_method"] = json!(head.method);
    answer["target_score"] = json!(head.scoring.target);
    answer["anchor_na_to_target"] = json!(head.scoring.anchored);
    Ok(Answer::Json(answer))
}

/// The three scores and the scale.
pub(super) fn brief(head: &Head, scores: &Scores) -> Value {
    json!({
        "implementation_score": score_json(scores.implementation),
        "documentation_score": documentation(head, scores),
        "maturity_score": score_json(scores.maturity),
        "min_score": head.scale().min,
        "max_score": head.scale().max,
    })
}

/// Null where scores of documentation are out of sight.
pub(super) fn documentation(head: &Head, scores: &Scores) -> Value {
    if head.scores() && head.documents() { score_json(scores.documentation) } else { Value::Null }
}
