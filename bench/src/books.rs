//! Library files to measure with: those of others, where they lie beside the checkout, or files of the same sizes in
//! words of our own.

use anyhow::{Context as _, Result};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What is measured with.
pub struct Books {
    /// Whether the words are ours.
    pub made_up: bool,
    /// 1,209 nodes in 1.4 MB.
    pub middle: Vec<u8>,
    /// 5,880 nodes in 2.8 MB.
    pub large: Vec<u8>,
    /// What lies in the folder: names and contents.
    pub folder: Vec<(String, Vec<u8>)>,
}

/// Nodes of the two.
pub const MIDDLE: usize = 1_209;
pub const LARGE: usize = 5_880;
/// Bytes of the two, and of the others in the folder, as far as they are frameworks of a size that counts.
const MIDDLE_BYTES: usize = 1_406_035;
const LARGE_BYTES: usize = 2_784_036;
const OTHERS: [usize; 33] = [
    3_326_486, 615_492, 345_779, 283_961, 254_754, 245_269, 244_258, 172_465, 161_583, 145_646, 129_042, 109_845,
    87_198, 85_026, 59_441, 58_092, 51_907, 43_890, 42_800, 34_013, 28_576, 25_241, 22_297, 16_550, 12_017, 10_979,
    8_772, 8_520, 7_664, 6_362, 5_482, 5_267, 2_937,
];
/// Bytes of a node in those others.
const USUAL: usize = 700;

impl Books {
    /// Those of others if they are there.
    pub fn find() -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/libraries");
        if folder.is_dir() { Self::read(&folder) } else { Ok(Self::make()) }
    }

    fn read(folder: &Path) -> Result<Self> {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
        paths.sort();
        let mut all = Vec::new();
        for path in paths {
            let name = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
            all.push((name, std::fs::read(&path)?));
        }
        let of = |name: &str| {
            let found = all.iter().find(|(known, _)| known == name);
            found.map(|(_, bytes)| bytes.clone()).with_context(|| format!("{name} is not in {}", folder.display()))
        };
        Ok(Self { made_up: false, middle: of("nist-sp-800-53-rev5.yaml")?, large: of("nzism-3.yaml")?, folder: all })
    }

    fn make() -> Self {
        let middle = framework("middle", MIDDLE, MIDDLE_BYTES).into_bytes();
        let large = framework("large", LARGE, LARGE_BYTES).into_bytes();
        let mut folder = vec![("middle.yaml".to_owned(), middle.clone()), ("large.yaml".to_owned(), large.clone())];
        for (number, bytes) in OTHERS.into_iter().enumerate() {
            let name = format!("other-{number:02}");
            let text = framework(&name, (bytes / USUAL).max(2), bytes);
            folder.push((format!("{name}.yaml"), text.into_bytes()));
        }
        Self { made_up: true, middle, large, folder }
    }

    /// A few words on what was used.
    pub fn origin(&self) -> &'static str {
        if self.made_up {
            "files of the same sizes, made up: those of others are not beside this checkout"
        } else {
            "the files beside this checkout"
        }
    }
}

const WORDS: [&str; 40] = [
    "access", "every", "keeper", "of", "the", "record", "is", "named", "and", "checked", "before", "work", "begins",
    "so", "that", "nobody", "alone", "decides", "what", "may", "be", "changed", "a", "copy", "stays", "where", "fire",
    "cannot", "reach", "it", "doors", "are", "closed", "at", "night", "logs", "show", "who", "came", "when",
];

/// A framework with a section for every twenty nodes, in about so many bytes.
pub fn framework(name: &str, nodes: usize, bytes: usize) -> String {
    let mut text = format!(
        "urn: urn:bench:risk:library:{name}\nlocale: en\nref_id: {name}\nname: Library {name}\n\
         description: Made up to measure with.\ncopyright: Apache License 2.0\nversion: 1\npublication_date: 2026-11-26\n\
         provider: bench\npackager: bench\nobjects:\n  framework:\n    urn: urn:bench:risk:framework:{name}\n    \
         ref_id: {name}\n    name: Framework {name}\n    description: Made up to measure with.\n    requirement_nodes:\n"
    );
    let (mut word, whole) = (0, text.len());
    for number in 0..nodes {
        let (section, inside) = (number / 20, number % 20);
        let urn = format!("urn:bench:risk:req_node:{name}");
        // A String does not fail to grow.
        let _ = if inside == 0 {
            write!(
                text,
                "    - urn: {urn}:{section}\n      assessable: false\n      depth: 1\n      ref_id: S{section}\n"
            )
        } else {
            write!(
                text,
                "    - urn: {urn}:{section}.{inside}\n      assessable: true\n      depth: 2\n      \
                 parent_urn: {urn}:{section}\n      ref_id: S{section}.{inside}\n"
            )
        };
        let _ = write!(text, "      name: Node {number}\n      description: As it says");
        let end = whole + (bytes.saturating_sub(whole)) * (number + 1) / nodes;
        while text.len() + 1 < end {
            word = (word * 7 + number + 3) % WORDS.len();
            text.push(' ');
            text.push_str(WORDS[word]);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Books, LARGE, LARGE_BYTES, MIDDLE};

    #[test]
    fn what_is_made_up_is_a_library_of_its_size() {
        let books = Books::make();
        for (bytes, nodes) in [(&books.middle, MIDDLE), (&books.large, LARGE)] {
            let library = grc::library::read(bytes, "made-up.yaml").expect("a library");
            assert_eq!(library.objects.framework.expect("a framework").nodes.len(), nodes);
        }
        assert!(books.large.len().abs_diff(LARGE_BYTES) < 1_000);
        assert_eq!(books.folder.len(), 35);
        for (name, bytes) in &books.folder {
            assert!(grc::library::read(bytes, name).is_ok(), "{name}");
        }
    }
}
