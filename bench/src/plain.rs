//! What Tessera is compared with: axum and rusqlite, a handler written by hand for each of four
//! requests, and nothing else. No rights, no filters, no validation, no audit log, one shape.
//!
//! It checks the token and asks the database what it has to ask to send the same bytes. What does
//! not change from row to row comes from a template, made from Tessera's own answer.

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as Segment, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// What stands in a template for a value of the row.
pub const MARKS: [&str; 6] =
    ["\u{1}id\u{1}", "\u{1}name\u{1}", "\u{1}folder\u{1}", "\u{1}place\u{1}", "\u{1}made\u{1}", "\u{1}changed\u{1}"];
/// The file with the templates, beside the database.
pub const TEMPLATES: &str = "templates.json";
/// Tables that link an asset to others, with the column that holds the asset. A page shows the first three.
const LINKS: [(&str, &str); 7] = [
    ("assets__owner", "source_id"),
    ("assets__filtering_labels", "source_id"),
    ("assets__parent_assets", "source_id"),
    ("assets__parent_assets", "target_id"),
    ("assets__overridden_children_capabilities", "source_id"),
    ("assets__security_exceptions", "source_id"),
    ("assets__applied_controls", "source_id"),
];
const ROW: &str = "SELECT a.id, a.name, a.folder_id, f.name, a.created_at, a.updated_at, a.ref_id, a.description, a.type, \
                   a.is_business_function, a.security_objectives, a.disaster_recovery_objectives, c.name \
                   FROM assets a JOIN folders f ON f.id = a.folder_id LEFT JOIN asset_class c ON c.id = a.asset_class_id";

/// Whether the handler knows SQLite as well as Tessera does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tuning {
    /// As one would write it first.
    Plain,
    /// Prepared statements keep their plan whatever is bound to them.
    Tuned,
}

type Shared = Arc<Server>;

struct Server {
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    list: Vec<String>,
    detail: Vec<String>,
    written: Vec<String>,
    build: String,
    columns: Vec<String>,
    seed: Vec<Value>,
    made: AtomicU64,
}

/// Serves a database file until it is stopped.
pub async fn serve(file: &Path, tuning: Tuning) -> Result<()> {
    let templates = std::fs::read_to_string(file.with_file_name(TEMPLATES))?;
    let templates: HashMap<String, String> = serde_json::from_str(&templates)?;
    let template = |name: &str| templates.get(name).context("a template is missing").map(|text| pieces(text));
    let writer = open(file, tuning)?;
    let columns: Vec<String> = {
        let mut statement = writer.prepare("SELECT name FROM pragma_table_info('assets')")?;
        statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
    };
    let seed = writer.query_row("SELECT * FROM assets WHERE name = 'seed'", [], |row| {
        (0..columns.len()).map(|index| row.get(index)).collect()
    })?;
    let server = Arc::new(Server {
        readers: Mutex::new((0..4).map(|_| open(file, tuning)).collect::<Result<_>>()?),
        writer: Mutex::new(writer),
        list: template("list")?,
        detail: template("detail")?,
        written: template("written")?,
        build: templates.get("build").context("a template is missing")?.clone(),
        columns,
        seed,
        made: AtomicU64::new(0),
    });
    let router = Router::new()
        .route("/api/build/", get(build))
        .route("/api/assets/", get(list).post(create))
        .route("/api/assets/{id}/", get(retrieve))
        .with_state(server);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// As careful with the disk as Tessera.
pub fn open(file: &Path, tuning: Tuning) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, tuning == Tuning::Tuned)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 268435456",
    )?;
    Ok(connection)
}

/// A template cut at its marks: text, mark, text, mark, … text.
fn pieces(template: &str) -> Vec<String> {
    template.split('\u{1}').map(str::to_owned).collect()
}

/// The values of a row, in the order of [`MARKS`].
type Cells = [String; 6];

