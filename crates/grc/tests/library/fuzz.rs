//! Nonsense never panics.

use grc::library::{builtin, check, read};
use proptest::prelude::*;

/// Reads, and uses what comes out.
fn survive(bytes: &[u8]) {
    match read(bytes, "nonsense.yaml") {
        Ok(library) => {
            let _ = (check(&library), library.tree(), library.content(), library.objects_meta());
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "a refusal without a reason");
            let _: Vec<_> = problems.iter().map(|problem| (problem.to_string(), problem.class())).collect();
        }
    }
}

/// Pieces that YAML and the format are made of.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\n".to_owned()),
        Just("  ".to_owned()),
        Just("- ".to_owned()),
        Just(": ".to_owned()),
        prop::sample::select(vec![
            "{", "}", "[", "]", ",", "&a ", "*a", "<<", "!!str ", "|", ">", "'", "\"", "#", "?", "---"
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            "urn",
            "name",
            "version",
            "objects",
            "framework",
            "requirement_nodes",
            "parent_urn",
            "questions",
            "type",
            "choices",
            "depends_on",
            "translations",
            "risk_matrix",
            "grid",
            "probability",
            "impact",
            "risk",
            "id",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9.:_-]{0,6}",
        any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survive(&bytes);
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        survive(text.as_bytes());
    }

    #[test]
    fn anything_like_yaml(pieces in prop::collection::vec(piece(), 0..60)) {
        let header = "urn: urn:a:b\nname: n\nversion: 1\nobjects:\n  ";
        survive(pieces.concat().as_bytes());
        survive(format!("{header}{}", pieces.concat()).as_bytes());
    }
}

/// Our own matrix is small enough to be spoiled thousands of times.
fn spoil(file: &str, edits: &[(prop::sample::Index, u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = file.as_bytes().to_vec();
    for (index, way, insert) in edits {
        let at = index.index(bytes.len());
        match way % 5 {
            0 => drop(bytes.splice(at..at, insert.iter().copied())),
            1 => drop(bytes.drain(at..(at + insert.len()).min(bytes.len()))),
            2 => bytes[at] = insert.first().copied().unwrap_or(b' '),
            3 => bytes.truncate(at.max(1)),
            // A whole line twice, or one line less.
            _ => {
                let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
                let end =
                    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |place| at + place + 1);
                let line: Vec<u8> = bytes[start..end].to_vec();
                let replacement = if insert.is_empty() { Vec::new() } else { [line.clone(), line].concat() };
                drop(bytes.splice(start..end, replacement));
            }
        }
        if bytes.is_empty() {
            bytes.push(b' ');
        }
    }
    bytes
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, Vec<u8>)>> {
    let insert = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        prop::sample::select(vec![
            &b": "[..],
            b"- ",
            b"\n",
            b"*x",
            b"&x ",
            b"'",
            b"{",
            b"]",
            b"-1",
            b"~",
            b"\t",
            b"<<: "
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), insert), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn our_own_files_spoiled(file in 0..builtin::FILES.len(), edits in edits()) {
        survive(&spoil(builtin::FILES[file].text, &edits));
    }
}
