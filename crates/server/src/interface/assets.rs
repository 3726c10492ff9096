//! The files themselves, with a gzip twin beside each that gains from it. `build.rs` lays them out.

use axum::body::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The folder that the build script filled; read from the disk by debug builds.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/interface"]
struct Folder;

/// One file, ready to be sent.
pub struct File {
    /// Its content, packed or not.
    pub bytes: Bytes,
    /// Whether it is packed.
    pub gzip: bool,
    /// Its `Content-Type`.
    pub kind: &'static str,
    /// Its `ETag`, with quotes.
    pub tag: String,
}

/// The files of the interface.
pub struct Assets;

impl Assets {
    /// A file by its name, packed if that is wanted and there is a packed one.
    pub fn find(name: &str, gzip: bool) -> Option<File> {
        // Twins are not files of their own.
        let plain = if is_twin(name) { None } else { Folder::get(name) }?;
        let packed = if gzip { Folder::get(&format!("{name}.gz")) } else { None };
        let gzip = packed.is_some();
        let file = packed.unwrap_or(plain);
        Some(File { tag: tag(&file), bytes: bytes(file), gzip, kind: kind(name) })
    }

    /// The names of all files.
    #[cfg(test)]
    pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
        Folder::iter().filter(|name| !is_twin(name))
    }
}

fn is_twin(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("gz"))
}

fn bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    }
}

/// Half of the SHA-256 is more than enough to tell two versions apart.
fn tag(file: &EmbeddedFile) -> String {
    let mut tag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..16] {
        let _ = write!(tag, "{byte:02x}");
    }
    tag + "\""
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
