//! Looking for values in answers, files, rows and archives.

use blackbox::Answer;
use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::path::Path;

/// Where the 43 random characters of values turned up.
#[derive(Default)]
pub struct Search {
    needles: Vec<String>,
    found: BTreeSet<String>,
    pub looked_at: usize,
    pub statuses: BTreeSet<u16>,
}

impl Search {
    /// Looks for this value from now on, too.
    pub fn add(&mut self, value: &str) {
        self.needles.push(value["tsr_pat_".len()..][..43].to_owned());
    }

    pub fn look(&mut self, place: &str, bytes: &[u8]) {
        self.looked_at += 1;
        let text = String::from_utf8_lossy(bytes);
        if self.needles.iter().any(|needle| text.contains(needle)) {
            self.found.insert(place.to_owned());
        }
    }

    pub fn answer(&mut self, place: &str, answer: &Answer) {
        self.statuses.insert(answer.status);
        self.look(place, answer.text.as_bytes());
        for (name, value) in &answer.headers {
            self.look(&format!("{place}, header {name}"), value.as_bytes());
        }
    }

    /// A file that may be an archive: then what is in it.
    pub fn export(&mut self, place: &str, bytes: &[u8]) {
        self.look(place, bytes);
        if !bytes.starts_with(b"PK") {
            return;
        }
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        for number in 0..archive.len() {
            let mut file = archive.by_index(number).expect("a file");
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("it can be read");
            let inside = format!("{place}, {}", file.name().expect("a name"));
            self.look(&inside, &content);
        }
    }

    /// Insists that nothing was found.
    #[track_caller]
    pub fn nothing(&self) {
        assert!(!self.needles.is_empty());
        let some: Vec<_> = self.found.iter().take(20).collect();
        assert!(self.found.is_empty(), "{} places: {some:#?}", self.found.len());
    }
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((path.display().to_string(), bytes));
        }
    }
    found
}

/// Every row of every table of a PostgreSQL database, as text.
pub async fn rows(url: &str) -> Vec<u8> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    let tables =
        client.query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'", &[]).await.expect("tables");
    assert!(tables.len() > 10);
    let mut out = Vec::new();
    for table in tables {
        let name: String = table.get(0);
        for row in client.query(&format!("SELECT t::text FROM {name} t"), &[]).await.expect("rows") {
            out.extend_from_slice(row.get::<_, String>(0).as_bytes());
            out.push(b'\n');
        }
    }
    out
}
