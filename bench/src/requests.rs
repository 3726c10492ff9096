//! Requests over HTTP: Tessera on both databases with few and many rows, and the handler written
//! by hand, all in turn.

use crate::Options;
use crate::load::{self, Request};
use crate::plain::{MARKS, TEMPLATES, Tuning};
use crate::program::Program;
use crate::turns::{ROUNDS, median};
use crate::{plain, seed};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Few and many assets.
const SIZES: [u64; 2] = [2_000, 200_000];
/// How long each takes its turn.
const TURN: Duration = Duration::from_millis(800);

/// A server under load, with what requests to it need.
struct Subject {
    name: &'static str,
    program: Program,
    size: u64,
    token: String,
    /// Somebody who sees three domains of ten.
    reader: String,
    folder: String,
    _data: Option<TempDir>,
}

/// What was measured of a subject in one round.
#[derive(Clone, Copy)]
struct Measured {
    /// Answers a second.
    rate: f64,
    /// Processor time of the server for each.
    ticks: f64,
}

/// A request and how to make it for a subject; whether the handler by hand knows it.
struct Scenario {
    name: &'static str,
    make: fn(&Subject) -> Request,
    by_hand: bool,
}

const SCENARIOS: [Scenario; 7] = [
    Scenario { name: "page of 100", make: |subject| page(subject, &subject.token, "limit=100"), by_hand: true },
    Scenario {
        name: "page of 100 in the middle",
        make: |subject| page(subject, &subject.token, &format!("limit=100&offset={}", subject.size / 2)),
        by_hand: true,
    },
    Scenario {
        name: "page of 100, for somebody who sees 3 domains of 10",
        make: |subject| page(subject, &subject.reader, "limit=100"),
        by_hand: false,
    },
    Scenario {
        name: "page of 100, newest first",
        make: |subject| page(subject, &subject.token, "limit=100&ordering=-created_at"),
        by_hand: false,
    },
    Scenario { name: "one asset", make: one, by_hand: true },
    Scenario { name: "token check and next to nothing else", make: nothing, by_hand: true },
    Scenario { name: "create an asset", make: create, by_hand: true },
];

fn page(_: &Subject, token: &str, query: &str) -> Request {
    let bytes = load::get(&format!("/api/assets/?{query}"), token);
    Arc::new(move |_| bytes.clone())
}

fn one(subject: &Subject) -> Request {
    let (token, size) = (subject.token.clone(), subject.size);
    // Neighbouring requests ask for assets far apart.
    Arc::new(move |number| {
        let id = seed::asset(1 + number.wrapping_mul(7_919) % (size - 1));
        load::get(&format!("/api/assets/{id}/"), &token)
    })
}

fn nothing(subject: &Subject) -> Request {
    let bytes = load::get("/api/build/", &subject.token);
    Arc::new(move |_| bytes.clone())
}

fn create(subject: &Subject) -> Request {
    let (token, folder) = (subject.token.clone(), subject.folder.clone());
    Arc::new(move |number| {
        let body = json!({ "name": format!("New {number}"), "type": "SP", "folder": folder });
        load::post("/api/assets/", &token, &body.to_string())
    })
}

/// Prints the table.
pub async fn measure(options: &Options) -> Result<()> {
    let mut subjects = Vec::new();
    for size in SIZES {
        subjects.extend(sqlite(options, size).await?);
    }
    for size in SIZES {
        if let Some(url) = &options.postgres {
            subjects.push(postgres(options, url, size).await?);
        }
    }
    println!("\n## Requests\n");
    println!(
        "Answers a second, as a share of the handler written by hand (on SQLite, with as many rows); in brackets the"
    );
    println!(
        "same for answers per second of processor time. Then Tessera with 200,000 assets beside itself with 2,000.\n"
    );
    println!(
        "| request | SQLite, 2,000 | SQLite, 200,000 | the same, beside a tuned handler | | PostgreSQL, 2,000 | PostgreSQL, 200,000 | SQLite: many / few | PostgreSQL: many / few |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for scenario in &SCENARIOS {
        let rounds = rounds(&subjects, scenario).await?;
        let rate = |at: usize, of: usize| compare(&rounds, at, of, |measured| measured.rate);
        let cost = |at: usize, of: usize| compare(&rounds, of, at, |measured| measured.ticks);
        let mut line = format!("| {} |", scenario.name);
        // Tessera on SQLite: 0 and 3; on PostgreSQL: 6 and 7. By hand: 1 and 4; the same tuned: 2 and 5.
        for (at, of) in [(0, 1), (3, 4), (0, 2), (3, 5), (6, 1), (7, 4)] {
            if scenario.by_hand && at < subjects.len() {
                line += &format!(" {:.2} ({:.2}) |", rate(at, of), cost(at, of));
            } else {
                line += " |";
            }
        }
        for (at, of) in [(3, 0), (7, 6)] {
            line += &if at < subjects.len() { format!(" {:.2} |", rate(at, of)) } else { " |".to_owned() };
        }
        println!("{line}");
    }
    Ok(())
}

