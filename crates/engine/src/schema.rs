//! The tables that the declarations imply: their DDL for a new migration, and the check that
//! the migrations built just these.

use crate::access::Access;
use crate::declare::{Kind, OnDelete, Resource, Scope};
use crate::engine::Engine;
use crate::error::ApiError;
use crate::registry::Registry;
use store::{Dialect, Kind as Storage};

/// One column that a declaration implies.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    kind: Storage,
    nullable: bool,
    /// Referred table and what its deletions do.
    refers: Option<(String, OnDelete)>,
}

/// `CREATE TABLE` and `CREATE INDEX` statements for one resource and its links.
pub fn ddl(registry: &Registry, resource: &Resource, dialect: Dialect) -> String {
    let table = resource.table();
    if resource.slice.is_some() {
        return format!("-- {} has no table of its own: its rows are in {table}\n", resource.path);
    }
    let mut lines: Vec<String> = columns(registry, resource).iter().map(|column| line(column, dialect)).collect();
    lines[0].push_str(" PRIMARY KEY");
    let mut sql = format!("CREATE TABLE {table} (\n    {}\n);\n", lines.join(",\n    "));
    if resource.scope != Scope::Itself {
        sql.push_str(&format!("CREATE INDEX {table}_by_folder ON {table} (folder_id, name_key, id, is_published);\n"));
    }
    sql.push_str(&format!("CREATE INDEX {table}_by_name ON {table} (name_key, id);\n"));
    sql.push_str(&format!("CREATE INDEX {table}_by_age ON {table} (created_at, id);\n"));
    for column in
        columns(registry, resource).iter().filter(|column| column.refers.is_some() && column.name != "folder_id")
    {
        sql.push_str(&format!("CREATE INDEX {table}_by_{0} ON {table} ({0});\n", column.name));
    }
    sql
}

/// `CREATE TABLE` statements for the link tables of one resource; made after all tables.
pub fn link_ddl(registry: &Registry, resource: &Resource, dialect: Dialect) -> String {
    let id = type_name(Storage::Uuid, dialect);
    let int = type_name(Storage::Int, dialect);
    let mut sql = String::new();
    if resource.slice.is_some() {
        return sql;
    }
    for (table, target) in links(registry, resource) {
        let source = resource.table();
        sql.push_str(&format!(
            "CREATE TABLE {table} (\n    source_id {id} NOT NULL REFERENCES {source} (id) ON DELETE CASCADE,\n    \
             target_id {id} NOT NULL REFERENCES {target} (id) ON DELETE CASCADE,\n    position {int} NOT NULL DEFAULT 0,\n    \
             PRIMARY KEY (source_id, target_id)\n);\nCREATE INDEX {table}_back ON {table} (target_id, source_id);\n"
        ));
    }
    sql
}

/// Differences between what the declarations imply and what the database holds, in words.
pub async fn check(engine: &Engine) -> Result<Vec<String>, ApiError> {
    let access = Access::system("comparing the schema with the declarations");
    let mut rows = engine.read().await?;
    let mut wrong = Vec::new();
    for resource in engine.registry().all() {
        let table = resource.table();
        let found = rows.columns(&access, &table).await?;
        if found.is_empty() {
            wrong.push(format!("table {table} is missing"));
            continue;
        }
        for column in columns(engine.registry(), resource) {
            match found.iter().find(|found| found.name == column.name) {
                None => wrong.push(format!("column {table}.{} is missing", column.name)),
                Some(found) if found.kind != Some(stored_as(column.kind, engine.dialect())) => {
                    wrong.push(format!("column {table}.{} holds {:?}, not {:?}", column.name, found.kind, column.kind));
                }
                Some(found) if found.nullable != column.nullable && column.name != "id" => {
                    let not = if column.nullable { "" } else { "not " };
                    wrong.push(format!("column {table}.{} should {not}allow null", column.name));
                }
                Some(_) => {}
            }
        }
        for field in &resource.fields {
            if let Kind::Reverse { source, field: over_there } = field.kind
                && let Some(source) = engine.registry().get(source)
                && !source
                    .fields
                    .iter()
                    .any(|far| far.name == over_there && matches!(far.kind, Kind::References { .. }))
            {
                let (own, far) = (resource.path, source.path);
                wrong.push(format!("{own}.{} is the other end of {far}.{over_there}, which links nothing", field.name));
            }
        }
        for (link, _) in links(engine.registry(), resource) {
            if rows.columns(&access, &link).await?.is_empty() {
                wrong.push(format!("table {link} is missing"));
            }
        }
    }
    Ok(wrong)
}

