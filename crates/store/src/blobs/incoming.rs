//! A file on its way in: its bytes are counted and digested as they pass.

use super::{BlobError, folder};
use sha2::{Digest as _, Sha256};
use std::fmt;
use uuid::Uuid;

/// A file that is being written.
pub struct Incoming {
    id: Uuid,
    size: u64,
    hash: Sha256,
    sink: Sink,
}

/// Where its bytes go.
pub(super) enum Sink {
    File(folder::Arriving),
    #[cfg(feature = "s3")]
    Object(super::s3::Arriving),
}

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: Uuid,
    /// How many bytes it has.
    pub size: u64,
    /// SHA-256 over all of them, in lower-case hexadecimal.
    pub sha256: String,
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incoming {} after {} bytes", self.id, self.size)
    }
}

impl Incoming {
    pub(super) fn new(id: Uuid, sink: Sink) -> Self {
        Self { id, size: 0, hash: Sha256::new(), sink }
    }

    /// Takes the next bytes.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), BlobError> {
        self.hash.update(chunk);
        self.size += chunk.len() as u64;
        match &mut self.sink {
            Sink::File(file) => file.write(chunk).await,
            #[cfg(feature = "s3")]
            Sink::Object(object) => object.write(chunk).await,
        }
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Gives it its place. When this returns, the file survives a power cut.
    pub async fn finish(self) -> Result<Stored, BlobError> {
        match self.sink {
            Sink::File(file) => file.finish().await?,
            #[cfg(feature = "s3")]
            Sink::Object(object) => object.finish().await?,
        }
        Ok(Stored { id: self.id, size: self.size, sha256: super::outgoing::hexadecimal(self.hash) })
    }
}
