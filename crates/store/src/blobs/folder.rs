//! Files in a folder: `7f/<id>`, by the last two digits of the id, and `incoming/<id>` while they arrive.
//!
//! A file is complete and on the disk before it gets its place: written beside, synced, renamed, and the folder synced.

use super::{BlobError, BlobStream, MARK, marked};
use futures_util::StreamExt as _;
use futures_util::stream;
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;

/// Where files are until they are complete.
const INCOMING: &str = "incoming";
/// Bytes that are read at once.
const CHUNK: usize = 128 * 1024;

/// A folder of files.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    fn place(&self, id: Uuid) -> PathBuf {
        self.0.join(format!("{:02x}", id.as_bytes()[15])).join(id.to_string())
    }

    pub(super) async fn begin(&self, id: Uuid) -> Result<Arriving, BlobError> {
        let folder = self.0.join(INCOMING);
        make(&folder).await?;
        let beside = folder.join(id.to_string());
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).await?;
        Ok(Arriving { file, place: self.place(id), beside: Unfinished(Some(beside)) })
    }

    pub(super) async fn open(&self, id: Uuid) -> Result<(u64, BlobStream), BlobError> {
        let file = File::open(self.place(id)).await?;
        let length = file.metadata().await?.len();
        let chunks = stream::try_unfold(file, |mut file| async move {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = file.read_buf(&mut chunk).await?;
            Ok::<_, io::Error>((read > 0).then_some((chunk.into(), file)))
        });
        Ok((length, chunks.boxed()))
    }

    pub(super) async fn remove(&self, id: Uuid) -> Result<(), BlobError> {
        for path in [self.place(id), self.0.join(INCOMING).join(id.to_string())] {
            match fs::remove_file(path).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) async fn mark(&self, instance: Uuid) -> Result<(), BlobError> {
        make(&self.0).await?;
        let place = self.0.join(format!("{MARK}{instance}"));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&place).await {
            Ok(file) => file.sync_all().await?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        Ok(File::open(&self.0).await?.sync_all().await?)
    }

    pub(super) async fn marks(&self) -> Result<Vec<Uuid>, BlobError> {
        let entries = entries(&self.0).await?;
        Ok(entries.iter().filter_map(|entry| marked(entry.file_name()?.to_str())).collect())
    }

    pub(super) async fn names(&self) -> Result<Vec<Uuid>, BlobError> {
        let mut ids = Vec::new();
        for folder in entries(&self.0).await? {
            for file in entries(&folder).await? {
                let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                // What is no id is none of ours.
                ids.extend(name.parse::<Uuid>());
            }
        }
        Ok(ids)
    }
}

/// What stands in a folder; nothing when it is none.
async fn entries(folder: &Path) -> Result<Vec<PathBuf>, BlobError> {
    let mut list = match fs::read_dir(folder).await {
        Ok(list) => list,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error.into()),
    };
    let mut paths = Vec::new();
    while let Some(entry) = list.next_entry().await? {
        paths.push(entry.path());
    }
    Ok(paths)
}

/// Makes a folder and those above it, for their owner alone.
async fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).await
}

/// A file that is being written.
pub(super) struct Arriving {
    file: File,
    place: PathBuf,
    beside: Unfinished,
}

/// Removes the half of a file that never became a whole one.
struct Unfinished(Option<PathBuf>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // Best effort: what stays is found by the sweep.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Arriving {
    pub(super) async fn write(&mut self, chunk: &[u8]) -> Result<(), BlobError> {
        Ok(self.file.write_all(chunk).await?)
    }

    pub(super) async fn finish(mut self) -> Result<(), BlobError> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let folder = self.place.parent().map(Path::to_path_buf).unwrap_or_default();
        make(&folder).await?;
        if let Some(beside) = &self.beside.0 {
            fs::rename(beside, &self.place).await?;
        }
        self.beside.0 = None;
        // The name is on the disk too, and so is that of a folder that was just made.
        for folder in [Some(folder.as_path()), folder.parent()].into_iter().flatten() {
            File::open(folder).await?.sync_all().await?;
        }
        Ok(())
    }
}
