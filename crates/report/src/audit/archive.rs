//! An audit to take away: a page to read and the files that prove what it says, in one ZIP.

use std::{
    collections::HashSet,
    fmt::Write as _,
    io::{self, Read, Write},
};

use chrono::Datelike;
use zip::{DateTime, ZipWriter, write::SimpleFileOptions};

use super::Audit;
use crate::ReportError;

const FOLDER: &str = "evidences";

/// A file for the archive.
pub struct Attachment<R> {
    /// Its name, the one that [`super::Evidence::file`] says; see [`FileNames`].
    pub name: String,
    /// What is in it.
    pub content: R,
}

impl Audit {
    /// Writes the archive: `index.html`, and the attachments in the order in which they come. Nothing is held in memory but
    /// the page, so attachments may be as large as they like (up to 4 GiB each).
    pub fn archive<W, R>(
        &self,
        out: W,
        attachments: impl IntoIterator<Item = io::Result<Attachment<R>>>,
    ) -> Result<(), ReportError>
    where
        W: Write,
        R: Read,
    {
        let day = self.date;
        let moment = u16::try_from(day.year())
            .ok()
            .zip(u8::try_from(day.month()).ok().zip(u8::try_from(day.day()).ok()))
            .and_then(|(year, (month, day))| DateTime::from_date_and_time(year, month, day, 0, 0, 0).ok());
        let options = SimpleFileOptions::default().last_modified_time(moment.unwrap_or_default());
        let mut zip = ZipWriter::new_stream(out);
        zip.start_file("index.html", options)?;
        zip.write_all(self.html().as_bytes())?;
        let mut names = FileNames::default();
        for attachment in attachments {
            let Attachment { name, mut content } = attachment?;
            zip.start_file(format!("{FOLDER}/{}", names.free(&name)), options)?;
            io::copy(&mut content, &mut zip)?;
        }
        zip.finish()?;
        Ok(())
    }
}

/// The longest name of a file, in characters.
const LONGEST: usize = 180;

/// Names of files in one folder: each stays in it wherever the archive is unpacked, and none hides another.
#[derive(Debug, Default)]
pub struct FileNames {
    taken: HashSet<String>,
}

impl FileNames {
    /// The name under which a file of this name is kept. What comes out goes in again as it is.
    pub fn free(&mut self, name: &str) -> String {
        let plain = safe_name(name);
        let mut free = plain.clone();
        let mut number = 2;
        while !self.taken.insert(free.to_lowercase()) {
            free = format!("{number}-{plain}").chars().take(LONGEST).collect();
            free.truncate(free.trim_end_matches(aside).len());
            number += 1;
        }
        free
    }
}

/// What names neither begin nor end with.
fn aside(character: char) -> bool {
    character == '.' || character.is_whitespace()
}

/// A name that stays in its folder wherever the archive is unpacked.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|character| !character.is_control())
        .map(|character| if matches!(character, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { character })
        .collect();
    let plain: String = plain.trim_start_matches(aside).chars().take(LONGEST).collect();
    let plain = plain.trim_end_matches(aside);
    if plain.is_empty() { "file".to_owned() } else { plain.to_owned() }
}

/// The address of a file as the page beside its folder links to it.
pub(super) fn address_of(name: &str) -> String {
    let mut address = format!("{FOLDER}/");
    for byte in safe_name(name).bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            address.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn files_stay_in_their_folder_and_do_not_hide_one_another() {
        let audit = Audit { title: "A".into(), ..Audit::default() };
        let names = ["../../etc/passwd", "a.txt", "A.txt", "..", "C:\\x\\b?.txt", "é \u{7}à.pdf"];
        let files =
            names.iter().map(|name| Ok(Attachment { name: (*name).to_owned(), content: Cursor::new(name.as_bytes()) }));
        let mut out = Vec::new();
        audit.archive(&mut out, files).expect("written");
        let archive = zip::ZipArchive::new(Cursor::new(out)).expect("an archive");
        let mut found: Vec<_> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
        found.sort();
        let expected = [
            "evidences/2-A.txt",
            "evidences/a.txt",
            "evidences/b_.txt",
            "evidences/file",
            "evidences/passwd",
            "evidences/é à.pdf",
            "index.html",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn names_that_were_given_once_are_not_given_anew() {
        let long = format!("{}.{}", "x".repeat(300), "y".repeat(40));
        let dots = format!(" . .{}. ", "é".repeat(200));
        let names = [
            "a.txt", "A.TXT", "2-b.txt", "a.txt", &long, &long, &dots, &dots, "b?.txt", "b*.txt", "2-b_.txt", " ..",
            ".",
        ];
        let mut free = FileNames::default();
        let given: Vec<String> = names.iter().map(|name| free.free(name)).collect();
        let distinct: HashSet<String> = given.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(distinct.len(), names.len(), "{given:?}");
        assert!(given.iter().all(|name| name.chars().count() <= LONGEST));
        let mut again = FileNames::default();
        for name in &given {
            assert_eq!(&again.free(name), name);
            assert_eq!(address_of(name), address_of(&safe_name(name)));
        }
        assert_eq!(&given[..4], ["a.txt", "2-A.TXT", "2-b.txt", "3-a.txt"]);
    }

    #[test]
    fn a_file_that_cannot_be_read_fails_the_archive() {
        let broken = [Err::<Attachment<Cursor<Vec<u8>>>, _>(io::Error::other("gone"))];
        assert!(Audit::default().archive(Vec::new(), broken).is_err());
    }

    #[test]
    fn addresses_are_escaped() {
        assert_eq!(address_of("a b&é.txt"), "evidences/a%20b%26%C3%A9.txt");
    }
}
