//! Audits: making one, and reading what is shown of it, by one client and by sixteen.

use crate::books::{Books, MIDDLE, framework};
use crate::by_hand::{PIECES, Pieces};
use crate::load::{self, Request};
use crate::program::Program;
use crate::turns::{ROUNDS, median, percentile};
use crate::{Options, seed};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Clients at the same time.
const MANY: usize = 16;
/// Audits for the views over all of them.
const AUDITS: usize = 100;
/// Nodes of the small framework.
const SMALL: usize = 60;
/// How long each takes its turn.
const TURN: Duration = Duration::from_millis(1_200);
/// Milliseconds of a tick, in which Linux counts processor time.
const TICK: f64 = 10.0;
/// Between two writes of somebody who works on the audit meanwhile.
const WRITING: Duration = Duration::from_millis(200);

/// A server with audits.
struct Subject {
    program: Program,
    token: String,
    audit: String,
    small: String,
    row: String,
    /// Milliseconds that audits took to be made: large ones, and small ones.
    made: [Vec<f64>; 2],
    _data: TempDir,
}

/// The handler by hand, and a token that it knows.
struct ByHand {
    program: Program,
    token: String,
}

/// What is asked, by how many.
struct Scenario {
    name: &'static str,
    goal: &'static str,
    clients: usize,
    request: fn(&Subject, &str) -> Vec<u8>,
    /// Somebody writes meanwhile.
    writing: bool,
    /// The handler by hand sends the same.
    by_hand: bool,
}

fn view(subject: &Subject, name: &str) -> Vec<u8> {
    load::get(&format!("/api/compliance-assessments/{}/{name}", subject.audit), &subject.token)
}

fn tree_with(subject: &Subject, lines: &str) -> Vec<u8> {
    load::get_with(&format!("/api/compliance-assessments/{}/tree/", subject.audit), &subject.token, lines)
}

fn tree(subject: &Subject, _: &str) -> Vec<u8> {
    view(subject, "tree/")
}

const USUAL: Scenario = Scenario { name: "", goal: "", clients: 1, request: tree, writing: false, by_hand: false };

const SCENARIOS: [Scenario; 13] = [
    Scenario { name: "tree", by_hand: true, ..USUAL },
    Scenario { name: "tree", goal: "95 % within 20 ms", clients: MANY, by_hand: true, ..USUAL },
    Scenario { name: "tree, while somebody writes five times a second", writing: true, ..USUAL },
    Scenario { name: "tree, while somebody writes five times a second", clients: MANY, writing: true, ..USUAL },
    Scenario {
        name: "tree, packed",
        clients: MANY,
        request: |subject, _| tree_with(subject, "Accept-Encoding: gzip\r\n"),
        ..USUAL
    },
    Scenario {
        name: "tree that the client has already",
        clients: MANY,
        request: |subject, tag| tree_with(subject, &format!("If-None-Match: {tag}\r\n")),
        ..USUAL
    },
    Scenario { name: "requirements_list", request: |subject, _| view(subject, "requirements_list/"), ..USUAL },
    Scenario { name: "page of 100 rows", request: |subject, _| page(subject), ..USUAL },
    Scenario { name: "page of 100 rows", clients: MANY, request: |subject, _| page(subject), ..USUAL },
    Scenario { name: "global_score", request: |subject, _| view(subject, "global_score/"), ..USUAL },
    Scenario { name: "global_score", clients: MANY, request: |subject, _| view(subject, "global_score/"), ..USUAL },
    Scenario { name: "recap over 100 audits", request: |subject, _| recap(subject), ..USUAL },
    Scenario { name: "recap over 100 audits", clients: MANY, request: |subject, _| recap(subject), ..USUAL },
];

fn page(subject: &Subject) -> Vec<u8> {
    let query = format!("compliance_assessment={}&limit=100", subject.audit);
    load::get(&format!("/api/requirement-assessments/?{query}"), &subject.token)
}

fn recap(subject: &Subject) -> Vec<u8> {
    load::get("/api/compliance-assessments/recap/", &subject.token)
}

/// Prints the tables.
pub async fn measure(options: &Options) -> Result<()> {
    let books = Books::find()?;
    println!("\n## Audits\n\nMeasured with {}; {AUDITS} audits of {MIDDLE} rows are there.\n", books.origin());
    let (ours, by_hand) = sqlite(options, &books).await?;
    let mut subjects = vec![("SQLite", ours)];
    if let Some(url) = &options.postgres {
        subjects.push(("PostgreSQL", postgres(options, &books, url).await?));
    }
    println!("| an audit is made | of {MIDDLE} rows | goal | time for a row, beside an audit of {SMALL} |");
    println!("|---|---|---|---|");
    for (database, subject) in &subjects {
        let [large, small] = subject.made.clone().map(median);
        println!("| {database} | {large:.0} ms | under 100 ms | {:.2} |", large / small * ratio(SMALL, MIDDLE));
    }
    println!(
        "\nTimes of answers, and processor time of the server for each (without PostgreSQL's own); in brackets how they \
         stand to those of the handler by hand, which is on SQLite.\n"
    );
    let heads: Vec<String> = subjects.iter().map(|(name, _)| format!("{name}: p50 | p95 | processor")).collect();
    println!("| what | clients | {} | goal |", heads.join(" | "));
    println!("|---|---|{}---|", "---|---|---|".repeat(subjects.len()));
    for scenario in &SCENARIOS {
        let mut line = format!("| {} | {} |", scenario.name, scenario.clients);
        let hand = scenario.by_hand.then_some(("/tree", &by_hand));
        for (_, subject) in &subjects {
            for found in turns(subject, scenario, hand).await? {
                line += &format!(" {} |", found.told());
            }
        }
        println!("{line} {} |", scenario.goal);
    }
    floor(&subjects, &by_hand).await?;
    sizes(&subjects).await
}

