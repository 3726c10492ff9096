//! `update/`: the newer version that is stored takes the place of the one that is loaded. Objects
//! are known by urn and keep their ids; audits follow.

mod carry;
mod strategy;

pub use crate::scale::Scale;
pub use carry::{CARRIERS, Carry, Change, carry_audits};
pub use strategy::Strategy;

use super::load::{self, Shelf, find_loaded};
use super::{loading, usage};
use crate::library::Library;
use engine::declare::Answer;
use engine::{ApiError, Call, Rows, Verb, required};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use uuid::Uuid;

/// Brings a loaded library up to the version that is stored.
pub(super) async fn update(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    loading::may(&call, Verb::Add)?;
    let strategy = Strategy::asked(call.query.last("action"))?;
    let mut rows = call.write().await?;
    let stored = newer(&mut rows, id)
        .await?
        .ok_or_else(|| ApiError::refused(400, json!({ "status": "error", "error": "libraryHasNoUpdate" })))?;
    let (library, source) = load::read_file(&mut rows, stored).await?;
    apply(&call, &mut rows, id, &library, source, strategy).await?;
    rows.commit().await?;
    Ok(Answer::Json(json!({ "status": "success" })))
}

/// The stored library that is newer than this loaded one.
async fn newer(rows: &mut Rows, loaded: Uuid) -> Result<Option<Uuid>, ApiError> {
    let mut statement = rows.sql(
        "SELECT s.id FROM loaded_libraries l JOIN stored_libraries s ON s.urn = l.urn AND s.locale = l.locale AND \
         s.version > l.version WHERE l.id = ",
    );
    statement.bind(loaded);
    Ok(rows.ids(&load::access(), &statement).await?.first().copied())
}

/// A framework as it stands before the update.
struct Before {
    id: Uuid,
    urn: String,
    scale: Scale,
    definition: Value,
    nodes: HashSet<Uuid>,
}

async fn apply(
    call: &Call<'_>,
    rows: &mut Rows,
    id: Uuid,
    library: &Library,
    source: load::Source,
    strategy: Option<Strategy>,
) -> Result<(), ApiError> {
    let before = before(rows, id).await?;
    if let Some(before) = &before {
        keeps_what_is_audited(call, rows, before, library).await?;
        refuse_silent_rescaling(call, rows, before, library, strategy).await?;
    }
    let old = version(rows, id).await?;
    let dependencies = dependencies(call, rows, library).await?;
    let mut shelf = Shelf::new(call.ctx, rows, library, id);
    shelf.library(source == load::Source::Product).await?;
    shelf.dependencies(&dependencies).await?;
    shelf.objects().await?;
    if let (Some(before), Some(framework)) = (before, &library.objects.framework) {
        let now = nodes(rows, before.id).await?;
        let (min, max) = framework.scale();
        let change = Change {
            framework: before.id,
            added: now.difference(&before.nodes).copied().collect(),
            removed: before.nodes.difference(&now).copied().collect(),
            old: before.scale,
            new: Scale { min, max },
            scores_definition: framework.scores_definition.clone(),
            redefined: before.definition != framework.scores_definition,
            strategy: strategy.filter(|_| before.scale != Scale { min, max }),
        };
        carry_audits(call.ctx, rows, &change).await?;
    }
    let changes = Map::from_iter([("version".to_owned(), json!([old, library.version]))]);
    load::record(call.ctx, rows, "update", "loaded-libraries", id, library, changes).await
}

/// The libraries that the new version needs. They have to be loaded already, or are loaded now.
async fn dependencies(call: &Call<'_>, rows: &mut Rows, library: &Library) -> Result<Vec<Uuid>, ApiError> {
    let mut found = Vec::new();
    for urn in library.dependencies.iter().filter(|urn| **urn != library.urn) {
        let id = match find_loaded(rows, urn, None).await? {
            Some(loaded) => loaded.id,
            None => {
                let (needed, source) = load::read_stored(rows, urn).await?.ok_or_else(|| load::missing(urn))?;
                load::load(call.ctx, rows, &needed, source).await?
            }
        };
        found.push(id);
    }
    Ok(found)
}

