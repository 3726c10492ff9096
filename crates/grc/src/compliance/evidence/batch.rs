//! Many files at once: each becomes an evidence of its own.

use engine::declare::Answer;
use engine::write::create_in;
use engine::{ApiError, Body, Call};
use serde_json::json;

/// Longest name of an evidence.
const LONGEST: usize = 200;

/// One evidence for each file, called like the file, all with the other fields of the form. All of them, or none.
pub(super) async fn create(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.write().await?;
    let mut created = Vec::new();
    for file in &call.ctx.files {
        let name = file.name().rsplit_once('.').map_or(file.name(), |(stem, _)| stem).trim();
        let name: String = if name.is_empty() { file.name() } else { name }.chars().take(LONGEST).collect();
        let mut body: Body = call.body.clone();
        body.insert("name".into(), json!(name));
        let ctx = call.ctx.with_files(vec![file.clone()]);
        let (id, _) = create_in(&ctx, &mut rows, call.resource, &body).await?;
        created.push(json!({ "id": id, "name": name }));
    }
    rows.commit().await?;
    Ok(Answer::Json(json!({ "created": created.len(), "evidences": created })))
}
