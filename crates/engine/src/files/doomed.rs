//! Files whose rows go with a transaction.

use crate::access::Access;
use crate::declare::Resource;
use crate::engine::Engine;
use crate::error::ApiError;
use crate::rows::Rows;
use store::{BlobError, Value};
use uuid::Uuid;

/// Files that are removed once a transaction is committed.
#[derive(Debug, Default)]
pub(crate) struct Doomed {
    engine: Option<Engine>,
    files: Vec<Uuid>,
    /// How many there were when each nested part began.
    marks: Vec<usize>,
}

impl Doomed {
    pub(crate) fn add(&mut self, engine: &Engine, file: Uuid) {
        self.engine.get_or_insert_with(|| engine.clone());
        self.files.push(file);
    }

    pub(crate) fn nested(&mut self) {
        self.marks.push(self.files.len());
    }

    pub(crate) fn keep(&mut self) {
        self.marks.pop();
    }

    pub(crate) fn undo(&mut self) {
        let mark = self.marks.pop().unwrap_or_default();
        self.files.truncate(mark);
    }

    /// Removes them in the background: nobody waits for a slow store, and what fails is left to the sweep.
    pub(crate) fn remove(self) {
        let Some(engine) = self.engine.filter(|_| !self.files.is_empty()) else { return };
        tokio::spawn(async move {
            for file in self.files {
                remove(&engine, file).await;
            }
        });
    }
}

/// Removes one file and says whether it is gone; a failure is logged.
pub(super) async fn remove(engine: &Engine, file: Uuid) -> bool {
    let outcome = engine.blobs().remove(file).await;
    outcome.inspect_err(|why| told(file, why)).is_ok()
}

/// A file that should be gone is still there.
pub(super) fn told(file: Uuid, why: &BlobError) {
    tracing::warn!(%file, %why, "a file could not be removed; the next sweep tries again");
}

/// Dooms the files of these rows.
pub(crate) async fn doom_all(
    engine: &Engine,
    rows: &mut Rows,
    access: &Access,
    resource: &Resource,
    ids: Vec<Uuid>,
) -> Result<(), ApiError> {
    let Some(field) = resource.blob_field() else { return Ok(()) };
    let mut statement =
        rows.sql(&format!("SELECT t.{0} FROM {1} t WHERE t.{0} IS NOT NULL AND ", field.name, resource.table()));
    statement.bind_in("t.id", Value::Uuids(ids));
    for file in rows.ids(access, &statement).await? {
        rows.doom(engine, file);
    }
    Ok(())
}