async fn before(rows: &mut Rows, library: Uuid) -> Result<Option<Before>, ApiError> {
    let mut statement =
        rows.sql("SELECT id, urn, min_score, max_score, scores_definition FROM frameworks WHERE library_id = ");
    statement.bind(library);
    let found = rows
        .one(&load::access(), &statement, |row| {
            let scale = Scale { min: required(row.int(2)?)?, max: required(row.int(3)?)? };
            let urn = row.text(1)?.unwrap_or_default();
            Ok((required(row.uuid(0)?)?, urn, scale, row.json(4)?.unwrap_or_default()))
        })
        .await?;
    let Some((id, urn, scale, definition)) = found else { return Ok(None) };
    let nodes = nodes(rows, id).await?;
    Ok(Some(Before { id, urn, scale, definition, nodes }))
}

async fn nodes(rows: &mut Rows, framework: Uuid) -> Result<HashSet<Uuid>, ApiError> {
    let mut statement = rows.sql("SELECT id FROM requirement_nodes WHERE framework_id = ");
    statement.bind(framework);
    Ok(rows.ids(&load::access(), &statement).await?.into_iter().collect())
}

async fn version(rows: &mut Rows, id: Uuid) -> Result<i64, ApiError> {
    let mut statement = rows.sql("SELECT version FROM loaded_libraries WHERE id = ");
    statement.bind(id);
    rows.one(&load::access(), &statement, |row| required(row.int(0)?)).await?.ok_or(ApiError::NotFound)
}

/// A framework that audits stand on cannot vanish with an update.
async fn keeps_what_is_audited(
    call: &Call<'_>,
    rows: &mut Rows,
    before: &Before,
    library: &Library,
) -> Result<(), ApiError> {
    let stays = library.objects.framework.as_ref().is_some_and(|framework| framework.entry.urn == before.urn);
    if stays || audits(call, rows, before.id).await?.is_empty() {
        return Ok(());
    }
    let detail = format!("{} is in use, and the new version does not bring it any more", before.urn);
    Err(load::failed(detail))
}

/// A change of the lowest or highest score would change what scores of audits mean: the caller
/// has to say what becomes of them.
async fn refuse_silent_rescaling(
    call: &Call<'_>,
    rows: &mut Rows,
    before: &Before,
    library: &Library,
    strategy: Option<Strategy>,
) -> Result<(), ApiError> {
    let Some(framework) = &library.objects.framework else { return Ok(()) };
    let (min, max) = framework.scale();
    if strategy.is_some() || before.scale == (Scale { min, max }) {
        return Ok(());
    }
    let affected = audits(call, rows, before.id).await?;
    if affected.is_empty() {
        return Ok(());
    }
    let scores = |scale: Scale, definition: &Value| {
        let definition = super::framework::scale(definition);
        json!({ "min_score": scale.min, "max_score": scale.max, "scores_definition": definition })
    };
    Err(ApiError::refused(
        409,
        json!({
            "error": "score_change_detected",
            "framework_urn": before.urn,
            "prev_scores": scores(before.scale, &before.definition),
            "new_scores": scores(Scale { min, max }, &framework.scores_definition),
            "affected_assessments": affected,
            "strategies": Strategy::offered(),
            "message": "Score boundaries have changed. Please choose a strategy.",
        }),
    ))
}

/// All audits of a framework, also those that the caller does not see: their scores change too.
async fn audits(call: &Call<'_>, rows: &mut Rows, framework: Uuid) -> Result<Vec<Uuid>, ApiError> {
    usage::all_referring(call.ctx, rows, "frameworks", "compliance-assessments", framework).await
}
