//! Assets as a table to take away.

use engine::declare::Answer;
use engine::plan;
use engine::{ApiError, Call, Verb};

const HEADERS: [&str; 9] =
    ["internal_id", "ref_id", "name", "description", "type", "folder", "asset_class", "owner", "labels"];

/// CSV with byte order mark and semicolons, as spreadsheets expect it.
pub(super) async fn csv(call: Call<'_>) -> Result<Answer, ApiError> {
    let table = table(&call).await?;
    let bytes = report::csv(&HEADERS, &table).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(Answer::File { name: "assets_export.csv".into(), mime: "text/csv; charset=utf-8", bytes })
}

/// A workbook with one sheet.
pub(super) async fn xlsx(call: Call<'_>) -> Result<Answer, ApiError> {
    let table = table(&call).await?;
    let bytes = report::xlsx("assets", &HEADERS, &table).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(Answer::File { name: "assets_export.xlsx".into(), mime, bytes })
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
    statement.push(&selection.order);
    let mut table = rows
        .all(&call.access, &statement, |row| {
            let id = row.uuid(0)?.map(|id| id.to_string()).unwrap_or_default();
            let mut cells = vec![id];
            for index in 1..=6 {
                cells.push(row.text(index)?.unwrap_or_default());
            }
            Ok(cells)
        })
        .await?;
    let owners = linked(call, &mut rows, "owner", "actors").await?;
    let labels = linked(call, &mut rows, "filtering_labels", "filtering-labels").await?;
    for row in &mut table {
        for names in [&owners, &labels] {
            row.push(names.get(&row[0]).cloned().unwrap_or_default());
        }
    }
    Ok(table)
}

/// Names of one relation by asset, joined by commas.
async fn linked(
    call: &Call<'_>,
    rows: &mut engine::Rows,
    field: &str,
    target: &str,
) -> Result<std::collections::HashMap<String, String>, ApiError> {
    let target = call.ctx.engine.registry().get(target).ok_or(ApiError::NotFound)?;
    let access = call.ctx.access(target, Verb::View);
    let label = target.label_over("r");
    let mut statement = rows.sql(&format!(
        "SELECT l.source_id, {label} FROM assets__{field} l JOIN {} r ON r.id = l.target_id WHERE ",
        target.table()
    ));
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY l.source_id, l.position");
    let mut names: std::collections::HashMap<String, String> = std::collections::HashMap::new();
    rows.each(&access, &statement, |row| {
        let (id, name) = (row.uuid(0)?.map(|id| id.to_string()).unwrap_or_default(), row.text(1)?.unwrap_or_default());
        let joined = names.entry(id).or_default();
        if !joined.is_empty() {
            joined.push(',');
        }
        joined.push_str(&name);
        Ok(())
    })
    .await?;
    Ok(names)
}
