//! What can go wrong with a file.

use std::io;

/// Why a file could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no file of this id.
    #[error("the file is not in the store")]
    Missing,
    /// The bytes are others than those that were written.
    #[error("the file is not as it was written")]
    Damaged,
    /// No room is left.
    #[error("no room is left for files")]
    Full,
    /// The disk or the service failed.
    #[error("{0}")]
    Failed(String),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Failed(error.to_string()),
        }
    }
}
