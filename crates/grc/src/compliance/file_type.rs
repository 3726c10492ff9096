//! Kinds of file that evidence may be, told by the extension of the name. What is inside is nobody's promise: no answer
//! lets a browser run it.

use crate::exported;
use engine::ApiError;

/// One kind of file.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileType {
    extension: &'static str,
    mime: &'static str,
    /// Content type when it is shown in the browser; none for what is only kept.
    shown: Option<&'static str>,
}

/// Text, whatever it is written in.
const TEXT: Option<&str> = Some("text/plain; charset=utf-8");

const fn kept(extension: &'static str, mime: &'static str) -> FileType {
    FileType { extension, mime, shown: None }
}

const fn picture(extension: &'static str, mime: &'static str) -> FileType {
    FileType { extension, mime, shown: Some(mime) }
}

const fn text(extension: &'static str, mime: &'static str) -> FileType {
    FileType { extension, mime, shown: TEXT }
}

/// In the order of the contract's sentence, then ours. Pages and scripts are not among them; drawings and documents that
/// can hold scripts (`svg`, `xml`) are never shown.
const TYPES: [FileType; 35] = [
    picture("jpg", "image/jpeg"),
    picture("jpeg", "image/jpeg"),
    picture("png", "image/png"),
    kept("doc", "application/msword"),
    kept("docx", exported::DOCX),
    kept("odt", "application/vnd.oasis.opendocument.text"),
    kept("ppt", "application/vnd.ms-powerpoint"),
    kept("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    text("txt", "text/plain"),
    kept("xls", "application/vnd.ms-excel"),
    kept("xlsx", exported::XLSX),
    kept("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    text("csv", exported::CSV),
    text("md", "text/markdown"),
    picture("pdf", exported::PDF),
    text("json", "application/json"),
    text("yaml", "application/yaml"),
    text("yml", "application/yaml"),
    picture("gif", "image/gif"),
    picture("webp", "image/webp"),
    kept("svg", "image/svg+xml"),
    kept("xml", "application/xml"),
    kept("zip", exported::ZIP),
    kept("gz", "application/gzip"),
    kept("7z", "application/x-7z-compressed"),
    kept("odp", "application/vnd.oasis.opendocument.presentation"),
    kept("rtf", "application/rtf"),
    kept("eml", "message/rfc822"),
    kept("msg", "application/vnd.ms-outlook"),
    kept("vsdx", "application/vnd.ms-visio.drawing.main+xml"),
    kept("p7m", "application/pkcs7-mime"),
    kept("p7s", "application/pkcs7-signature"),
    kept("asc", "application/pgp-signature"),
    kept("mp4", "video/mp4"),
    text("log", "text/plain"),
];

/// Refuses a name whose extension is none of these.
pub(super) fn accepts(name: &str) -> Result<(), ApiError> {
    if of(name).is_some() {
        return Ok(());
    }
    let extension = extension(name).map(|extension| format!(".{extension}")).unwrap_or_default();
    let known: Vec<&str> = TYPES.iter().map(|kind| kind.extension).collect();
    let known = known.join(", ");
    Err(ApiError::BadRequest(format!("Unsupported file extension '{extension}'. Allowed extensions: {known}")))
}

/// Content type of a file, and whether it is shown: only when that was asked for and is harmless.
pub(super) fn served(name: &str, inline: bool) -> (&'static str, bool) {
    match of(name) {
        Some(FileType { shown: Some(mime), .. }) if inline => (mime, true),
        Some(kind) => (kind.mime, false),
        None => ("application/octet-stream", false),
    }
}

fn of(name: &str) -> Option<FileType> {
    let extension = extension(name)?;
    TYPES.into_iter().find(|kind| kind.extension == extension)
}

/// What stands after the last dot, in lower case.
fn extension(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(_, extension)| extension.trim().to_lowercase())
}

/// `5 B`, `1.5 KB`, `12 MB`.
pub(super) fn size(bytes: i64) -> String {
    let mut unit = 0;
    let mut tenths = i128::from(bytes) * 10;
    while tenths >= 10_240 && unit < 3 {
        tenths = (tenths + 512) / 1024;
        unit += 1;
    }
    let whole = tenths / 10;
    let rest = tenths % 10;
    let unit = ["B", "KB", "MB", "GB"][unit];
    if rest == 0 { format!("{whole} {unit}") } else { format!("{whole}.{rest} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::{accepts, served, size};

    #[test]
    fn names_tell_what_a_file_is() {
        for good in ["a.txt", "A.PDF", "a.b.json", "x.svg", "archive.tar.gz", ".hidden.png"] {
            assert!(accepts(good).is_ok(), "{good}");
        }
        for bad in ["page.html", "a.js", "run.exe", "noext", "", "txt", "a.txt.html", "a.pdf ", "a.htm", "a.txt/"] {
            assert_eq!(accepts(bad).is_ok(), bad == "a.pdf ", "{bad}");
        }
        let refusal = accepts("x.HTML").expect_err("a page").to_string();
        assert!(
            refusal.starts_with(
                "Unsupported file extension '.html'. Allowed extensions: jpg, jpeg, png, doc, docx, odt, "
            )
        );
    }

    #[test]
    fn only_what_runs_nothing_is_shown() {
        assert_eq!(served("a.txt", false), ("text/plain", false));
        assert_eq!(served("a.txt", true), ("text/plain; charset=utf-8", true));
        assert_eq!(served("a.png", true), ("image/png", true));
        assert_eq!(served("a.svg", true), ("image/svg+xml", false));
        assert_eq!(served("a.xml", true), ("application/xml", false));
        assert_eq!(served("a.md", true), ("text/plain; charset=utf-8", true));
        assert_eq!(served("a.html", true), ("application/octet-stream", false));
    }

    #[test]
    fn sizes_are_for_people() {
        for (bytes, words) in [
            (0, "0 B"),
            (5, "5 B"),
            (1023, "1023 B"),
            (1024, "1 KB"),
            (1536, "1.5 KB"),
            (26 * 1024 * 1024, "26 MB"),
            (5 * 1024 * 1024 * 1024, "5 GB"),
        ] {
            assert_eq!(size(bytes), words);
        }
    }
}