/// What sixteen clients wait for bytes that a server merely holds: no tree gets here below that.
async fn floor(subjects: &[(&str, Subject)], by_hand: &ByHand) -> Result<()> {
    let scenario = Scenario { clients: MANY, by_hand: true, ..USUAL };
    println!("\nBeside a server that checks the token and sends a tree that it holds, to {MANY} clients:\n");
    println!("| database | p50 | p95 | processor | that server, p95 |\n|---|---|---|---|---|");
    for (database, subject) in subjects {
        let found = turns(subject, &scenario, Some(("/bytes", by_hand))).await?;
        let theirs = found[1].figure / found[1].ratio.unwrap_or(f64::NAN);
        let told = found.map(|found| found.told()).join(" | ");
        println!("| {database} | {told} | {theirs:.1} ms |");
    }
    Ok(())
}

/// A tree of many nodes beside one of few, node for node, while nothing is remembered of either.
async fn sizes(subjects: &[(&str, Subject)]) -> Result<()> {
    println!("\nTime for a node of a tree that is built anew, {MIDDLE} nodes beside {SMALL}:\n");
    for (database, subject) in subjects {
        let mut ratios = Vec::new();
        for _ in 0..ROUNDS {
            let large = anew(subject, &subject.audit).await?;
            let small = anew(subject, &subject.small).await?;
            ratios.push(large / small * ratio(SMALL, MIDDLE));
        }
        println!("* {database}: {:.2}", median(ratios));
    }
    Ok(())
}

/// Milliseconds for a tree right after a write.
async fn anew(subject: &Subject, audit: &str) -> Result<f64> {
    let request = load::get(&format!("/api/compliance-assessments/{audit}/tree/"), &subject.token);
    let mut times = Vec::new();
    for number in 0..9 {
        subject.program.ask(&write(subject, number)).await?;
        let begun = Instant::now();
        subject.program.ask(&request).await?;
        times.push(millis(begun.elapsed()));
    }
    Ok(median(times))
}

/// The middle of all rounds, in milliseconds, and beside the other.
struct Found {
    figure: f64,
    ratio: Option<f64>,
}

impl Found {
    fn told(&self) -> String {
        let ratio = self.ratio.map(|ratio| format!(" ({ratio:.2})")).unwrap_or_default();
        format!("{:.1} ms{ratio}", self.figure)
    }
}

/// Median and 95th percentile of the times of answers, and processor time for each.
async fn turns(subject: &Subject, scenario: &Scenario, other: Option<(&str, &ByHand)>) -> Result<[Found; 3]> {
    let tag = tag(subject).await?;
    let same = |bytes: Vec<u8>| -> Request { Arc::new(move |_| bytes.clone()) };
    let request = same((scenario.request)(subject, &tag));
    let other = other.map(|(path, by_hand)| (&by_hand.program, same(load::get(path, &by_hand.token))));
    let (mut figures, mut ratios) = ([Vec::new(), Vec::new(), Vec::new()], [Vec::new(), Vec::new(), Vec::new()]);
    for round in 0..=ROUNDS {
        let turn = if round == 0 { TURN / 4 } else { TURN };
        let asking = one_turn(&subject.program, &request, scenario.clients, turn);
        let ours = if scenario.writing {
            let (ours, written) = tokio::join!(asking, keep_writing(subject, turn));
            written?;
            ours?
        } else {
            asking.await?
        };
        let theirs = match &other {
            Some((program, request)) => Some(one_turn(program, request, scenario.clients, turn).await?),
            None => None,
        };
        // The first round only warms up.
        if round == 0 {
            continue;
        }
        for (at, figure) in ours.into_iter().enumerate() {
            figures[at].push(figure);
            ratios[at].extend(theirs.map(|theirs| figure / theirs[at]));
        }
    }
    let mut ratios = ratios.map(|ratios| (!ratios.is_empty()).then(|| median(ratios))).into_iter();
    Ok(figures.map(|figures| Found { figure: median(figures), ratio: ratios.next().flatten() }))
}

async fn one_turn(program: &Program, request: &Request, clients: usize, turn: Duration) -> Result<[f64; 3]> {
    let before = program.ticks()?;
    let times = load::times(program.address, request, clients, turn).await?;
    let spent = (program.ticks()? - before) * TICK / ratio(times.len(), 1);
    let [half, most] = [0.5, 0.95].map(|share| millis(percentile(&times, share)));
    Ok([half, most, spent])
}

