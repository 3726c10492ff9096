//! A data folder on SQLite with people who may hold tokens.

use crate::program::Program;
use crate::stored::{self, Token};
use crate::{Options, seed};
use anyhow::{Context as _, Result};
use server::config::Settings;
use server::start::Instance;
use std::path::PathBuf;
use tempfile::TempDir;

/// The folder. One program at a time uses it.
pub struct Place {
    tessera: PathBuf,
    data: TempDir,
    /// The ids of the people.
    pub people: Vec<String>,
}

impl Place {
    /// A fresh one with an administrator and so many people.
    pub async fn new(options: &Options, people: usize) -> Result<Self> {
        let mut place =
            Self { tessera: options.tessera.clone(), data: tempfile::tempdir()?, people: Vec::with_capacity(people) };
        let program = place.start(&[]).await?;
        let session = program.sign_in().await?;
        for number in 0..people {
            let body = serde_json::json!({ "email": format!("person{number}@example.org") });
            let user = program.post("/api/users/", &session, body).await?;
            place.people.push(user["id"].as_str().context("an id")?.to_owned());
        }
        program.stop().await?;
        Ok(place)
    }

    /// Starts the program with further environment variables.
    pub async fn start(&self, variables: &[(&str, String)]) -> Result<Program> {
        Program::tessera_with(&self.tessera, self.data.path(), None, variables).await
    }

    /// Opens the database in this process.
    pub async fn open(&self) -> Result<Instance> {
        stored::open(&Settings { data_dir: self.data.path().to_path_buf(), ..Settings::default() }).await
    }

    /// Writes tokens; no program may run.
    pub fn write(&self, tokens: impl IntoIterator<Item = Token>) -> Result<()> {
        stored::write(&self.file(), tokens)
    }

    /// The database.
    pub fn file(&self) -> PathBuf {
        stored::file(self.data.path())
    }

    /// The number that a query says.
    pub fn count(&self, sql: &str) -> Result<u64> {
        let count: i64 = seed::open(&self.file())?.query_row(sql, [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}
