//! Rows that the program itself makes: built-in roles, groups, words.

use crate::access::Access;
use crate::context::Context;
use crate::error::ApiError;
use crate::rows::Rows;
use store::Value;

/// Inserts a row with these cells, its search columns made of `name`, and the two times that
/// every row has. No audit entry: it is part of the product.
pub async fn seed(
    ctx: &Context,
    rows: &mut Rows,
    access: &Access,
    table: &str,
    name: &str,
    cells: &[(&str, Value)],
) -> Result<(), ApiError> {
    let names: Vec<&str> = cells.iter().map(|(name, _)| *name).collect();
    let mut statement = rows.sql(&format!(
        "INSERT INTO {table} ({}, name_key, search_text, created_at, updated_at) VALUES (",
        names.join(", ")
    ));
    for (_, cell) in cells {
        statement.bind(cell.clone()).push(", ");
    }
    let key = name.to_lowercase();
    statement.bind(key.clone()).push(", ").bind(key).push(", ");
    statement.bind(ctx.now()).push(", ").bind(ctx.now()).push(")");
    rows.execute(access, &statement).await.map(drop)
}
