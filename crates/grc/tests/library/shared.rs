//! The real files beside this checkout, when they are there. Not a line of them is ours to copy.

use grc::library::{Library, check_among, read};
use std::path::PathBuf;

/// The folder of real files, or a word that the test is left out.
pub fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/libraries");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("LEFT OUT: the real libraries are not beside this checkout");
    None
}

/// Names and bytes of the real files.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let Some(folder) = folder() else { return Vec::new() };
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(path).expect("a readable file"))
        })
        .collect();
    files.sort();
    files
}

fn libraries() -> Vec<(String, Library)> {
    files()
        .into_iter()
        .map(|(name, bytes)| {
            let library = read(&bytes, &name).unwrap_or_else(|problems| {
                panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
            });
            (name, library)
        })
        .collect()
}

#[test]
fn every_real_file_reads() {
    for (name, library) in libraries() {
        assert!(!library.objects_meta().is_empty(), "{name} brings nothing");
        assert_eq!(library.hash.len(), 64, "{name}");
        assert_eq!(library.locales()[0], library.locale, "{name}");
    }
}

#[test]
fn trees_hold_every_node_once() {
    fn count(branches: &[grc::library::Branch<'_>], level: u32) -> usize {
        branches
            .iter()
            .map(|branch| {
                assert_eq!(branch.node.level, level, "{}", branch.node.entry.urn);
                1 + count(&branch.children, level + 1)
            })
            .sum()
    }
    for (name, library) in libraries() {
        let nodes = library.objects.framework.as_ref().map_or(0, |framework| framework.nodes.len());
        assert_eq!(count(&library.tree(), 1), nodes, "{name}");
    }
}

#[test]
fn references_meet_their_controls_whatever_their_case() {
    let libraries = libraries();
    let all: Vec<&Library> = libraries.iter().map(|(_, library)| library).collect();
    for (name, library) in &libraries {
        let lost: Vec<_> = check_among(library, &all)
            .into_iter()
            .filter(|warning| matches!(warning.code, "unknown_control" | "unknown_threat"))
            .collect();
        assert!(lost.is_empty(), "{name}: {lost:?}");
    }
}

#[test]
fn no_text_of_a_real_file_changes_with_the_reader() {
    for (name, library) in libraries() {
        let unquoted: Vec<_> =
            check_among(&library, &[]).into_iter().filter(|warning| warning.code == "unquoted").collect();
        assert!(unquoted.is_empty(), "{name}: {unquoted:?}");
    }
}
