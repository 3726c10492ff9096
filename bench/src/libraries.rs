//! What it takes to upload a library, and to look through a folder of them.

use crate::books::{Books, LARGE, MIDDLE};
use crate::load::{self, Connection};
use crate::program::Program;
use crate::turns::{ROUNDS, median};
use crate::{Options, seed};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long the folder may take before it counts as failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// What one round found, in milliseconds, and in MB where it says so.
#[derive(Default)]
struct Found {
    middle: Vec<f64>,
    large: Vec<f64>,
    /// Time for a node of the large one, beside one of the other.
    each: Vec<f64>,
    peak: Vec<f64>,
    stays: Vec<f64>,
    folder: Vec<f64>,
    again: Vec<f64>,
}

/// Prints the table.
pub async fn measure(options: &Options) -> Result<()> {
    let books = Books::find()?;
    println!("\n## Libraries\n\nMeasured with {}.\n", books.origin());
    let mut columns = vec![uploads(options, &books, None).await?];
    if let Some(url) = &options.postgres {
        columns.push(uploads(options, &books, Some(url)).await?);
    }
    let row = |name: &str, goal: &str, what: &dyn Fn(&Found) -> String| {
        let cells: Vec<String> = columns.iter().map(what).collect();
        println!("| {name} | {} | {goal} |", cells.join(" | "));
    };
    let databases = if columns.len() > 1 { "SQLite | PostgreSQL" } else { "SQLite" };
    println!("| what | {databases} | goal |\n|{}", "---|".repeat(columns.len() + 2));
    let whole = |times: &[f64]| format!("{:.0} ms", median(times.to_vec()));
    row("a library of 1,209 nodes is uploaded, stored and loaded", "under 150 ms", &|found| whole(&found.middle));
    row("one of 5,880 nodes", "under 500 ms", &|found| whole(&found.large));
    row("time for a node of the large one beside one of the other", "", &|found| {
        format!("{:.2}", median(found.each.clone()))
    });
    row("memory at most while both are loaded, beyond that at rest", "", &|found| {
        format!("{:.0} MB", median(found.peak.clone()))
    });
    row("memory that stays", "", &|found| format!("{:.0} MB", median(found.stays.clone())));
    let count = books.folder.len();
    row(&format!("{count} files are indexed from a folder, from the start on"), "under 3 s", &|found| {
        format!("{:.2} s", median(found.folder.clone()) / 1000.0)
    });
    row("the same folder at the next start, beside the first", "", &|found| {
        let ratios = found.again.iter().zip(&found.folder).map(|(again, first)| again / first);
        format!("{:.2}", median(ratios.collect()))
    });
    Ok(())
}

async fn uploads(options: &Options, books: &Books, url: Option<&str>) -> Result<Found> {
    let folder = tempfile::tempdir()?;
    for (name, bytes) in &books.folder {
        std::fs::write(folder.path().join(name), bytes)?;
    }
    let mut found = Found::default();
    for round in 0..ROUNDS {
        let database = database(url, &format!("libraries_{round}")).await?;
        upload(options, books, database.as_deref(), &mut found).await?;
        let database = self::database(url, &format!("folder_{round}")).await?;
        look(options, books, folder.path(), database.as_deref(), &mut found).await?;
    }
    Ok(found)
}

/// A new database on the server.
async fn database(url: Option<&str>, name: &str) -> Result<Option<String>> {
    let Some(url) = url else { return Ok(None) };
    seed::connect(url).await?.batch_execute(&format!("CREATE DATABASE {name}")).await?;
    let (server, _) = url.rsplit_once('/').context("the address ends with a database")?;
    Ok(Some(format!("{server}/{name}")))
}

async fn upload(options: &Options, books: &Books, database: Option<&str>, found: &mut Found) -> Result<()> {
    let data = tempfile::tempdir()?;
    let program = Program::tessera(&options.tessera, data.path(), database).await?;
    let session = program.sign_in().await?;
    let token = program.token(&session).await?;
    let rest = program.memory()?;
    let mut times = Vec::new();
    for (name, bytes) in [("middle.yaml", &books.middle), ("large.yaml", &books.large)] {
        let request = load::upload("/api/stored-libraries/upload/", &token, name, bytes);
        let begun = Instant::now();
        program.ask(&request).await?;
        times.push(millis(begun.elapsed()));
    }
    found.middle.push(times[0]);
    found.large.push(times[1]);
    found.each.push(times[1] / times[0] * ratio(MIDDLE, LARGE));
    found.peak.push(megabytes(program.most_memory()?.saturating_sub(rest)));
    found.stays.push(megabytes(program.memory()?.saturating_sub(rest)));
    program.stop().await
}

/// Two starts with the same folder.
async fn look(
    options: &Options,
    books: &Books,
    folder: &Path,
    database: Option<&str>,
    found: &mut Found,
) -> Result<()> {
    let data = tempfile::tempdir()?;
    // The administrator, and what the program brings along, are there before.
    let program = Program::tessera(&options.tessera, data.path(), database).await?;
    let session = program.sign_in().await?;
    let token = program.token(&session).await?;
    let brought = shelved(&program, &token).await?;
    program.stop().await?;
    let variables = [("TESSERA_LIBRARY_DIR", folder.display().to_string())];
    for times in [&mut found.folder, &mut found.again] {
        let begun = Instant::now();
        let mut program = Program::tessera_heard(&options.tessera, data.path(), database, &variables).await?;
        program.said("looked into the library folder", PATIENCE).await?;
        times.push(millis(begun.elapsed()));
        let now = shelved(&program, &token).await?;
        ensure!(now == brought + books.folder.len() as u64, "{now} libraries on the shelf, {brought} before");
        program.stop().await?;
    }
    Ok(())
}

async fn shelved(program: &Program, token: &str) -> Result<u64> {
    let mut connection = Connection::open(program.address).await?;
    let (_, body) = connection.ask(&load::get("/api/stored-libraries/?limit=1", token)).await?;
    let page: Value = serde_json::from_slice(body)?;
    page["count"].as_u64().context("a page has a count")
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn ratio(a: usize, b: usize) -> f64 {
    a as f64 / b as f64
}

#[expect(clippy::cast_precision_loss, reason = "kilobytes")]
fn megabytes(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}
