//! Files that no row speaks of: a crash can leave one between its arrival and its row, or between the end of its row and
//! its removal.

use super::doomed::remove;
use crate::access::Access;
use crate::engine::Engine;
use crate::error::ApiError;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use std::time::Duration;
use store::{BlobError, Value};
use uuid::Uuid;

/// A younger file may belong to a request that is still under way, here or on another node.
const GRACE: TimeDelta = TimeDelta::days(1);
/// Files that are looked up at once.
const AT_ONCE: usize = 1000;

/// Why nothing was removed.
#[derive(Debug, thiserror::Error)]
pub enum Unswept {
    /// Other databases keep files in the same place.
    #[error(
        "other databases keep files where ours are, so none is removed that no row speaks of. Give each a `blobs.dir` or \
         `blobs.prefix` of its own; if one is gone for good, remove its mark .instance-ID there. Other marks: {0:?}"
    )]
    Shared(Vec<Uuid>),
    /// Not one of the files is known.
    #[error(
        "{0} files are older than a day and the database knows none of them, so none is removed. Do `database_url` and \
         `data_dir` name the right database, and `blobs.dir` or `blobs.bucket` its files? If they do, the files can go by hand"
    )]
    Strange(usize),
    /// The store or the database failed.
    #[error("files could not be swept; trying again: {0}")]
    Failed(#[from] ApiError),
}

impl From<BlobError> for Unswept {
    fn from(error: BlobError) -> Self {
        Self::Failed(ApiError::Internal(error.to_string()))
    }
}

/// Sweeps every `pause`, after `first`; never returns. Whoever sees in the log that two instances share their files has
/// this time to stop one of them.
pub async fn keep_sweeping(engine: Engine, first: Duration, pause: Duration) {
    // An instance that shares these files sees from now on that it does.
    if let Err(why) = alone(&engine).await {
        tell(&why);
    }
    tokio::time::sleep(first).await;
    loop {
        match sweep(&engine).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "removed files that no row speaks of"),
            Err(why) => tell(&why),
        }
        tokio::time::sleep(pause).await;
    }
}

fn tell(why: &Unswept) {
    match why {
        Unswept::Failed(_) => tracing::warn!("{why}"),
        Unswept::Shared(_) | Unswept::Strange(_) => tracing::error!("{why}"),
    }
}

/// Leaves the mark of this database beside its files, and makes sure that there is no other.
async fn alone(engine: &Engine) -> Result<(), Unswept> {
    let access = Access::system("the root folder is made with the database and tells it from others");
    let mut rows = engine.peek().await?;
    let statement = rows.sql("SELECT id FROM folders WHERE parent_folder_id IS NULL");
    let instance = rows.ids(&access, &statement).await?.pop();
    let instance = instance.ok_or_else(|| ApiError::Internal("there is no root folder".into()))?;
    drop(rows);
    engine.blobs().mark(instance).await?;
    let mut others = engine.blobs().marks().await?;
    others.retain(|other| *other != instance);
    if others.is_empty() { Ok(()) } else { Err(Unswept::Shared(others)) }
}

/// Removes files that no row speaks of and that are older than a day. Returns how many.
///
/// A database that is not the one of these files knows none of them: then, and when another has left its mark, nothing
/// is removed.
pub async fn sweep(engine: &Engine) -> Result<usize, Unswept> {
    alone(engine).await?;
    let access = Access::system("a file is kept as long as any row speaks of it");
    let latest = engine.clock().now() - GRACE;
    let mut old = engine.blobs().names().await?;
    old.retain(|id| born(*id).is_some_and(|at| at < latest));
    let mut known = HashSet::new();
    for some in old.chunks(AT_ONCE) {
        let mut rows = engine.read().await?;
        for resource in engine.registry().all() {
            let Some(field) = resource.blob_field() else { continue };
            let mut statement = rows.sql(&format!("SELECT t.{} FROM {} t WHERE ", field.name, resource.table()));
            statement.bind_in(&format!("t.{}", field.name), Value::Uuids(some.to_vec()));
            known.extend(rows.ids(&access, &statement).await?);
        }
    }
    if known.is_empty() && !old.is_empty() {
        return Err(Unswept::Strange(old.len()));
    }
    let mut removed = 0;
    for file in old.iter().filter(|file| !known.contains(*file)) {
        removed += usize::from(remove(engine, *file).await);
    }
    Ok(removed)
}

/// When an id was made, as UUIDv7 tells.
fn born(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
}