fn columns(registry: &Registry, resource: &Resource) -> Vec<Column> {
    let plain = |name: &str, kind, nullable| Column { name: name.into(), kind, nullable, refers: None };
    let mut columns = vec![plain("id", Storage::Uuid, false)];
    if resource.scope != Scope::Itself {
        let refers = Some(("folders".to_owned(), OnDelete::Cascade));
        columns.push(Column { name: "folder_id".into(), kind: Storage::Uuid, nullable: false, refers });
    }
    for field in &resource.fields {
        let (Some(name), Some(kind)) = (field.column_name(), field.storage()) else { continue };
        if columns.iter().any(|column| column.name == name) || matches!(name.as_str(), "created_at" | "updated_at") {
            continue;
        }
        let refers = match field.kind {
            Kind::Reference { target, on_delete } => registry.get(target).map(|to| (to.table(), on_delete)),
            _ => None,
        };
        columns.push(Column { name, kind, nullable: field.nullable, refers });
    }
    if !columns.iter().any(|column| column.name == "is_published") {
        columns.push(plain("is_published", Storage::Bool, false));
    }
    for name in ["name_key", "search_text"] {
        columns.push(plain(name, Storage::Text, false));
    }
    for name in ["created_at", "updated_at"] {
        columns.push(plain(name, Storage::Time, false));
    }
    columns
}

/// Link tables that a resource declares, with the table at their far end.
fn links(registry: &Registry, resource: &Resource) -> Vec<(String, String)> {
    let declared = resource.fields.iter().filter(|field| !field.told).filter_map(|field| match field.kind {
        Kind::References { target } => Some((resource.links(field.name), registry.get(target)?.table())),
        _ => None,
    });
    declared.collect()
}

fn line(column: &Column, dialect: Dialect) -> String {
    let mut line = format!("{} {}", column.name, type_name(column.kind, dialect));
    if !column.nullable {
        line.push_str(" NOT NULL");
    }
    if let Some((table, on_delete)) = &column.refers {
        let what = match on_delete {
            OnDelete::Cascade => "CASCADE",
            OnDelete::Clear => "SET NULL",
            OnDelete::Refuse => "RESTRICT",
        };
        line.push_str(&format!(" REFERENCES {table} (id) ON DELETE {what}"));
    }
    line
}

/// SQLite keeps ids, times, days and JSON as text; everything sorts alike on both.
fn type_name(kind: Storage, dialect: Dialect) -> &'static str {
    match (dialect, kind) {
        (Dialect::Sqlite, Storage::Int | Storage::Bool) => "INTEGER",
        (Dialect::Sqlite, Storage::Real) => "REAL",
        (Dialect::Sqlite, _) => "TEXT",
        (Dialect::Postgres, Storage::Uuid) => "uuid",
        (Dialect::Postgres, Storage::Text) => "text COLLATE \"C\"",
        (Dialect::Postgres, Storage::Int) => "bigint",
        (Dialect::Postgres, Storage::Real) => "double precision",
        (Dialect::Postgres, Storage::Bool) => "boolean",
        (Dialect::Postgres, Storage::Time) => "timestamptz",
        (Dialect::Postgres, Storage::Date) => "date",
        (Dialect::Postgres, Storage::Json) => "jsonb",
    }
}

/// What a column of this kind looks like when the database is asked.
fn stored_as(kind: Storage, dialect: Dialect) -> Storage {
    match (dialect, kind) {
        (Dialect::Postgres, kind) => kind,
        (Dialect::Sqlite, Storage::Int | Storage::Bool) => Storage::Int,
        (Dialect::Sqlite, Storage::Real) => Storage::Real,
        (Dialect::Sqlite, _) => Storage::Text,
    }
}
