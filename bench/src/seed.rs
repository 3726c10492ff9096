//! Many rows, fast: copies of a row that was made through the API, so that every column is as the
//! program wants it.

use anyhow::{Result, ensure};
use rusqlite::Connection;
use std::path::Path;
use tokio_postgres::{Client, NoTls};

/// A database file, opened beside the program while it does not run.
pub fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON")?;
    Ok(connection)
}

/// A connection to a database server.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// The SQL that copies the asset called `seed` to numbers `first..=last`, into domains in turn.
fn assets(columns: &[String], numbers: &str, id: &str) -> String {
    let name = "'Server ' || n.n";
    let value = |column: &String| match column.as_str() {
        "id" => id.to_owned(),
        "folder_id" => "(SELECT f.id FROM folders f WHERE f.name = 'Domain ' || (n.n % 10))".to_owned(),
        "name" => name.to_owned(),
        "name_key" => format!("lower({name})"),
        "search_text" => format!("replace(a.search_text, 'seed', lower({name}))"),
        other => format!("a.{other}"),
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    format!(
        "{numbers} INSERT INTO assets ({}) SELECT {} FROM assets a, n WHERE a.name = 'seed'",
        columns.join(", "),
        values.join(", ")
    )
}

/// Assets until there are `count`, in a SQLite file.
pub fn sqlite_assets(file: &Path, count: u64) -> Result<()> {
    let connection = open(file)?;
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info('assets')")?;
    let columns = statement.query_map([], |row| row.get(0))?.collect::<std::result::Result<Vec<String>, _>>()?;
    let there: i64 = connection.query_row("SELECT count(*) FROM assets", [], |row| row.get(0))?;
    let numbers =
        format!("WITH RECURSIVE n(n) AS (SELECT {there} UNION ALL SELECT n.n + 1 FROM n WHERE n.n < {})", count - 1);
    connection.execute_batch(&assets(&columns, &numbers, "printf('01a20000-0000-7000-8000-%012x', n.n)"))?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    let now: i64 = connection.query_row("SELECT count(*) FROM assets", [], |row| row.get(0))?;
    ensure!(now.unsigned_abs() == count, "{now} assets instead of {count}");
    Ok(())
}

/// The same in PostgreSQL.
pub async fn postgres_assets(client: &Client, count: u64) -> Result<()> {
    let columns = client
        .query("SELECT column_name::text FROM information_schema.columns WHERE table_name = 'assets'", &[])
        .await?;
    let columns: Vec<String> = columns.iter().map(|row| row.get(0)).collect();
    let there: i64 = client.query_one("SELECT count(*) FROM assets", &[]).await?.get(0);
    let numbers = format!("WITH n AS (SELECT generate_series({there}, {}) AS n)", count - 1);
    let id = "('01a20000-0000-7000-8000-' || lpad(to_hex(n.n), 12, '0'))::uuid";
    client.batch_execute(&assets(&columns, &numbers, id)).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    Ok(())
}

/// The id of the asset with this number.
pub fn asset(number: u64) -> String {
    format!("01a20000-0000-7000-8000-{number:012x}")
}