fn fill(template: &[String], cells: &Cells, out: &mut Vec<u8>) {
    for (at, piece) in template.iter().enumerate() {
        if at % 2 == 0 {
            out.extend_from_slice(piece.as_bytes());
        } else if let Some(cell) = MARKS.iter().position(|mark| mark.trim_matches('\u{1}') == piece) {
            out.extend_from_slice(cells[cell].as_bytes());
        }
    }
}

fn cells(row: &rusqlite::Row<'_>) -> rusqlite::Result<Cells> {
    Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?])
}

impl Server {
    /// Runs `work` with a connection, on a thread where it may wait for the disk.
    async fn read<T: Send + std::fmt::Debug + 'static>(
        self: &Shared,
        headers: &HeaderMap,
        work: impl FnOnce(&Connection, &Self) -> rusqlite::Result<T> + Send + 'static,
    ) -> std::result::Result<T, StatusCode> {
        let digest = digest(headers)?;
        let server = self.clone();
        let outcome = tokio::task::spawn_blocking(move || {
            let connection = server.readers.lock().expect("never poisoned").pop();
            let connection = connection.expect("no more requests than connections");
            let outcome = match known(&connection, &digest) {
                Ok(true) => work(&connection, &server).map(Some),
                Ok(false) => Ok(None),
                Err(error) => Err(error),
            };
            server.readers.lock().expect("never poisoned").push(connection);
            outcome
        });
        match outcome.await {
            Ok(Ok(Some(value))) => Ok(value),
            Ok(Ok(None)) => Err(StatusCode::UNAUTHORIZED),
            failed => {
                eprintln!("the handler by hand failed: {failed:?}");
                Err(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

pub fn digest(headers: &HeaderMap) -> std::result::Result<[u8; 32], StatusCode> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Token ")).ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(Sha256::digest(token).into())
}

/// Whether the token is known, was not revoked and belongs to somebody active.
pub fn known(connection: &Connection, digest: &[u8; 32]) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT t.expires_at FROM personal_access_tokens t JOIN users u ON u.id = t.user_id \
         WHERE t.digest = ?1 AND t.revoked_at IS NULL AND u.is_active",
    )?;
    let expires: Option<String> = statement.query_row([digest], |row| row.get(0)).optional()?;
    Ok(expires.is_some_and(|at| at.as_str() > "2026"))
}

/// The rows linked to these assets; that there are none is for the database to say.
fn links(connection: &Connection, ids: &str, tables: &[(&str, &str)]) -> rusqlite::Result<u64> {
    let mut found = 0;
    for (table, column) in tables {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT l.source_id, l.target_id FROM {table} l WHERE l.{column} IN (SELECT value FROM json_each(?1))"
        ))?;
        let mut rows = statement.query([ids])?;
        while rows.next()?.is_some() {
            found += 1;
        }
    }
    Ok(found)
}

fn json_response(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn build(State(server): State<Shared>, headers: HeaderMap) -> std::result::Result<Response, StatusCode> {
    let body = server.read(&headers, |_, server| Ok(server.build.clone().into_bytes())).await?;
    Ok(json_response(StatusCode::OK, body))
}

async fn list(
    State(server): State<Shared>,
    Query(query): Query<HashMap<String, i64>>,
    headers: HeaderMap,
) -> std::result::Result<Response, StatusCode> {
    let limit = query.get("limit").copied().unwrap_or(100);
    let offset = query.get("offset").copied().unwrap_or(0);
    let work = move |connection: &Connection, server: &Server| {
        let count: i64 = connection.prepare_cached("SELECT count(*) FROM assets a")?.query_row([], |row| row.get(0))?;
        let mut statement =
            connection.prepare_cached(&format!("{ROW} ORDER BY a.name_key, a.id LIMIT ?1 OFFSET ?2"))?;
        let rows = statement.query_map(params![limit, offset], cells)?.collect::<rusqlite::Result<Vec<Cells>>>()?;
        let ids: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        links(connection, &json!(ids).to_string(), &LINKS[..3])?;
        let link = |offset: i64| format!("\"/api/assets/?limit={limit}&offset={offset}\"");
        let next = if offset + limit < count { link(offset + limit) } else { "null".into() };
        let previous = match offset {
            0 => "null".into(),
            offset if offset <= limit => format!("\"/api/assets/?limit={limit}\""),
            offset => link(offset - limit),
        };
        let mut out = Vec::with_capacity(64 * 1024);
        out.extend_from_slice(
            format!("{{\"count\":{count},\"next\":{next},\"previous\":{previous},\"results\":[").as_bytes(),
        );
        for (at, row) in rows.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            fill(&server.list, row, &mut out);
        }
        out.extend_from_slice(b"]}");
        Ok(out)
    };
    Ok(json_response(StatusCode::OK, server.read(&headers, work).await?))
}