/// Every subject in turn, several times.
async fn rounds(subjects: &[Subject], scenario: &Scenario) -> Result<Vec<Vec<Option<Measured>>>> {
    let takes_part = |at: usize| scenario.by_hand || !matches!(at, 1 | 2 | 4 | 5);
    let requests: Vec<Request> = subjects.iter().map(scenario.make).collect();
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let mut measured = Vec::new();
        for (at, (subject, request)) in subjects.iter().zip(&requests).enumerate() {
            if !takes_part(at) {
                measured.push(None);
                continue;
            }
            let before = subject.program.ticks()?;
            let turn = if round == 0 { TURN / 4 } else { TURN };
            let rate = load::run(subject.program.address, request, turn).await;
            let rate = rate.with_context(|| format!("{} with {}: {}", subject.name, subject.size, scenario.name))?;
            let ticks = (subject.program.ticks()? - before) / (rate * turn.as_secs_f64());
            measured.push(Some(Measured { rate, ticks }));
        }
        // The first round only warms up.
        if round > 0 {
            rounds.push(measured);
        }
    }
    Ok(rounds)
}

/// The middle of the ratios of all rounds.
fn compare(rounds: &[Vec<Option<Measured>>], at: usize, of: usize, what: fn(&Measured) -> f64) -> f64 {
    median(rounds.iter().filter_map(|round| Some(what(round[at].as_ref()?) / what(round[of].as_ref()?))).collect())
}

/// Tessera and the handler by hand, plain and tuned, on copies of one file.
async fn sqlite(options: &Options, size: u64) -> Result<[Subject; 3]> {
    let data = tempfile::tempdir()?;
    let program = Program::tessera(&options.tessera, data.path(), None).await?;
    let (token, reader, folder) = furnish(&program).await?;
    program.stop().await?;
    let file = data.path().join("tessera.sqlite3");
    seed::sqlite_assets(&file, size)?;
    let copies = [tempfile::tempdir()?, tempfile::tempdir()?];
    for copy in &copies {
        std::fs::copy(&file, copy.path().join("plain.sqlite3"))?;
    }
    let program = Program::tessera(&options.tessera, data.path(), None).await?;
    let made = templates(&program, &token, &folder).await?.to_string();
    let tessera = Subject {
        name: "Tessera on SQLite",
        program,
        size,
        token: token.clone(),
        reader: reader.clone(),
        folder: folder.clone(),
        _data: Some(data),
    };
    let mut by_hand = Vec::new();
    for (copy, tuning) in copies.into_iter().zip([Tuning::Plain, Tuning::Tuned]) {
        std::fs::write(copy.path().join(TEMPLATES), &made)?;
        by_hand.push(Subject {
            name: if tuning == Tuning::Plain { "the handler by hand" } else { "the tuned handler by hand" },
            program: Program::plain(&copy.path().join("plain.sqlite3"), tuning).await?,
            size,
            token: token.clone(),
            reader: reader.clone(),
            folder: folder.clone(),
            _data: Some(copy),
        });
    }
    for path in [
        "/api/build/".to_owned(),
        "/api/assets/?limit=100".to_owned(),
        format!("/api/assets/?limit=100&offset={}", size / 2),
        format!("/api/assets/{}/", seed::asset(17)),
    ] {
        let request = load::get(&path, &tessera.token);
        let ours = tessera.program.ask(&request).await?;
        // One asset more on our side: the templates were made from an answer to a POST.
        let same =
            String::from_utf8_lossy(&ours).replace(&format!("\"count\":{}", size + 1), &format!("\"count\":{size}"));
        for plain in &by_hand {
            ensure!(same.as_bytes() == plain.program.ask(&request).await?, "{path}: {} sends other bytes", plain.name);
        }
    }
    let [plain, tuned] = by_hand.try_into().map_err(|_| anyhow::anyhow!("two were made"))?;
    Ok([tessera, plain, tuned])
}

