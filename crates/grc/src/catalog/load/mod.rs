//! From a library file to rows: stored, then loaded.
//!
//! What belongs here: the order of things, dependencies, refusals. What a kind of object becomes
//! is in its own file. The same code serves a first loading and an update in place: objects are
//! known by urn, known ones change and keep their ids, vanished ones go.

mod catalog;
mod framework;
mod nodes;
mod refusal;
mod shelf;
mod stored;

pub(super) use refusal::{failed, unreadable};
pub(super) use shelf::Shelf;
pub(super) use stored::read_file;
pub(super) use stored::{loads_itself, read_stored, store};

use crate::library::Library;
use engine::audit::{self, Entry};
use engine::declare::BoxFuture;
use engine::{Access, ApiError, Cell, Context, Rows, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Where a file comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A person brought it.
    Person,
    /// It is part of the product, or lies in the folder that the product looks into.
    Product,
}

/// A library that is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Loaded {
    pub(super) id: Uuid,
    pub(super) version: i64,
}

pub(super) fn access() -> Access {
    Access::system("what a library brings is the same for everybody; who may load it was asked before")
}

/// The loaded library of an identity, if there is one.
pub(super) async fn find_loaded(rows: &mut Rows, urn: &str, locale: Option<&str>) -> Result<Option<Loaded>, ApiError> {
    let mut statement = rows.sql("SELECT id, version FROM loaded_libraries WHERE urn = ");
    statement.bind(urn);
    if let Some(locale) = locale {
        statement.push(" AND locale = ").bind(locale);
    }
    statement.push(" ORDER BY created_at LIMIT 1");
    rows.one(&access(), &statement, |row| Ok(Loaded { id: required(row.uuid(0)?)?, version: required(row.int(1)?)? }))
        .await
}

/// Makes the objects of a library that is not loaded and needs no other, without an entry in the
/// audit log: it is a part of the product, or waits for frameworks.
pub(super) async fn load_alone(
    ctx: &Context,
    rows: &mut Rows,
    library: &Library,
    source: Source,
) -> Result<Uuid, ApiError> {
    materialise(ctx, rows, library, source, &[]).await
}

/// Makes the objects of a library that is not loaded, after those that it depends on.
pub(super) async fn load(ctx: &Context, rows: &mut Rows, library: &Library, source: Source) -> Result<Uuid, ApiError> {
    load_below(ctx, rows, library, source, &mut Vec::new()).await
}

/// `above` are those that wait for this one: a loop of dependencies ends there.
fn load_below<'a>(
    ctx: &'a Context,
    rows: &'a mut Rows,
    library: &'a Library,
    source: Source,
    above: &'a mut Vec<String>,
) -> BoxFuture<'a, Result<Uuid, ApiError>> {
    Box::pin(async move {
        above.push(library.urn.clone());
        let mut dependencies = Vec::new();
        for urn in &library.dependencies {
            if above.contains(urn) {
                continue;
            }
            let id = match find_loaded(rows, urn, None).await? {
                Some(loaded) => loaded.id,
                None => {
                    let (needed, source) = read_stored(rows, urn).await?.ok_or_else(|| missing(urn))?;
                    load_below(ctx, rows, &needed, source, above).await?
                }
            };
            dependencies.push(id);
        }
        above.pop();
        let id = materialise(ctx, rows, library, source, &dependencies).await?;
        let changes = Map::from_iter([
            ("version".to_owned(), json!([null, library.version])),
            ("objects_meta".to_owned(), json!([null, library.objects_meta()])),
        ]);
        record(ctx, rows, "create", "loaded-libraries", id, library, changes).await?;
        Ok(id)
    })
}

/// The refusal of a library that needs one that is not there.
pub(super) fn missing(urn: &str) -> ApiError {
    failed(format!("ERROR: Stored Library with URN {urn} does not exist"))
}

/// The library's own row and its objects.
async fn materialise(
    ctx: &Context,
    rows: &mut Rows,
    library: &Library,
    source: Source,
    dependencies: &[Uuid],
) -> Result<Uuid, ApiError> {
    let id = ctx.engine.new_id()?;
    let mut shelf = Shelf::new(ctx, rows, library, id);
    shelf.library(source == Source::Product).await?;
    shelf.dependencies(dependencies).await?;
    shelf.objects().await?;
    Ok(id)
}

/// One entry for all that a library brings.
pub(super) async fn record(
    ctx: &Context,
    rows: &mut Rows,
    action: &'static str,
    resource: &'static str,
    id: Uuid,
    library: &Library,
    changes: Map<String, Value>,
) -> Result<(), ApiError> {
    let folder = Some(ctx.principal.grants().tree().root());
    audit::record(ctx, rows, Entry { action, resource, object: Some(id), name: library.name.clone(), folder, changes })
        .await
}

/// A text cell, or null.
pub(super) fn optional(text: Option<&String>) -> Cell {
    text.map_or(Cell::Null, |text| Cell::Text(text.clone()))
}

/// A document cell; null for nothing.
pub(super) fn document(value: Value) -> Cell {
    if value.is_null() { Cell::Null } else { Cell::Json(value) }
}