async fn retrieve(
    State(server): State<Shared>,
    Segment(id): Segment<String>,
    headers: HeaderMap,
) -> std::result::Result<Response, StatusCode> {
    let work = move |connection: &Connection, server: &Server| {
        let mut statement = connection.prepare_cached(&format!("{ROW} WHERE a.id = ?1"))?;
        let Some(row) = statement.query_row([&id], cells).optional()? else { return Ok(None) };
        links(connection, &json!([id]).to_string(), &LINKS)?;
        let mut out = Vec::with_capacity(4096);
        fill(&server.detail, &row, &mut out);
        Ok(Some(out))
    };
    let body = server.read(&headers, work).await?.ok_or(StatusCode::NOT_FOUND)?;
    Ok(json_response(StatusCode::OK, body))
}

async fn create(
    State(server): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> std::result::Result<Response, StatusCode> {
    let body: serde_json::Value = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let name = body["name"].as_str().ok_or(StatusCode::BAD_REQUEST)?.to_owned();
    let folder = body["folder"].as_str().ok_or(StatusCode::BAD_REQUEST)?.to_owned();
    server.read(&headers, |_, _| Ok(())).await?;
    let written = tokio::task::spawn_blocking(move || insert(&server, &name, &folder)).await;
    match written {
        Ok(Ok(body)) => Ok(json_response(StatusCode::CREATED, body)),
        failed => {
            eprintln!("the handler by hand failed: {failed:?}");
            Err(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn insert(server: &Server, name: &str, folder: &str) -> Result<Vec<u8>> {
    let number = server.made.fetch_add(1, Ordering::Relaxed);
    let id = format!("01a20001-0000-7000-8000-{number:012x}");
    let key = name.to_lowercase();
    let mut connection = server.writer.lock().expect("never poisoned");
    let tx = connection.transaction()?;
    let taken: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM assets WHERE folder_id = ?1 AND name_key = ?2)")?
        .query_row([folder, &key], |row| row.get(0))?;
    anyhow::ensure!(!taken, "the name is taken");
    let value = |(column, seed): (&String, &Value)| match column.as_str() {
        "id" => Value::Text(id.clone()),
        "folder_id" => Value::Text(folder.to_owned()),
        "name" => Value::Text(name.to_owned()),
        "name_key" | "search_text" => Value::Text(key.clone()),
        _ => seed.clone(),
    };
    let values = server.columns.iter().zip(&server.seed).map(value);
    let marks: Vec<String> = (1..=server.columns.len()).map(|index| format!("?{index}")).collect();
    tx.prepare_cached(&format!("INSERT INTO assets ({}) VALUES ({})", server.columns.join(", "), marks.join(", ")))?
        .execute(params_from_iter(values))?;
    tx.commit()?;
    drop(connection);
    let mut out = Vec::with_capacity(4096);
    let time = "2026-11-24T09:00:00.000000Z".to_owned();
    let cells = [id, name.to_owned(), folder.to_owned(), String::new(), time.clone(), time];
    fill(&server.written, &cells, &mut out);
    Ok(out)
}
