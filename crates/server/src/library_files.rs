//! Library files on the disk: single ones, folders of them, archives.

use grc::catalog::{Source, Supplied, digest, known, supply};
use grc::library::{Limits, read};
use iam::Iam;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// Files of one archive, at most.
const MOST_IN_ARCHIVE: usize = 5_000;

/// Bytes that an archive may unpack to: many times what all libraries of the world have.
const MOST_UNPACKED: u64 = 256 << 20;

/// One file, not read as a library yet.
#[derive(Debug)]
pub struct Found {
    /// What to call it.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Whether a name is that of a library file.
fn is_library(name: &Path) -> bool {
    name.extension().is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"))
}

/// A file itself, or the library files of a folder, in the order of their names.
pub fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut inside = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?.path();
        if entry.is_file() && is_library(&entry) {
            inside.push(entry);
        }
    }
    inside.sort();
    Ok(inside)
}

/// The content of a file, a folder, or an archive of library files.
pub fn found(path: &Path) -> io::Result<Vec<Found>> {
    if path.is_file() && path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip")) {
        return in_archive(path, MOST_UNPACKED);
    }
    files(path)?.iter().map(|file| content(file)).collect()
}

fn content(file: &Path) -> io::Result<Found> {
    let name = file.display().to_string();
    let bytes = fs::read(file).map_err(|error| named(&name, &error))?;
    Ok(Found { name, bytes })
}

/// The library files of an archive, all of them together of at most `left` bytes. Their names are words to show and never
/// paths: nothing is written to the disk.
fn in_archive(path: &Path, mut left: u64) -> io::Result<Vec<Found>> {
    let name = path.display().to_string();
    let wrong = |error: zip::result::ZipError| named(&name, &error);
    let mut archive = ZipArchive::new(File::open(path).map_err(|error| named(&name, &error))?).map_err(wrong)?;
    if archive.len() > MOST_IN_ARCHIVE {
        return Err(named(&name, &format!("more than {MOST_IN_ARCHIVE} files in one archive")));
    }
    // One byte more than a library may have is enough for the reader to refuse it.
    let most = u64::try_from(Limits::default().bytes).unwrap_or(u64::MAX).saturating_add(1);
    let mut all = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(wrong)?;
        let inner = PathBuf::from(file.name().map_err(wrong)?.into_owned());
        if file.is_dir() || !is_library(&inner) {
            continue;
        }
        let mut bytes = Vec::new();
        let read =
            file.by_ref().take(most.min(left + 1)).read_to_end(&mut bytes).map_err(|error| named(&name, &error))?;
        let size = u64::try_from(read).unwrap_or(u64::MAX);
        left = left.checked_sub(size).ok_or_else(|| named(&name, &"it unpacks to more than libraries can have"))?;
        all.push(Found { name: format!("{name}:{}", inner.display()), bytes });
    }
    Ok(all)
}

fn named(name: &str, error: &impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("{name}: {error}"))
}

/// Puts the files of a folder on the shelf, beside everything else that the program does. A file
/// that is known is not read again; one that is wrong is named in the log, and the others go on.
pub async fn look_into(iam: Iam, folder: PathBuf) {
    match shelve(&iam, &folder).await {
        Ok((stored, wrong)) => {
            tracing::info!(folder = %folder.display(), stored, wrong, "looked into the library folder");
        }
        Err(error) => tracing::error!(folder = %folder.display(), %error, "the library folder could not be read"),
    }
}

async fn shelve(iam: &Iam, folder: &Path) -> anyhow::Result<(usize, usize)> {
    let ctx = iam.program("library folder").await?;
    let known = known(&ctx).await?;
    let place = folder.to_owned();
    let paths = tokio::task::spawn_blocking(move || files(&place)).await??;
    let (mut stored, mut wrong) = (0, 0);
    for path in paths {
        let name = path.display().to_string();
        let known = known.clone();
        let work = move || -> io::Result<_> {
            let found = content(&path)?;
            if known.contains(&digest(&found.bytes)) {
                return Ok(None);
            }
            Ok(Some((read(&found.bytes, &found.name), found.bytes)))
        };
        match tokio::task::spawn_blocking(work).await? {
            Ok(None) => {}
            Ok(Some((Ok(library), bytes))) => match supply(&ctx, &library, &bytes, Source::Product).await {
                Ok(Supplied::Stored) => stored += 1,
                Ok(Supplied::Known | Supplied::Older) => {}
                Err(error) => {
                    wrong += 1;
                    tracing::warn!(file = name, error = %error.body(), "a library file could not be stored");
                }
            },
            Ok(Some((Err(problems), _))) => {
                wrong += 1;
                let first = problems.first().map(ToString::to_string).unwrap_or_default();
                tracing::warn!(file = name, problems = problems.len(), first, "a library file is wrong");
            }
            Err(error) => {
                wrong += 1;
                tracing::warn!(file = name, %error, "a library file could not be read");
            }
        }
    }
    Ok((stored, wrong))
}

#[cfg(test)]
mod tests {
    use super::in_archive;
    use std::fs::{self, File};
    use std::io::Write as _;

    #[test]
    fn an_archive_is_read_as_far_as_it_may_unpack_and_writes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("many.zip");
        let mut zip = zip::ZipWriter::new(File::create(&path).expect("a file"));
        for name in ["../../up.yaml", "/etc/over.yml", "C:\\dir\\a.yaml", "esc\u{1b}[2J.yaml", "notes.txt"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
            zip.write_all(&[b' '; 100]).expect("written");
        }
        zip.finish().expect("finished");
        let found = in_archive(&path, 400).expect("read");
        assert_eq!(found.iter().map(|file| file.bytes.len()).collect::<Vec<_>>(), [100; 4]);
        let refused = in_archive(&path, 399).expect_err("refused").to_string();
        assert!(refused.ends_with("it unpacks to more than libraries can have"), "{refused}");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing was unpacked");
    }
}