/// The validator of the tree, as it stands.
async fn tag(subject: &Subject) -> Result<String> {
    let mut connection = load::Connection::open(subject.program.address).await?;
    let (status, _) = connection.ask(&tree(subject, "")).await?;
    ensure!(status == 200, "the tree is answered with {status}");
    Ok(connection.header("etag").unwrap_or_else(|| "none".into()))
}

fn write(subject: &Subject, number: u64) -> Vec<u8> {
    let result = if number.is_multiple_of(2) { "compliant" } else { "not_assessed" };
    let path = format!("/api/requirement-assessments/{}/", subject.row);
    load::patch(&path, &subject.token, &json!({ "result": result }).to_string())
}

/// Somebody who works on the audit.
async fn keep_writing(subject: &Subject, time: Duration) -> Result<()> {
    let begun = Instant::now();
    let mut number = 0;
    while begun.elapsed() < time {
        subject.program.ask(&write(subject, number)).await?;
        number += 1;
        tokio::time::sleep(WRITING).await;
    }
    Ok(())
}

/// Tessera on SQLite, and the handler by hand on a copy of its file.
async fn sqlite(options: &Options, books: &Books) -> Result<(Subject, ByHand)> {
    let data = tempfile::tempdir()?;
    let program = Program::tessera(&options.tessera, data.path(), None).await?;
    let subject = furnish(program, data, books).await?;
    let shown = String::from_utf8(subject.program.ask(&tree(&subject, "")).await?)?;
    let Subject { program, token, audit, small, row, made, _data: data } = subject;
    program.stop().await?;
    let file = data.path().join("tessera.sqlite3");
    std::fs::copy(&file, data.path().join("by-hand.sqlite3"))?;
    let pieces = Pieces::cut(&audit, &shown)?;
    std::fs::write(data.path().join(PIECES), serde_json::to_string(&pieces)?)?;
    let by_hand = Program::by_hand(&data.path().join("by-hand.sqlite3")).await?;
    for path in ["/tree", "/bytes"] {
        let sent = by_hand.ask(&load::get(path, &token)).await?;
        ensure!(sent == shown.as_bytes(), "{path}: the handler by hand sends other bytes");
    }
    let by_hand = ByHand { program: by_hand, token: token.clone() };
    let program = Program::tessera(&options.tessera, data.path(), None).await?;
    Ok((Subject { program, token, audit, small, row, made, _data: data }, by_hand))
}

async fn postgres(options: &Options, books: &Books, url: &str) -> Result<Subject> {
    let (server, _) = url.rsplit_once('/').context("the address ends with a database")?;
    seed::connect(url).await?.batch_execute("CREATE DATABASE audits").await?;
    let database = format!("{server}/audits");
    let data = tempfile::tempdir()?;
    let program = Program::tessera(&options.tessera, data.path(), Some(&database)).await?;
    let subject = furnish(program, data, books).await?;
    seed::connect(&database).await?.batch_execute("VACUUM ANALYZE").await?;
    Ok(subject)
}

/// Two frameworks, an audit of the small one, and a hundred of the other.
async fn furnish(program: Program, data: TempDir, books: &Books) -> Result<Subject> {
    let session = program.sign_in().await?;
    let token = program.token(&session).await?;
    let folder = program.post("/api/folders/", &token, json!({ "name": "Ours" })).await?["id"].clone();
    let few = framework("few", SMALL, SMALL * 1_100).into_bytes();
    let mut frameworks = Vec::new();
    for (name, bytes) in [("middle.yaml", &books.middle), ("few.yaml", &few)] {
        program.ask(&load::upload("/api/stored-libraries/upload/", &token, name, bytes)).await?;
        let page = program.ask(&load::get("/api/frameworks/?limit=1&ordering=-created_at", &token)).await?;
        let page: Value = serde_json::from_slice(&page)?;
        frameworks.push(page["results"][0]["id"].clone());
    }
    let mut made = [Vec::new(), Vec::new()];
    let mut audits = [String::new(), String::new()];
    for number in 0..AUDITS {
        for kind in if number < 5 { vec![0, 1] } else { vec![0] } {
            let body =
                json!({ "name": format!("Audit {kind}.{number}"), "folder": folder, "framework": frameworks[kind] });
            let begun = Instant::now();
            let audit = program.post("/api/compliance-assessments/", &token, body).await?;
            made[kind].push(millis(begun.elapsed()));
            audit["id"].as_str().context("an id")?.clone_into(&mut audits[kind]);
        }
    }
    let [audit, small] = audits;
    let page = format!("/api/requirement-assessments/?compliance_assessment={audit}&limit=1&assessable=true");
    let page: Value = serde_json::from_slice(&program.ask(&load::get(&page, &token)).await?)?;
    ensure!(page["count"].as_u64() > Some(1_000), "the audit has {} rows to assess", page["count"]);
    let row = page["results"][0]["id"].as_str().context("an id")?.to_owned();
    Ok(Subject { program, token, audit, small, row, made, _data: data })
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn ratio(a: usize, b: usize) -> f64 {
    a as f64 / b as f64
}
