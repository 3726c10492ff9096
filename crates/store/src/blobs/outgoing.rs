//! A file on its way out, compared with the digest that was written down when it came in.

use super::BlobError;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use std::io;

/// Bytes of a file, piece by piece.
pub type BlobStream = BoxStream<'static, io::Result<Bytes>>;

/// Reads a stream to its end and compares it.
pub(super) async fn verify(mut stream: BlobStream, size: u64, sha256: &str) -> Result<(), BlobError> {
    let (mut hash, mut length) = (Sha256::new(), 0);
    while let Some(chunk) = stream.try_next().await? {
        length += chunk.len() as u64;
        hash.update(&chunk);
    }
    if length == size && hexadecimal(hash) == sha256 { Ok(()) } else { Err(BlobError::Damaged) }
}

/// Hands the bytes on, and fails in the place of the last of them when they are not the ones of the digest. Whoever reads
/// sees a transfer that broke off, never a file that looks whole and is not.
pub(super) fn guarded(stream: BlobStream, size: u64, sha256: &str) -> BlobStream {
    let begin = (stream, Sha256::new(), 0_u64, sha256.to_owned());
    let chunks = stream::try_unfold(begin, move |(mut stream, mut hash, mut length, sha256)| async move {
        let damaged = || Err(io::Error::new(io::ErrorKind::InvalidData, BlobError::Damaged));
        let Some(chunk) = stream.try_next().await? else {
            return if length == size { Ok(None) } else { damaged() };
        };
        length += chunk.len() as u64;
        hash.update(&chunk);
        if length > size || (length == size && hexadecimal(hash.clone()) != sha256) {
            return damaged();
        }
        Ok(Some((chunk, (stream, hash, length, sha256))))
    });
    chunks.boxed()
}

/// The digest in lower-case hexadecimal.
pub(super) fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::{guarded, hexadecimal};
    use bytes::Bytes;
    use futures_util::{StreamExt as _, TryStreamExt as _, stream};
    use sha2::{Digest as _, Sha256};
    use std::io;

    /// What is read of these pieces, when this was written down.
    async fn read(pieces: &[&'static str], written: &str) -> Result<Vec<u8>, io::ErrorKind> {
        let pieces: Vec<io::Result<Bytes>> = pieces.iter().map(|piece| Ok(Bytes::from(*piece))).collect();
        let digest = hexadecimal(Sha256::new_with_prefix(written));
        let guarded = guarded(stream::iter(pieces).boxed(), written.len() as u64, &digest);
        let read: Vec<Bytes> = guarded.try_collect().await.map_err(|error| error.kind())?;
        Ok(read.concat())
    }

    #[tokio::test]
    async fn what_changes_between_comparing_and_reading_ends_in_an_error() {
        assert_eq!(read(&["as it", " was"], "as it was").await.as_deref(), Ok(&b"as it was"[..]));
        for other in [&["as it", " is."][..], &["as it", " was", "n't"], &["as it"], &[]] {
            assert_eq!(read(other, "as it was").await, Err(io::ErrorKind::InvalidData), "{other:?}");
        }
    }
}
