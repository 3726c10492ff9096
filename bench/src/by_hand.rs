//! What the tree of an audit is compared with: the same bytes from a handler written by hand, which checks the token,
//! reads the rows and fills them into the answer that Tessera gave before; and, as the floor below which this machine
//! does not get, from one that checks the token and sends what it holds.

use crate::plain::{self, Tuning};
use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// The file with the pieces, beside the database.
pub const PIECES: &str = "pieces.json";
/// Requests at the same time, at most.
const CONNECTIONS: usize = 16;

/// An answer cut at what rows say.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pieces {
    audit: String,
    /// Text, and the row that goes behind it.
    rows: Vec<(String, String)>,
    last: String,
}

impl Pieces {
    /// Cuts a tree where the id, status and result of rows stand.
    pub fn cut(audit: &str, tree: &str) -> Result<Self> {
        const ROW: &str = "\"ra_id\":\"";
        const RESULT: &str = ",\"result\":\"";
        let (mut rows, mut rest) = (Vec::new(), tree);
        while let Some(at) = rest.find(ROW) {
            let (text, behind) = rest.split_at(at + ROW.len());
            let id = behind.get(..36).context("an id")?;
            let (_, behind) = behind.split_once(RESULT).context("a result behind the id")?;
            rest = &behind[behind.find('"').context("the end of the result")?..];
            rows.push((text.to_owned(), id.to_owned()));
        }
        Ok(Self { audit: audit.to_owned(), rows, last: rest.to_owned() })
    }
}

type Shared = Arc<Server>;

struct Server {
    readers: Mutex<Vec<Connection>>,
    pieces: Pieces,
    whole: Bytes,
}

/// Serves a database file until it is stopped.
pub async fn serve(file: &Path) -> Result<()> {
    let pieces: Pieces = serde_json::from_str(&std::fs::read_to_string(file.with_file_name(PIECES))?)?;
    let readers = (0..CONNECTIONS).map(|_| plain::open(file, Tuning::Tuned)).collect::<Result<Vec<_>>>()?;
    let whole = tree(&readers[0], &pieces)?.into();
    let server = Arc::new(Server { readers: Mutex::new(readers), pieces, whole });
    let router = Router::new().route("/tree", get(made)).route("/bytes", get(held)).with_state(server);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

fn tree(connection: &Connection, pieces: &Pieces) -> rusqlite::Result<Vec<u8>> {
    let mut statement = connection.prepare_cached(
        "SELECT t.id, t.status, t.result FROM requirement_assessments t WHERE t.compliance_assessment_id = ?1",
    )?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?)));
    let rows: HashMap<String, (String, String)> =
        statement.query_map([&pieces.audit], row)?.collect::<rusqlite::Result<_>>()?;
    let mut out = Vec::with_capacity(2 * 1024 * 1024);
    for (text, id) in &pieces.rows {
        out.extend_from_slice(text.as_bytes());
        if let Some((status, result)) = rows.get(id) {
            out.extend_from_slice(format!("{id}\",\"status\":\"{status}\",\"result\":\"{result}").as_bytes());
        }
    }
    out.extend_from_slice(pieces.last.as_bytes());
    Ok(out)
}

async fn made(State(server): State<Shared>, headers: HeaderMap) -> Result<Response, StatusCode> {
    answer(server, &headers, |connection, server| Ok(tree(connection, &server.pieces)?.into())).await
}

async fn held(State(server): State<Shared>, headers: HeaderMap) -> Result<Response, StatusCode> {
    answer(server, &headers, |_, server| Ok(server.whole.clone())).await
}

async fn answer(
    server: Shared,
    headers: &HeaderMap,
    work: fn(&Connection, &Server) -> rusqlite::Result<Bytes>,
) -> Result<Response, StatusCode> {
    let digest = plain::digest(headers)?;
    let outcome = tokio::task::spawn_blocking(move || {
        let connection = server.readers.lock().expect("never poisoned").pop();
        let connection = connection.expect("no more requests than connections");
        let outcome = match plain::known(&connection, &digest) {
            Ok(true) => work(&connection, &server).map(Some),
            Ok(false) => Ok(None),
            Err(error) => Err(error),
        };
        server.readers.lock().expect("never poisoned").push(connection);
        outcome
    });
    match outcome.await {
        Ok(Ok(Some(body))) => Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response()),
        Ok(Ok(None)) => Err(StatusCode::UNAUTHORIZED),
        failed => {
            eprintln!("the handler by hand failed: {failed:?}");
            Err(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}
