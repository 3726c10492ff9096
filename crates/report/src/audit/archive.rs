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
    /// Its name, the one that [`super::Evidence::file`] says.
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
        let mut taken = HashSet::new();
        for attachment in attachments {
            let Attachment { name, mut content } = attachment?;
            zip.start_file(free_path(&name, &mut taken), options)?;
            io::copy(&mut content, &mut zip)?;
        }
        zip.finish()?;
        Ok(())
    }
}

/// A path that no other file has.
fn free_path(name: &str, taken: &mut HashSet<String>) -> String {
    let name = safe_name(name);
    let mut path = format!("{FOLDER}/{name}");
    let mut number = 2;
    while !taken.insert(path.to_lowercase()) {
        let (stem, extension) = name.rsplit_once('.').map_or((name.as_str(), None), |(stem, rest)| (stem, Some(rest)));
        path = match extension {
            Some(extension) => format!("{FOLDER}/{stem} ({number}).{extension}"),
            None => format!("{FOLDER}/{stem} ({number})"),
        };
        number += 1;
    }
    path
}

/// A name that stays in its folder wherever the archive is unpacked.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|character| !character.is_control())
        .map(|character| if matches!(character, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { character })
        .take(180)
        .collect();
    let plain = plain.trim_start_matches('.').trim_end_matches(['.', ' ']).trim();
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
            "evidences/A (2).txt",
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
    fn a_file_that_cannot_be_read_fails_the_archive() {
        let broken = [Err::<Attachment<Cursor<Vec<u8>>>, _>(io::Error::other("gone"))];
        assert!(Audit::default().archive(Vec::new(), broken).is_err());
    }

    #[test]
    fn addresses_are_escaped() {
        assert_eq!(address_of("a b&é.txt"), "evidences/a%20b%26%C3%A9.txt");
    }
}
