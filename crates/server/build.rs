//! Lays the built web interface out for embedding: `ui/dist` with a gzip twin beside each file that gains from it. Never
//! calls npm; without `ui/dist` the folder stays empty and the program says how to build it.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Below this a twin costs more than it saves.
const WORTH_PACKING: u64 = 1024;

fn main() {
    let from = folder("CARGO_MANIFEST_DIR").join("../../ui/dist");
    let into = folder("OUT_DIR").join("interface");
    println!("cargo:rerun-if-changed=build.rs");
    // A path that does not exist would run the script at every build; its parent tells when it appears.
    let watched = if from.is_dir() { from.clone() } else { from.join("..") };
    println!("cargo:rerun-if-changed={}", watched.display());
    // Files of earlier builds must not stay inside.
    let _ = fs::remove_dir_all(&into);
    fs::create_dir_all(&into).expect("OUT_DIR is writable");
    if from.is_dir() {
        copy(&from, &into);
    }
}

fn copy(from: &Path, into: &Path) {
    for entry in fs::read_dir(from).expect("a readable folder") {
        let entry = entry.expect("a readable folder");
        let (source, target) = (entry.path(), into.join(entry.file_name()));
        if source.is_dir() {
            fs::create_dir_all(&target).expect("OUT_DIR is writable");
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).expect("OUT_DIR is writable");
            pack(&source, &target);
        }
    }
}

fn pack(source: &Path, target: &Path) {
    let extension = source.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let text = ["html", "js", "css", "json", "svg", "map", "txt", "webmanifest"].contains(&extension);
    let bytes = fs::read(source).expect("a readable file");
    if !text || (bytes.len() as u64) < WORTH_PACKING {
        return;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect("memory does not fail");
    let mut twin = target.as_os_str().to_owned();
    twin.push(".gz");
    fs::write(PathBuf::from(twin), packed).expect("OUT_DIR is writable");
}

/// A folder that cargo names in the environment.
fn folder(variable: &str) -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "this is how cargo speaks to a build script")]
    let path = std::env::var(variable).expect("cargo sets it");
    Path::new(&path).to_owned()
}
