//! Who owns some evidence, for filters.

use engine::declare::Answer;
use engine::read::labels_of;
use engine::{ApiError, Call, Verb};
use serde_json::json;

/// Actors that own an evidence which the caller sees, as far as the caller sees them.
pub(super) async fn used(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut statement =
        rows.sql("SELECT DISTINCT l.target_id FROM evidences__owner l JOIN evidences t ON t.id = l.source_id WHERE ");
    call.access.push_condition("t", &mut statement);
    let ids = rows.ids(&call.access, &statement).await?;
    let actors = call.ctx.engine.registry().get("actors").ok_or(ApiError::NotFound)?;
    let access = call.ctx.access(actors, Verb::View);
    let labels = labels_of(&mut rows, &access, actors, &ids).await?;
    Ok(Answer::Json(labels.into_iter().map(|(id, name)| json!({ "id": id, "str": name })).collect()))
}
