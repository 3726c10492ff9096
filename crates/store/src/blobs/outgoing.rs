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
        let Some(chunk) = stream.try_next().await? else { return Ok(None) };
        length += chunk.len() as u64;
        hash.update(&chunk);
        if length > size || (length == size && hexadecimal(hash.clone()) != sha256) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, BlobError::Damaged));
        }
        Ok(Some((chunk, (stream, hash, length, sha256))))
    });
    chunks.boxed()
}

/// The digest in lower-case hexadecimal.
pub(super) fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}"))
}
