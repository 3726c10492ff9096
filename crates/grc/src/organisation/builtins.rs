//! Terms and asset classes that every instance holds. Missing ones are made at each start.

use engine::{Access, ApiError, Cell, Context, Rows, required};
use serde::Deserialize;
use std::collections::HashSet;
use uuid::Uuid;

const BUILTINS: &str = include_str!("builtins.json");

#[derive(Deserialize)]
struct Builtins {
    terminologies: Vec<(String, String)>,
    asset_classes: Vec<Class>,
}

#[derive(Deserialize)]
struct Class {
    name: String,
    parent: Option<String>,
}

fn access() -> Access {
    Access::system("making what every instance holds")
}

/// Makes what is missing.
pub async fn seed(ctx: &Context) -> Result<(), ApiError> {
    let wanted: Builtins = serde_json::from_str(BUILTINS).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut rows = ctx.engine.write().await?;
    terms(ctx, &mut rows, &wanted.terminologies).await?;
    classes(ctx, &mut rows, &wanted.asset_classes).await?;
    rows.commit().await
}

async fn terms(ctx: &Context, rows: &mut Rows, wanted: &[(String, String)]) -> Result<(), ApiError> {
    let statement = rows.sql("SELECT field_path, name FROM terminologies WHERE builtin");
    let known = rows
        .all(&access(), &statement, |row| Ok((row.text(0)?.unwrap_or_default(), row.text(1)?.unwrap_or_default())))
        .await?;
    let known: HashSet<(String, String)> = known.into_iter().collect();
    for (field_path, name) in wanted.iter().filter(|term| !known.contains(*term)) {
        let more = [("field_path", Cell::Text(field_path.clone()))];
        insert(ctx, rows, "terminologies", name, &more).await?;
    }
    Ok(())
}

/// Classes come in the order of the tree: a parent's name means the latest class so called.
async fn classes(ctx: &Context, rows: &mut Rows, wanted: &[Class]) -> Result<(), ApiError> {
    let statement = rows.sql("SELECT id, name, parent_id FROM asset_class WHERE builtin ORDER BY created_at, id");
    let known: Vec<(Uuid, String, Option<Uuid>)> = rows
        .all(&access(), &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default(), row.uuid(2)?)))
        .await?;
    let mut placed: Vec<(&str, Uuid)> = Vec::new();
    for class in wanted {
        let parent = class.parent.as_deref().and_then(|name| placed.iter().rev().find(|(known, _)| *known == name));
        let parent = parent.map(|(_, id)| *id);
        let id = match known.iter().find(|(_, name, above)| *name == class.name && *above == parent) {
            Some((id, ..)) => *id,
            None => {
                let more = [("parent_id", parent.map_or(Cell::Null, Cell::Uuid))];
                insert(ctx, rows, "asset_class", &class.name, &more).await?
            }
        };
        placed.push((&class.name, id));
    }
    Ok(())
}

async fn insert(
    ctx: &Context,
    rows: &mut Rows,
    table: &str,
    name: &str,
    more: &[(&str, Cell)],
) -> Result<Uuid, ApiError> {
    let id = ctx.engine.new_id()?;
    let root = ctx.principal.grants().tree().root();
    let mut cells = vec![
        ("id", Cell::Uuid(id)),
        ("folder_id", root.into()),
        ("name", name.into()),
        ("builtin", true.into()),
        ("is_visible", true.into()),
        ("is_published", true.into()),
        ("translations", Cell::Json(serde_json::json!({}))),
    ];
    cells.extend(more.iter().cloned());
    engine::write::seed(ctx, rows, &access(), table, name, &cells).await?;
    Ok(id)
}
