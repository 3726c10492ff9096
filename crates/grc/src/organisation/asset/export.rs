//! Assets as a table to take away.

use crate::exported;
use engine::declare::Answer;
use engine::plan;
use engine::{ApiError, Call, Verb, required};
use uuid::Uuid;

const HEADERS: [&str; 9] =
    ["internal_id", "ref_id", "name", "description", "type", "folder", "asset_class", "owner", "labels"];

/// CSV with byte order mark and semicolons, as spreadsheets expect it.
pub(super) async fn csv(call: Call<'_>) -> Result<Answer, ApiError> {
    exported::csv("assets", &HEADERS, table(&call).await?).await
}

/// A workbook with one sheet.
pub(super) async fn xlsx(call: Call<'_>) -> Result<Answer, ApiError> {
    exported::xlsx("assets", &HEADERS, table(&call).await?).await
}

/// Rows of the filtered list; names of related objects only where they may be seen.
async fn table(call: &Call<'_>) -> Result<Vec<Vec<String>>, ApiError> {
    let mut rows = call.read().await?;
    let selection = plan::select(call.ctx, &mut rows, call.resource, &call.access, call.query).await?;
    let registry = call.ctx.engine.registry();
    let mut statement = rows.sql(
        "SELECT t.id, t.ref_id, t.name, t.description, CASE t.type WHEN 'PR' THEN 'Primary' ELSE 'Support' END, f.name, \
         c.name FROM assets t JOIN folders f ON f.id = t.folder_id LEFT JOIN asset_class c ON c.id = t.asset_class_id AND ",
    );
    let classes = registry.get("asset-class").ok_or(ApiError::NotFound)?;
    call.ctx.access(classes, Verb::View).push_condition("c", &mut statement);
    statement.append(&selection.condition);
    statement.append(&selection.order);
    let found: Vec<(Uuid, Vec<String>)> = rows
        .all(&call.access, &statement, |row| {
            let id = required(row.uuid(0)?)?;
            let mut cells = vec![id.to_string()];
            for index in 1..=6 {
                cells.push(row.text(index)?.unwrap_or_default());
            }
            Ok((id, cells))
        })
        .await?;
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let owners = exported::linked(call, &mut rows, ("owner", "actors"), &ids).await?;
    let labels = exported::linked(call, &mut rows, ("filtering_labels", "filtering-labels"), &ids).await?;
    let line = |(id, mut cells): (Uuid, Vec<String>)| {
        cells.extend([&owners, &labels].map(|names| names.get(&id).cloned().unwrap_or_default()));
        cells
    };
    Ok(found.into_iter().map(line).collect())
}
