//! Domains as files: export, import, and a small domain to look around in.

use engine::access::{FolderKind, FolderNode};
use engine::declare::Answer;
use engine::transfer;
use engine::write::create_in;
use engine::{ApiError, Body, Call};
use serde_json::{Map, Value, json};

/// The content of a domain as a file. Its name and the domains below are not part of it.
pub(super) async fn export(call: Call<'_>) -> Result<Answer, ApiError> {
    let document = transfer::export(call.ctx, call.item()?).await?;
    let bytes = serde_json::to_vec_pretty(&document).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::File { name: "domain.json".into(), mime: "application/json", bytes })
}

/// A new domain from a file. It is called like the file, or as `?name=` says.
pub(super) async fn import(call: Call<'_>) -> Result<Answer, ApiError> {
    let upload = call.upload.as_ref().ok_or_else(|| ApiError::error(400, "noFileProvided"))?;
    let document: Value = serde_json::from_slice(&upload.bytes)
        .map_err(|error| ApiError::error(400, format!("The file is no JSON: {error}")))?;
    let stem = upload.name.rsplit_once('.').map_or(upload.name.as_str(), |(stem, _)| stem);
    let name = call.query.last("name").unwrap_or(stem).to_owned();
    make(&call, &name, &document).await
}

/// A made-up domain with a few assets.
pub(super) async fn import_dummy(call: Call<'_>) -> Result<Answer, ApiError> {
    let document: Value =
        serde_json::from_str(include_str!("demo.json")).map_err(|error| ApiError::Internal(error.to_string()))?;
    make(&call, call.query.last("name").unwrap_or("Demo"), &document).await
}

/// Domain and content in one transaction.
async fn make(call: &Call<'_>, name: &str, document: &Value) -> Result<Answer, ApiError> {
    let mut rows = call.write().await?;
    let body = Body::from_iter([("name".to_owned(), json!(name))]);
    let (folder, _) = create_in(call.ctx, &mut rows, call.resource, &body).await?;
    // The caller's grants were computed before the folder existed.
    let root = call.ctx.principal.grants().tree().root();
    let node =
        FolderNode { id: folder, parent: Some(root), name: name.to_owned(), kind: FolderKind::Domain, published: true };
    let ctx = call.ctx.with_folder(node);
    let imported = transfer::import(&ctx, &mut rows, document, folder).await?;
    rows.commit().await?;
    let created: Map<String, Value> =
        imported.created.into_iter().map(|(path, count)| (path.to_owned(), json!(count))).collect();
    Ok(Answer::Json(json!({
        "message": "Import successful", "folder": folder, "created": created, "left_out": imported.left_out,
    })))
}
