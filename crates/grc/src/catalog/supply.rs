//! Files that nobody uploads: part of the product, from a folder, or from the command line.

use super::load::{self, Source, find_loaded};
use crate::library::{self, Library, builtin};
use engine::{ApiError, Context, Rows, hex, required};
use serde_json::{Map, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

/// Times that a start tries, while others start beside it.
const TRIES: u32 = 4;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supplied {
    /// The same file is there already.
    Known,
    /// It is on the shelf now.
    Stored,
    /// A newer version is there.
    Older,
}

/// What tells one file from another: known files need not be read again.
pub fn digest(file: &[u8]) -> String {
    hex(&Sha256::digest(file))
}

/// Digests of all files on the shelf.
pub async fn known(ctx: &Context) -> Result<HashSet<String>, ApiError> {
    let mut rows = ctx.engine.read().await?;
    let statement = rows.sql("SELECT hash_checksum FROM stored_libraries");
    let found = rows.all(&load::access(), &statement, |row| required(row.text(0)?)).await?;
    Ok(found.into_iter().collect())
}

/// Puts a file on the shelf, unless the same or a newer one is there. Mapping sets are loaded at
/// once: they wait for their frameworks.
pub async fn supply(ctx: &Context, library: &Library, file: &[u8], source: Source) -> Result<Supplied, ApiError> {
    let mut rows = ctx.engine.write().await?;
    let found = supply_in(ctx, &mut rows, library, file, source).await?;
    rows.commit().await?;
    Ok(found)
}

async fn supply_in(
    ctx: &Context,
    rows: &mut Rows,
    library: &Library,
    file: &[u8],
    source: Source,
) -> Result<Supplied, ApiError> {
    let mut statement = rows.sql("SELECT version, hash_checksum FROM stored_libraries WHERE urn = ");
    statement.bind(library.urn.as_str()).push(" AND locale = ").bind(library.locale.as_str());
    let there = rows
        .one(&load::access(), &statement, |row| Ok((required(row.int(0)?)?, row.text(1)?.unwrap_or_default())))
        .await?;
    match there {
        Some((_, hash)) if hash == library.hash => return Ok(Supplied::Known),
        Some((version, _)) if version > library.version => return Ok(Supplied::Older),
        _ => {}
    }
    let id = load::store(ctx, rows, library, file, source).await?;
    if source == Source::Person {
        let changes = Map::from_iter([("version".to_owned(), json!([null, library.version]))]);
        load::record(ctx, rows, "create", "stored-libraries", id, library, changes).await?;
    }
    if load::loads_itself(library) && find_loaded(rows, &library.urn, Some(&library.locale)).await?.is_none() {
        load::load_alone(ctx, rows, library, source).await?;
    }
    Ok(Supplied::Stored)
}

/// Loads what is on the shelf under a urn; `false` when it is loaded already.
pub async fn load_stored(ctx: &Context, urn: &str) -> Result<bool, ApiError> {
    let mut rows = ctx.engine.write().await?;
    let (library, source) = load::read_stored(&mut rows, urn).await?.ok_or_else(|| load::missing(urn))?;
    if find_loaded(&mut rows, &library.urn, Some(&library.locale)).await?.is_some() {
        return Ok(false);
    }
    load::load(ctx, &mut rows, &library, source).await?;
    rows.commit().await?;
    Ok(true)
}

/// One line of the shelf.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its urn.
    pub urn: String,
    /// Its language.
    pub locale: String,
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// The version that is loaded, if one is.
    pub loaded: Option<i64>,
}

/// Everything on the shelf, by urn.
pub async fn listed(ctx: &Context) -> Result<Vec<Listed>, ApiError> {
    let mut rows = ctx.engine.read().await?;
    let statement = rows.sql(
        "SELECT s.urn, s.locale, s.version, s.name, l.version FROM stored_libraries s LEFT JOIN loaded_libraries l ON \
         l.urn = s.urn AND l.locale = s.locale ORDER BY s.urn, s.locale",
    );
    rows.all(&load::access(), &statement, |row| {
        let text = |index| row.text(index).map(Option::unwrap_or_default);
        let version = required(row.int(2)?)?;
        Ok(Listed { urn: text(0)?, locale: text(1)?, version, name: text(3)?, loaded: row.int(4)? })
    })
    .await
}

/// Our own libraries: on the shelf and loaded when they are new here. One that somebody has
/// unloaded stays so.
pub async fn seed(ctx: &Context) -> Result<(), ApiError> {
    let known = known(ctx).await?;
    for file in builtin::FILES {
        let bytes = file.text.as_bytes();
        if known.contains(&digest(bytes)) {
            continue;
        }
        let library = library::read(bytes, file.name).map_err(|problems| {
            let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
            ApiError::Internal(format!("a built-in library cannot be read: {}", words.join("; ")))
        })?;
        let mut tries = 0;
        loop {
            tries += 1;
            match seed_one(ctx, &library, bytes).await {
                // Another process starts on the same database at the same moment.
                Err(ApiError::Retry | ApiError::Taken(_)) if tries < TRIES => {}
                outcome => break outcome?,
            }
        }
    }
    Ok(())
}

async fn seed_one(ctx: &Context, library: &Library, bytes: &[u8]) -> Result<(), ApiError> {
    let mut rows = ctx.engine.write().await?;
    let is_new = load::read_stored(&mut rows, &library.urn).await?.is_none();
    let supplied = supply_in(ctx, &mut rows, library, bytes, Source::Product).await?;
    let loaded = find_loaded(&mut rows, &library.urn, Some(&library.locale)).await?;
    if is_new && supplied == Supplied::Stored && loaded.is_none() {
        load::load_alone(ctx, &mut rows, library, Source::Product).await?;
    }
    rows.commit().await
}
