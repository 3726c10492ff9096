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

/// Rows of one table that the program itself makes, gathered and inserted together.
#[derive(Debug)]
pub struct Bulk {
    table: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Bulk {
    /// Nothing yet, for these columns of a table. No audit entries: whoever inserts tells of the whole.
    pub fn new(table: &'static str, columns: &[&'static str]) -> Self {
        Self { table, columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, one cell for each column.
    pub fn add(&mut self, cells: Vec<Value>) {
        self.rows.push(cells);
    }

    /// Whether there is nothing to insert.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Inserts everything.
    pub async fn insert(self, rows: &mut Rows, access: &Access) -> Result<(), ApiError> {
        let sql = self.sql();
        self.run(&sql, rows, access).await
    }

    /// Inserts everything; a row whose id is there already takes the new values, except the time of its making.
    pub async fn insert_or_change(self, rows: &mut Rows, access: &Access) -> Result<(), ApiError> {
        let kept = ["id", "created_at"];
        let changed = self.columns.iter().filter(|column| !kept.contains(*column));
        let changed: Vec<String> = changed.map(|column| format!("{column} = excluded.{column}")).collect();
        let sql = format!("{} ON CONFLICT (id) DO UPDATE SET {}", self.sql(), changed.join(", "));
        self.run(&sql, rows, access).await
    }

    fn sql(&self) -> String {
        let places: Vec<String> = (1..=self.columns.len()).map(|number| format!("${number}")).collect();
        let (columns, places) = (self.columns.join(", "), places.join(", "));
        format!("INSERT INTO {} ({columns}) VALUES ({places})", self.table)
    }

    async fn run(self, sql: &str, rows: &mut Rows, access: &Access) -> Result<(), ApiError> {
        if self.rows.is_empty() { Ok(()) } else { rows.execute_each(access, sql, &self.rows).await }
    }
}
