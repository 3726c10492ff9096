//! Files that no row speaks of: a crash can leave one between its arrival and its row, or between the end of its row and
//! its removal.

use super::doomed::remove;
use crate::access::Access;
use crate::engine::Engine;
use crate::error::ApiError;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use std::time::Duration;
use store::Value;
use uuid::Uuid;

/// A younger file may belong to a request that is still under way, here or on another node.
const GRACE: TimeDelta = TimeDelta::days(1);
/// Files that are looked up at once.
const AT_ONCE: usize = 1000;

/// Sweeps every `pause`; never returns.
pub async fn keep_sweeping(engine: Engine, pause: Duration) {
    loop {
        match sweep(&engine).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "removed files that no row speaks of"),
            Err(error) => tracing::warn!(%error, "files could not be swept; trying again"),
        }
        tokio::time::sleep(pause).await;
    }
}

/// Removes files that no row speaks of and that are older than a day. Returns how many.
pub async fn sweep(engine: &Engine) -> Result<usize, ApiError> {
    let access = Access::system("a file is kept as long as any row speaks of it");
    let names = engine.blobs().names().await.map_err(|error| ApiError::Internal(error.to_string()))?;
    let latest = engine.clock().now() - GRACE;
    let old: Vec<Uuid> = names.into_iter().filter(|id| born(*id).is_some_and(|at| at < latest)).collect();
    let mut removed = 0;
    for some in old.chunks(AT_ONCE) {
        let mut known = HashSet::new();
        let mut rows = engine.read().await?;
        for resource in engine.registry().all() {
            let Some(field) = resource.blob_field() else { continue };
            let mut statement = rows.sql(&format!("SELECT t.{} FROM {} t WHERE ", field.name, resource.table()));
            statement.bind_in(&format!("t.{}", field.name), Value::Uuids(some.to_vec()));
            known.extend(rows.ids(&access, &statement).await?);
        }
        drop(rows);
        for file in some.iter().filter(|file| !known.contains(*file)) {
            remove(engine, *file).await;
            removed += 1;
        }
    }
    Ok(removed)
}

/// When an id was made, as UUIDv7 tells.
fn born(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
}
