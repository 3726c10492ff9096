//! Capabilities: what supporting assets can deliver, and whether that meets what is asked.
//!
//! A supporting asset shows its own capabilities. A primary one shows those of everything that
//! supports it, as strong as the weakest: the lowest security level, the longest time. Assets
//! that it overrides are left out. Levels are compared in stored units.

use super::graph::{self, Levels, Stored, Way};
use super::objectives::{self, RECOVERY, SECURITY, combine, levels, recovery_list, security_list};
use super::scale;
use engine::declare::Columns;
use engine::read::{Reading, labels_of};
use engine::{Access, ApiError, Cell, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Capabilities, comparisons and descendants of a page.
pub(super) async fn shown(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let scale = crate::settings::security_scale(reading).await?;
    let expected = objectives::effective(reading, ids).await?;
    let own = graph::stored(reading, ids).await?;
    let below = graph::reach(reading, ids, Way::Down).await?;
    let overridden = overridden(reading, ids).await?;
    let names = names(reading, &below).await?;

    let mut columns = Columns::new();
    let mut put = |name: &'static str, id: Uuid, cell: &Value| {
        columns.entry(name).or_default().insert(id, cell.to_string().into_bytes());
    };
    for id in ids {
        let Some(asset) = own.get(id) else { continue };
        let under: Vec<&Stored> = below.iter().filter(|(start, _)| start == id).map(|(_, other)| other).collect();
        let (security, recovery) = capabilities(asset, &under, overridden.get(id).map_or(&[], Vec::as_slice));
        let (security_wanted, recovery_wanted) = expected.get(id).cloned().unwrap_or_default();
        let children: Vec<Value> = under
            .iter()
            .filter_map(|other| names.get(&other.id).map(|name| json!({ "id": other.id, "str": name })))
            .collect();
        put("children_assets", *id, &Value::Array(children));
        put("security_capabilities", *id, &security_list(&security, &scale));
        put("recovery_capabilities", *id, &recovery_list(&recovery));
        put("security_objectives_comparison", *id, &compare_security(&security_wanted, &security));
        put("recovery_objectives_comparison", *id, &compare_recovery(&recovery_wanted, &recovery));
    }
    Ok(columns)
}

fn capabilities(asset: &Stored, under: &[&Stored], overridden: &[Uuid]) -> (Levels, Levels) {
    let of = |asset: &Stored| {
        (levels(&asset.security_capabilities, &SECURITY), levels(&asset.recovery_capabilities, &RECOVERY))
    };
    if !asset.is_primary {
        return of(asset);
    }
    let supporting: Vec<(Levels, Levels)> = under
        .iter()
        .filter(|other| !other.is_primary && !overridden.contains(&other.id))
        .map(|other| of(other))
        .collect();
    (
        combine(supporting.iter().map(|(security, _)| security.clone()), i64::min),
        combine(supporting.iter().map(|(_, recovery)| recovery.clone()), i64::max),
    )
}

/// Met when reality is at least what is expected; unknown when either is missing.
fn compare_security(expected: &Levels, real: &Levels) -> Value {
    let entry = |name: &&'static str| {
        let (expectation, reality) = (expected.get(name), real.get(name));
        let verdict = expectation.zip(reality).map(|(expectation, reality)| reality >= expectation);
        json!({ "objective": name, "expectation": expectation, "reality": reality, "verdict": verdict })
    };
    SECURITY.iter().map(entry).collect()
}

/// Met when reality takes at most what is expected; unknown when either is missing.
fn compare_recovery(expected: &Levels, real: &Levels) -> Value {
    let entry = |name: &&'static str| {
        let (expectation, reality) = (expected.get(name), real.get(name));
        let verdict = expectation.zip(reality).map(|(expectation, reality)| reality <= expectation);
        let text = |seconds: Option<&i64>| seconds.map(|seconds| scale::duration(*seconds));
        json!({ "objective": name, "verdict": verdict, "expectation": text(expectation), "reality": text(reality) })
    };
    RECOVERY.iter().map(entry).collect()
}

async fn overridden(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, ApiError> {
    let access = Access::system("which capabilities count is a property of the asset");
    let mut statement =
        reading.rows.sql("SELECT l.source_id, l.target_id FROM assets__overridden_children_capabilities l WHERE ");
    statement.bind_in("l.source_id", Cell::Uuids(ids.to_vec()));
    let mut map: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    reading
        .rows
        .each(&access, &statement, |row| {
            map.entry(required(row.uuid(0)?)?).or_default().push(required(row.uuid(1)?)?);
            Ok(())
        })
        .await?;
    Ok(map)
}

/// Names of the descendants that the caller may see.
async fn names(reading: &mut Reading<'_>, below: &[(Uuid, Stored)]) -> Result<HashMap<Uuid, String>, ApiError> {
    let resource = reading.ctx.engine.registry().get("assets").ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let mut ids: Vec<Uuid> = below.iter().map(|(_, asset)| asset.id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(labels_of(reading.rows, &access, resource, &ids).await?.into_iter().collect())
}