async fn postgres(options: &Options, url: &str, size: u64) -> Result<Subject> {
    let (server, _) = url.rsplit_once('/').context("the address ends with a database")?;
    let database = format!("{server}/bench_{size}");
    let client = seed::connect(url).await?;
    client.batch_execute(&format!("CREATE DATABASE bench_{size}")).await?;
    let data = tempfile::tempdir()?;
    let program = Program::tessera(&options.tessera, data.path(), Some(&database)).await?;
    let (token, reader, folder) = furnish(&program).await?;
    seed::postgres_assets(&seed::connect(&database).await?, size).await?;
    Ok(Subject { name: "Tessera on PostgreSQL", program, size, token, reader, folder, _data: Some(data) })
}

/// Ten domains, the asset that the others are copied from, and two people's tokens.
async fn furnish(program: &Program) -> Result<(String, String, String)> {
    let session = program.sign_in().await?;
    let mut last = Value::Null;
    for number in 0..10 {
        let body = json!({ "name": format!("Domain {number}"), "create_iam_groups": true });
        last = program.post("/api/folders/", &session, body).await?["id"].clone();
    }
    let folder = last.as_str().context("an id")?.to_owned();
    program.post("/api/assets/", &session, json!({ "name": "seed", "type": "SP", "folder": folder })).await?;
    let groups = program.ask(&load::get("/api/user-groups/", &session)).await?;
    let groups: Value = serde_json::from_slice(&groups)?;
    let readers: Vec<&str> = ["Domain 1 - Reader", "Domain 4 - Reader", "Domain 7 - Reader"]
        .iter()
        .filter_map(|name| groups["results"].as_array()?.iter().find(|group| group["name"] == *name)?["id"].as_str())
        .collect();
    ensure!(readers.len() == 3, "the groups of domains are called something else");
    let reader = program.reader(&session, "reader@example.org", &readers).await?;
    Ok((program.token(&session).await?, reader, folder))
}

/// Tessera's own answers with marks where values of the row stand.
async fn templates(program: &Program, token: &str, folder: &str) -> Result<Value> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).context("JSON is UTF-8");
    let id = seed::asset(17);
    let detail = text(program.ask(&load::get(&format!("/api/assets/{id}/"), token)).await?)?;
    let row: Value = serde_json::from_str(&detail)?;
    let page = text(program.ask(&load::get("/api/assets/?limit=1", token)).await?)?;
    let (_, list) = page.split_once("\"results\":[").context("a page")?;
    let list = list.strip_suffix("]}").context("a page")?;
    let first: Value = serde_json::from_str(list)?;
    let body = json!({ "name": "written", "type": "SP", "folder": folder }).to_string();
    let written = text(program.ask(&load::post("/api/assets/", token, &body)).await?)?;
    let answer: Value = serde_json::from_str(&written)?;
    Ok(json!({
        "build": text(program.ask(&load::get("/api/build/", token)).await?)?,
        "list": marked(list, &first),
        "detail": marked(&detail, &row),
        "written": marked(&written, &answer),
    }))
}

fn marked(text: &str, row: &Value) -> String {
    let folder = if row["folder"].is_string() { &row["folder"] } else { &row["folder"]["id"] };
    let values = [&row["id"], &row["name"], folder, &row["folder"]["str"], &row["created_at"], &row["updated_at"]];
    let mut text = text.to_owned();
    for (mark, value) in plain::MARKS.iter().zip(values) {
        // With its quotes, so that nothing else is hit.
        if let Some(value) = value.as_str() {
            text = text.replace(&format!("\"{value}\""), &format!("\"{mark}\""));
        }
    }
    debug_assert!(text.contains(MARKS[0]));
    text
}
