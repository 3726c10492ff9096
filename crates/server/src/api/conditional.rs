//! Answers that are kept: sent packed as they are, or not at all to whoever has them already.

use super::respond;
use crate::negotiate::{accepts_gzip, has_already, joined};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, StatusCode, header};
use engine::kept::Kept;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

/// What is smaller is sent as it is.
const WORTH_IT: usize = 1024;
/// Packing happens once for many, so that it may take a little longer than where each answer is packed on its way.
const LEVEL: u32 = 5;

/// A kept answer as a response: 304 when `If-None-Match` names it.
pub(super) async fn kept(kept: &Kept, headers: &HeaderMap) -> Response<Body> {
    let mut response = if has_already(&joined(headers, &header::IF_NONE_MATCH), kept.tag()) {
        respond::bare(StatusCode::NOT_MODIFIED)
    } else {
        whole(kept, headers).await
    };
    respond::set(&mut response, header::ETAG, kept.tag());
    respond::set(&mut response, header::VARY, "Accept-Encoding");
    response
}

async fn whole(kept: &Kept, headers: &HeaderMap) -> Response<Body> {
    let worth_it = kept.bytes().len() >= WORTH_IT && accepts_gzip(&joined(headers, &header::ACCEPT_ENCODING));
    let packed = if worth_it { kept.packed(pack).await } else { None };
    let is_packed = packed.is_some();
    let mut response = respond::json(packed.unwrap_or_else(|| kept.bytes().clone()));
    if is_packed {
        respond::set(&mut response, header::CONTENT_ENCODING, "gzip");
    }
    response
}

/// Packs beside the requests; nothing when that fails: then the answer leaves as it is.
async fn pack(bytes: Bytes) -> Option<Bytes> {
    let work = move || -> std::io::Result<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 8), Compression::new(LEVEL));
        encoder.write_all(&bytes)?;
        encoder.finish()
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(packed)) => Some(packed.into()),
        failed => {
            tracing::error!(?failed, "an answer could not be packed");
            None
        }
    }
}
