//! From what a path says to a row: its id, or the text by which its kind may be asked for.

use crate::access::Verb;
use crate::context::Context;
use crate::declare::Resource;
use crate::error::ApiError;
use crate::rows::required;
use uuid::Uuid;

/// The id that a segment of a path means. Whether the row may be seen is asked later for ids, at
/// once for texts.
pub async fn resolve(ctx: &Context, resource: &Resource, segment: &str) -> Result<Uuid, ApiError> {
    if let Ok(id) = segment.parse() {
        return Ok(id);
    }
    let Some(column) = resource.found_by else { return Err(ApiError::NotFound) };
    let access = ctx.access(resource, Verb::View);
    let mut rows = ctx.engine.read().await?;
    let mut statement = rows.sql(&format!("SELECT t.id FROM {} t WHERE t.{column} = ", resource.table()));
    statement.bind(segment.replace('\0', "").to_lowercase()).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.created_at DESC, t.id DESC LIMIT 1");
    let found = rows.one(&access, &statement, |row| required(row.uuid(0)?)).await?;
    found.ok_or_else(|| resource.not_found())
}
