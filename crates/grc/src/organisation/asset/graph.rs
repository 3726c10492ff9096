//! Walks over the graph of assets: one recursive statement for a whole page.

use engine::read::Reading;
use engine::write::Saving;
use engine::{Access, ApiError, Cell, required};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Levels (0 to 4) or times (seconds) by objective.
pub(super) type Levels = BTreeMap<&'static str, i64>;

/// Which way to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To what an asset supports.
    Up,
    /// To what supports it.
    Down,
}

/// What is stored of an asset's objectives and capabilities.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: Uuid,
    pub(super) is_primary: bool,
    pub(super) security: Value,
    pub(super) recovery: Value,
    pub(super) security_capabilities: Value,
    pub(super) recovery_capabilities: Value,
}

const COLUMNS: &str = "a.id, a.type, a.security_objectives, a.disaster_recovery_objectives, a.security_capabilities, \
                       a.recovery_capabilities";

/// Objectives are a property of the asset that inherits them, so all assets above count, also
/// those that the caller may not see; nothing else of them is shown.
fn access() -> Access {
    Access::system("what an asset inherits is its own")
}

fn read(row: &engine::Row<'_>, at: usize) -> Result<Stored, engine::StoreError> {
    Ok(Stored {
        id: required(row.uuid(at)?)?,
        is_primary: row.text(at + 1)?.as_deref() == Some("PR"),
        security: row.json(at + 2)?.unwrap_or(Value::Null),
        recovery: row.json(at + 3)?.unwrap_or(Value::Null),
        security_capabilities: row.json(at + 4)?.unwrap_or(Value::Null),
        recovery_capabilities: row.json(at + 5)?.unwrap_or(Value::Null),
    })
}

/// The assets of a page.
pub(super) async fn stored(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Stored>, ApiError> {
    let mut statement = reading.rows.sql(&format!("SELECT {COLUMNS} FROM assets a WHERE "));
    statement.bind_in("a.id", Cell::Uuids(ids.to_vec()));
    let assets = reading.rows.all(&access(), &statement, |row| read(row, 0)).await?;
    Ok(assets.into_iter().map(|asset| (asset.id, asset)).collect())
}

/// The primary assets of a page: only their own objectives count.
pub(super) async fn primaries(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Stored>, ApiError> {
    let mut statement = reading.rows.sql(&format!("SELECT {COLUMNS} FROM assets a WHERE a.type = 'PR' AND "));
    statement.bind_in("a.id", Cell::Uuids(ids.to_vec()));
    let assets = reading.rows.all(&access(), &statement, |row| read(row, 0)).await?;
    Ok(assets.into_iter().map(|asset| (asset.id, asset)).collect())
}

/// Everything that can be reached from each asset of a page: pairs of start and asset.
pub(super) async fn reach(reading: &mut Reading<'_>, ids: &[Uuid], way: Way) -> Result<Vec<(Uuid, Stored)>, ApiError> {
    let (near, far) = match way {
        Way::Up => ("source_id", "target_id"),
        Way::Down => ("target_id", "source_id"),
    };
    let mut statement = reading.rows.sql(&format!(
        "WITH RECURSIVE reached(start, id) AS (SELECT l.{near}, l.{far} FROM assets__parent_assets l WHERE "
    ));
    statement.bind_in(&format!("l.{near}"), Cell::Uuids(ids.to_vec()));
    // CROSS keeps SQLite from walking through all assets instead of the few that were reached.
    statement.push(&format!(
        " UNION SELECT r.start, l.{far} FROM reached r JOIN assets__parent_assets l ON l.{near} = r.id) \
         SELECT r.start, {COLUMNS} FROM reached r CROSS JOIN assets a WHERE a.id = r.id ORDER BY r.start, a.name_key, a.id"
    ));
    reading.rows.all(&access(), &statement, |row| Ok((required(row.uuid(0)?)?, read(row, 1)?))).await
}

/// Refuses parents and children that would make an asset support itself.
pub(super) async fn no_loop(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let (parents, children) = (saving.values.linked("parent_assets"), saving.values.linked("support_assets"));
    if parents.is_none() && children.is_none() {
        return Ok(());
    }
    let (parents, children) = (parents.map(<[_]>::to_vec), children.map(<[_]>::to_vec));
    // Two links that are harmless alone can close a loop together.
    saving.rows.take_turn(&access(), "parents of assets").await?;
    let parents = match parents {
        Some(given) => given,
        None => neighbours(saving, "source_id", "target_id").await?,
    };
    let children = match children {
        Some(given) => given,
        None => neighbours(saving, "target_id", "source_id").await?,
    };
    // Upwards from the future parents, over all links but those of the asset itself: whatever is
    // met there must not be one of its future children.
    let mut statement = saving.rows.sql("WITH RECURSIVE above(id) AS (SELECT a.id FROM assets a WHERE ");
    statement.bind_in("a.id", Cell::Uuids(parents.clone()));
    statement.push(" UNION SELECT l.target_id FROM above JOIN assets__parent_assets l ON l.source_id = above.id WHERE l.source_id <> ");
    statement.bind(saving.id).push(" AND l.target_id <> ").bind(saving.id).push(") SELECT id FROM above");
    let above = saving.rows.ids(&access(), &statement).await?;
    let itself = parents.contains(&saving.id) || children.contains(&saving.id);
    if itself || children.iter().any(|child| above.contains(child)) {
        saving.errors.add("non_field_errors", "errorAssetGraphMustNotContainCycles");
    }
    Ok(())
}

async fn neighbours(saving: &mut Saving<'_>, near: &str, far: &str) -> Result<Vec<Uuid>, ApiError> {
    let mut statement = saving.rows.sql(&format!("SELECT l.{far} FROM assets__parent_assets l WHERE l.{near} = "));
    statement.bind(saving.id);
    saving.rows.ids(&access(), &statement).await
}
