//! Files beside the database: each under an id of its own, written once, read whole, removed.
//!
//! What belongs here: where the bytes lie (a folder, or a bucket with the feature `s3`), that half a file is never seen,
//! and that what is read is what was written. What does not: file names of people, sizes that are too large, who may
//! read what; and the clock: ages are told by the ids, which are UUIDv7.
//!
//! ```text
//! Blobs ── begin ──▶ Incoming ── write … finish ──▶ Stored (id, size, SHA-256)
//!   ├── read ──▶ BlobStream, after the bytes were found to be the ones of the digest
//!   ├── remove, names
//!   └── mark, marks: which instances keep files here
//! ```

mod error;
mod folder;
mod incoming;
mod outgoing;
#[cfg(feature = "s3")]
mod s3;

pub use error::BlobError;
pub use incoming::{Incoming, Stored};
pub use outgoing::BlobStream;
#[cfg(feature = "s3")]
pub use s3::Bucket;

use folder::Folder;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// Begins the name of a mark; the id of an instance follows.
const MARK: &str = ".instance-";

/// The instance that a mark of this name is of; none when it is no mark.
fn marked(name: Option<&str>) -> Option<Uuid> {
    name?.strip_prefix(MARK)?.parse().ok()
}

/// Where files lie. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Blobs(Arc<Place>);

enum Place {
    Folder(Folder),
    #[cfg(feature = "s3")]
    Bucket(s3::Objects),
}

impl fmt::Debug for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Place::Folder(folder) => write!(f, "Blobs in {}", folder.path().display()),
            #[cfg(feature = "s3")]
            Place::Bucket(_) => f.write_str("Blobs in a bucket"),
        }
    }
}

impl Blobs {
    /// Files in a folder, which is made when something comes into it.
    pub fn in_folder(path: &Path) -> Self {
        Self(Arc::new(Place::Folder(Folder::new(path))))
    }

    /// Files in a bucket of an S3-compatible service.
    #[cfg(feature = "s3")]
    pub fn in_bucket(bucket: &Bucket) -> Result<Self, BlobError> {
        Ok(Self(Arc::new(Place::Bucket(s3::Objects::new(bucket)?))))
    }

    /// Starts a file. It is nowhere to be found before it is finished; dropped before that, it leaves nothing.
    pub async fn begin(&self, id: Uuid) -> Result<Incoming, BlobError> {
        let sink = match &*self.0 {
            Place::Folder(folder) => incoming::Sink::File(folder.begin(id).await?),
            #[cfg(feature = "s3")]
            Place::Bucket(objects) => incoming::Sink::Object(objects.begin(id).await?),
        };
        Ok(Incoming::new(id, sink))
    }

    /// A file of this size and digest, as a stream. All of it is read and compared before the first byte is handed out,
    /// and compared again on the way, so that a damaged file is never taken for a whole one.
    pub async fn read(&self, id: Uuid, size: u64, sha256: &str) -> Result<BlobStream, BlobError> {
        outgoing::verify(self.open(id, size).await?, size, sha256).await?;
        Ok(outgoing::guarded(self.open(id, size).await?, size, sha256))
    }

    async fn open(&self, id: Uuid, size: u64) -> Result<BlobStream, BlobError> {
        let (length, stream) = match &*self.0 {
            Place::Folder(folder) => folder.open(id).await?,
            #[cfg(feature = "s3")]
            Place::Bucket(objects) => objects.open(id).await?,
        };
        if length == size { Ok(stream) } else { Err(BlobError::Damaged) }
    }

    /// Removes a file; one that is not there is no error.
    pub async fn remove(&self, id: Uuid) -> Result<(), BlobError> {
        match &*self.0 {
            Place::Folder(folder) => folder.remove(id).await,
            #[cfg(feature = "s3")]
            Place::Bucket(objects) => objects.remove(id).await,
        }
    }

    /// Leaves a mark that this instance keeps files here; once is enough.
    pub async fn mark(&self, instance: Uuid) -> Result<(), BlobError> {
        match &*self.0 {
            Place::Folder(folder) => folder.mark(instance).await,
            #[cfg(feature = "s3")]
            Place::Bucket(objects) => objects.mark(instance).await,
        }
    }

    /// All instances that have left a mark here.
    pub async fn marks(&self) -> Result<Vec<Uuid>, BlobError> {
        match &*self.0 {
            Place::Folder(folder) => folder.marks().await,
            #[cfg(feature = "s3")]
            Place::Bucket(objects) => objects.marks().await,
        }
    }

    /// Ids of all files; in a folder also of those that were begun and never finished. A bucket shows no file before it
    /// is whole.
    pub async fn names(&self) -> Result<Vec<Uuid>, BlobError> {
        match &*self.0 {
            Place::Folder(folder) => folder.names().await,
            #[cfg(feature = "s3")]
            Place::Bucket(objects) => objects.names().await,
        }
    }
}
