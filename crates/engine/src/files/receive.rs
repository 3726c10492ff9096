//! A file that comes with a request: stored as it arrives, never held whole.

use super::doomed::told;
use crate::engine::Engine;
use crate::error::ApiError;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use serde_json::json;
use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{BlobError, Blobs, Stored};
use uuid::Uuid;

/// A file that has arrived. Unless a row takes it, it goes again.
pub struct Received {
    name: String,
    stored: Stored,
    blobs: Blobs,
    taken: AtomicBool,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received {:?}", self.stored)
    }
}

impl Received {
    /// Its name, without any path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes it has.
    pub fn size(&self) -> i64 {
        i64::try_from(self.stored.size).unwrap_or(i64::MAX)
    }

    /// SHA-256 in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.stored.sha256
    }

    /// Its id, to be written into a row. From here on its fate is that of the row's transaction.
    pub fn take(&self) -> Uuid {
        self.taken.store(true, Ordering::Relaxed);
        self.stored.id
    }

    /// The transaction that took it is known to have failed.
    pub fn give_back(&self) {
        self.taken.store(false, Ordering::Relaxed);
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if self.taken.load(Ordering::Relaxed) {
            return;
        }
        // Without a runtime the program is at its end: the next one sweeps.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (blobs, id) = (self.blobs.clone(), self.stored.id);
            runtime.spawn(async move {
                if let Err(why) = blobs.remove(id).await {
                    told(id, &why);
                }
            });
        }
    }
}

/// Stores a file of at most `limit` bytes. A stream that breaks off or goes on for too long leaves nothing.
pub async fn receive<E: fmt::Display>(
    engine: &Engine,
    name: String,
    limit: u64,
    stream: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<Received, ApiError> {
    let mut stream = pin!(stream);
    let mut incoming = engine.blobs().begin(engine.new_id()?).await.map_err(refusal)?;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|why| ApiError::BadRequest(format!("The file did not arrive whole: {why}")))?;
        if incoming.size() + chunk.len() as u64 > limit {
            return Err(too_large(limit));
        }
        incoming.write(&chunk).await.map_err(refusal)?;
    }
    if incoming.size() == 0 {
        return Err(ApiError::BadRequest("The submitted file is empty.".into()));
    }
    let stored = incoming.finish().await.map_err(refusal)?;
    Ok(Received { name, stored, blobs: engine.blobs().clone(), taken: AtomicBool::new(false) })
}

/// 413, with the limit in words and as a number.
pub fn too_large(limit: u64) -> ApiError {
    let megabytes = limit / (1024 * 1024);
    let detail = if megabytes > 0 {
        format!("A file may have {megabytes} MB at most.")
    } else {
        format!("A file may have {limit} bytes at most.")
    };
    ApiError::refused(413, json!({ "detail": detail, "code": "file_too_large", "limit": limit }))
}

fn refusal(error: BlobError) -> ApiError {
    match error {
        BlobError::Full => {
            tracing::error!("no room is left for files");
            ApiError::refused(
                507,
                json!({ "detail": "The server has no room left for files.", "code": "storage_full" }),
            )
        }
        other => ApiError::Internal(format!("a file could not be stored: {other}")),
    }
}
