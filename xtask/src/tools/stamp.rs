//! Remembering what a piece of work was last done for, so that it is done again only when that changed.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::paths;

/// Folders that hold what is made from the others.
const DERIVED_FOLDERS: [&str; 2] = ["node_modules", "dist"];

/// The content of some files and folders, summed up under a name.
pub(crate) struct Stamp {
    file: PathBuf,
    sum: String,
}

impl Stamp {
    /// Sums up `inputs`, files or whole folders.
    pub(crate) fn of(name: &str, inputs: &[&Path]) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        for input in inputs {
            add(&mut hasher, input).with_context(|| format!("could not read {}", input.display()))?;
        }
        Ok(Self { file: paths::scratch().join(format!("{name}.stamp")), sum: format!("{:016x}", hasher.finish()) })
    }

    /// Whether the work was last done for exactly this content.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|sum| sum == self.sum)
    }

    /// Notes that the work is done for this content.
    pub(crate) fn set(&self) -> Result<()> {
        fs::create_dir_all(paths::scratch())?;
        fs::write(&self.file, &self.sum).with_context(|| format!("could not write {}", self.file.display()))
    }
}

fn add(hasher: &mut DefaultHasher, path: &Path) -> Result<()> {
    hasher.write(path.as_os_str().as_encoded_bytes());
    if path.is_file() {
        hasher.write(&fs::read(path)?);
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        let is_derived = DERIVED_FOLDERS.iter().any(|folder| entry.ends_with(folder));
        if !is_derived {
            add(hasher, &entry)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sources_count() {
        let dir = tempfile::tempdir().unwrap();
        let sum = || Stamp::of("test", &[dir.path()]).unwrap().sum;
        fs::create_dir_all(dir.path().join("src/pages")).unwrap();
        fs::create_dir(dir.path().join("dist")).unwrap();
        fs::write(dir.path().join("src/pages/a"), "one").unwrap();

        let before = sum();
        fs::write(dir.path().join("dist/built"), "made").unwrap();
        assert_eq!(sum(), before);
        fs::write(dir.path().join("src/pages/a"), "two").unwrap();
        assert_ne!(sum(), before);
    }
}
