//! Embeds `migrations/NNNN_name/{sqlite.sql,postgres.sql}` of the workspace, so that a new migration is two files
//! and no line of code. A malformed folder fails the build with the reason.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let root = folder("CARGO_MANIFEST_DIR").join("../../migrations");
    println!("cargo:rerun-if-changed={}", root.display());

    let mut found: Vec<(u32, String, PathBuf)> = fs::read_dir(&root)
        .unwrap_or_else(|cause| panic!("cannot list {}: {cause}", root.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_dir())
        .map(|path| {
            let folder = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let (number, name) = split(&folder).unwrap_or_else(|| panic!("migrations/{folder}: expected NNNN_name"));
            (number, name.to_owned(), path.canonicalize().expect("the folder was just listed"))
        })
        .collect();
    found.sort();
    for pair in found.windows(2) {
        assert!(pair[0].0 != pair[1].0, "two migrations are numbered {:04}", pair[0].0);
    }

    let mut list = String::from("&[\n");
    for (number, name, path) in &found {
        let [sqlite, postgres] = ["sqlite.sql", "postgres.sql"].map(|file| {
            let file = path.join(file);
            assert!(file.is_file(), "{} is missing: a migration is a pair", file.display());
            file.to_str().expect("a Unicode path").to_owned()
        });
        writeln!(
            list,
            "    Migration {{ number: {number}, name: {name:?}, sqlite: include_str!({sqlite:?}), postgres: include_str!({postgres:?}) }},"
        )
        .expect("a string grows");
    }
    list.push(']');
    fs::write(folder("OUT_DIR").join("migrations.rs"), list).expect("OUT_DIR is writable");
}

/// A folder that cargo names in the environment.
fn folder(variable: &str) -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "this is how cargo speaks to a build script")]
    let path = std::env::var(variable).expect("cargo sets it");
    Path::new(&path).to_owned()
}

/// `0001_start` → `(1, "start")`.
fn split(folder: &str) -> Option<(u32, &str)> {
    let (digits, name) = folder.split_once('_')?;
    let well_formed = digits.len() == 4 && !name.is_empty();
    well_formed.then(|| digits.parse().ok()).flatten().map(|number| (number, name))
}
