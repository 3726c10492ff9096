//! The chain: sealed behind the writers' backs, and what tampering looks like from then on.
//!
//! The tampering is done with SQL, as somebody would who holds the file or the password of the
//! database. `tessera audit verify` has to say the same as the function behind it.

use crate::support::{Raw, run, same_database};
use blackbox::TestApp;
use chrono::TimeDelta;
use engine::audit::{self, Checkpoint, Finding, Report};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// A program whose log holds some sealed entries and does not grow by itself, its database, and
/// how many entries there are.
async fn sealed() -> (TestApp, Raw, i64) {
    let app = TestApp::start().await;
    let root = app.root().await;
    for number in 0..8 {
        app.wait(TimeDelta::seconds(1));
        app.asset(&format!("Asset {number}"), &root).await;
    }
    audit::seal(&app.program().engine).await.expect("sealed");
    let raw = Raw::of(&app).await;
    let count = raw.number("SELECT max(seq) FROM audit_entries").await;
    assert!(count >= 9, "{count}");
    (app, raw, count)
}

async fn verify(app: &TestApp, checkpoint: Option<&Checkpoint>) -> Report {
    audit::verify(&app.program().engine, checkpoint).await.expect("a report")
}

/// Both ways to verify find exactly this.
#[track_caller]
fn same(app: &TestApp, report: &Report, expected: &[Finding]) {
    assert_eq!(report.findings, expected);
    let [flag, database] = same_database(app);
    let told = run(&["audit", "verify", &flag, &database]);
    assert_eq!(told.code, Some(i32::from(!expected.is_empty())), "{}{}", told.out, told.err);
    let mut lines: Vec<String> = expected.iter().map(ToString::to_string).collect();
    lines.push(format!("{} entries, 0 not sealed yet, {} findings", report.entries, expected.len()));
    assert_eq!(told.out.lines().collect::<Vec<_>>(), lines);
}

async fn id_of(raw: &Raw, number: i64) -> String {
    let rows = raw.texts(&format!("SELECT CAST(id AS text) FROM audit_entries WHERE seq = {number}")).await;
    rows[0][0].clone().expect("an id")
}

/// Changes the numbers of some entries without meeting the unique index on the way.
async fn renumber(raw: &Raw, which: &str, by: i64) {
    raw.run(&format!("UPDATE audit_entries SET seq = -(seq + {by}) WHERE {which}")).await;
    raw.run("UPDATE audit_entries SET seq = -seq WHERE seq < 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_log_is_clean() {
    let (app, _, count) = sealed().await;
    let report = verify(&app, None).await;
    assert_eq!((report.entries, report.pending), (count, 0));
    same(&app, &report, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_changed_field_is_found() {
    let (app, raw, _) = sealed().await;
    let id = "'00000000-0000-7000-8000-000000000000'";
    for (column, value) in [
        ("at", "'2026-11-24T08:00:00.000000Z'"),
        ("actor_id", id),
        ("actor_id", "NULL"),
        ("actor_name", "'somebody'"),
        ("credential", "'pat'"),
        ("token_id", id),
        ("address", "'192.0.2.1'"),
        ("agent", "'curl'"),
        ("request_id", "'x'"),
        ("action", "'delete'"),
        ("resource", "'perimeters'"),
        ("object_id", id),
        ("object_name", "'Something else'"),
        ("folder_id", "NULL"),
        ("changes", "'{}'"),
    ] {
        raw.run("CREATE TABLE kept AS SELECT * FROM audit_entries WHERE seq = 4").await;
        raw.run(&format!("UPDATE audit_entries SET {column} = {value} WHERE seq = 4")).await;
        let found = verify(&app, None).await.findings;
        let expected = Finding::Changed { number: 4, id: id_of(&raw, 4).await };
        assert_eq!(found, [expected], "{column} = {value}");
        raw.run(&format!("UPDATE audit_entries SET {column} = (SELECT {column} FROM kept) WHERE seq = 4")).await;
        raw.run("DROP TABLE kept").await;
        assert_eq!(verify(&app, None).await.findings, [], "{column} is as it was");
    }
    raw.run("UPDATE audit_entries SET object_name = 'Something else' WHERE seq = 4").await;
    let expected = [Finding::Changed { number: 4, id: id_of(&raw, 4).await }];
    same(&app, &verify(&app, None).await, &expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_digest_or_link_is_found_where_it_is() {
    let (app, raw, _) = sealed().await;
    let nonsense = raw.bytes(&[7; 32]);
    raw.run(&format!("UPDATE audit_entries SET digest = {nonsense} WHERE seq = 4")).await;
    raw.run(&format!("UPDATE audit_entries SET link = {nonsense} WHERE seq = 6")).await;
    let expected = [
        Finding::Changed { number: 4, id: id_of(&raw, 4).await },
        Finding::Displaced { number: 6, id: id_of(&raw, 6).await },
    ];
    same(&app, &verify(&app, None).await, &expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_entry_is_found_first_middle_and_last() {
    let (app, raw, count) = sealed().await;
    raw.run("DELETE FROM audit_entries WHERE seq = 1").await;
    same(&app, &verify(&app, None).await, &[Finding::Removed { from: 1, to: 1 }]);
    raw.run("DELETE FROM audit_entries WHERE seq IN (4, 5)").await;
    let gaps = [Finding::Removed { from: 1, to: 1 }, Finding::Removed { from: 4, to: 5 }];
    same(&app, &verify(&app, None).await, &gaps);
    raw.run(&format!("DELETE FROM audit_entries WHERE seq = {count}")).await;
    let [first, second] = gaps;
    let cut = Finding::WrongEnd { expected: count, found: count - 1 };
    same(&app, &verify(&app, None).await, &[first, second, cut]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_does_not_hide_what_comes_after_it() {
    let (app, raw, _) = sealed().await;
    raw.run("DELETE FROM audit_entries WHERE seq = 2").await;
    raw.run(&format!("UPDATE audit_entries SET link = {} WHERE seq = 6", raw.bytes(&[7; 32]))).await;
    raw.run("UPDATE audit_entries SET action = 'x' WHERE seq = 8").await;
    let expected = [
        Finding::Removed { from: 2, to: 2 },
        Finding::Displaced { number: 6, id: id_of(&raw, 6).await },
        Finding::Changed { number: 8, id: id_of(&raw, 8).await },
    ];
    same(&app, &verify(&app, None).await, &expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_entry_is_found_when_the_rest_is_renumbered() {
    let (app, raw, count) = sealed().await;
    raw.run("DELETE FROM audit_entries WHERE seq = 4").await;
    renumber(&raw, "seq > 4", -1).await;
    let expected = [
        Finding::Displaced { number: 4, id: id_of(&raw, 4).await },
        Finding::WrongEnd { expected: count, found: count - 1 },
    ];
    same(&app, &verify(&app, None).await, &expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inserted_entry_is_found() {
    let (app, raw, count) = sealed().await;
    renumber(&raw, "seq >= 4", 1).await;
    let columns = "at, actor_id, actor_name, credential, token_id, address, agent, request_id, action, resource, object_id, \
                   object_name, folder_id, changes, link";
    let digest = forged(&raw, 5, "00000000-0000-7000-8000-000000000001").await;
    raw.run(&format!(
        "INSERT INTO audit_entries (id, seq, digest, {columns}) \
         SELECT '00000000-0000-7000-8000-000000000001', 4, {digest}, {columns} FROM audit_entries WHERE seq = 5"
    ))
    .await;
    let expected = [
        Finding::Displaced { number: 4, id: "00000000-0000-7000-8000-000000000001".into() },
        Finding::WrongEnd { expected: count, found: count + 1 },
    ];
    same(&app, &verify(&app, None).await, &expected);
}

/// The right digest of a copy of an entry under another id, as SQL.
async fn forged(raw: &Raw, number: i64, id: &str) -> String {
    let columns = [
        "at",
        "actor_id",
        "actor_name",
        "credential",
        "token_id",
        "address",
        "agent",
        "request_id",
        "action",
        "resource",
        "object_id",
        "object_name",
        "folder_id",
        "changes",
    ];
    let shown = columns.map(|column| match (column, raw) {
        ("at", Raw::Postgres(_)) => "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')".to_owned(),
        _ => format!("CAST({column} AS text)"),
    });
    let rows = raw.texts(&format!("SELECT {} FROM audit_entries WHERE seq = {number}", shown.join(", "))).await;
    let mut hash = Sha256::new();
    for cell in [Some(id.to_owned())].iter().chain(&rows[0]) {
        match cell {
            None => hash.update([0xff; 8]),
            Some(text) => {
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text);
            }
        }
    }
    raw.bytes(&hash.finalize())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_entries_that_changed_places_are_found() {
    let (app, raw, _) = sealed().await;
    let (four, five) = (id_of(&raw, 4).await, id_of(&raw, 5).await);
    // Their numbers alone: one of them moved across the other.
    swap(&raw, 4, 5).await;
    same(&app, &verify(&app, None).await, &[Finding::Displaced { number: 4, id: five.clone() }]);
    // Their links too, so that the column of links looks as it was.
    let expected =
        [Finding::Displaced { number: 4, id: five.clone() }, Finding::Displaced { number: 5, id: four.clone() }];
    let links = format!("SELECT {} FROM audit_entries WHERE seq IN (4, 5) ORDER BY seq", raw.hex("link"));
    let links = raw.texts(&links).await;
    for (number, link) in [(4, &links[1][0]), (5, &links[0][0])] {
        let link = raw.bytes(&unhex(link.as_deref().expect("a link")));
        raw.run(&format!("UPDATE audit_entries SET link = {link} WHERE seq = {number}")).await;
    }
    same(&app, &verify(&app, None).await, &expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_distant_entries_that_changed_places_are_found() {
    let (app, raw, _) = sealed().await;
    let (three, four, six) = (id_of(&raw, 3).await, id_of(&raw, 4).await, id_of(&raw, 6).await);
    swap(&raw, 3, 6).await;
    // The one behind the first place has lost the entry from which it follows.
    let expected = [(3, six), (4, four), (6, three)].map(|(number, id)| Finding::Displaced { number, id });
    same(&app, &verify(&app, None).await, &expected);
}

/// Exchanges the numbers of two entries.
async fn swap(raw: &Raw, one: i64, two: i64) {
    raw.run(&format!("UPDATE audit_entries SET seq = -seq WHERE seq IN ({one}, {two})")).await;
    raw.run(&format!("UPDATE audit_entries SET seq = {} + seq WHERE seq IN (-{one}, -{two})", one + two)).await;
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_tail_is_found_by_the_head_or_by_a_checkpoint() {
    let (app, raw, count) = sealed().await;
    let checkpoint = audit::checkpoint(&app.program().engine).await.expect("a checkpoint");
    assert_eq!(checkpoint.count, count);
    raw.run(&format!("DELETE FROM audit_entries WHERE seq > {}", count - 3)).await;
    let cut = Finding::WrongEnd { expected: count, found: count - 3 };
    same(&app, &verify(&app, None).await, std::slice::from_ref(&cut));

    // Whoever can write the log can write its head: then only a checkpoint kept elsewhere tells.
    let link = format!("SELECT {} FROM audit_entries WHERE seq = {}", raw.hex("link"), count - 3);
    let link = raw.bytes(&unhex(raw.texts(&link).await[0][0].as_deref().expect("a link")));
    raw.run(&format!("UPDATE audit_head SET count = {}, hash = {link}", count - 3)).await;
    same(&app, &verify(&app, None).await, &[]);
    let report = verify(&app, Some(&checkpoint)).await;
    assert_eq!(report.findings, [Finding::NotTheSameLog { number: count }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_was_changed_is_found() {
    let (app, raw, count) = sealed().await;
    raw.run(&format!("UPDATE audit_head SET hash = {}", raw.bytes(&[7; 32]))).await;
    same(&app, &verify(&app, None).await, &[Finding::WrongEnd { expected: count, found: count }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_rewritten_whole_does_not_lead_through_an_earlier_checkpoint() {
    let (app, raw, count) = sealed().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("checkpoint.json").display().to_string();
    let [flag, database] = same_database(&app);
    run(&["audit", "checkpoint", &file, &flag, &database]).expect(0);
    run(&["audit", "verify", "--checkpoint", &file, &flag, &database]).expect(0);

    // Takes one entry out and computes all numbers and links anew, which needs no secret.
    raw.run("DELETE FROM audit_entries WHERE seq = 4").await;
    renumber(&raw, "seq > 4", -1).await;
    let digests = format!("SELECT {} FROM audit_entries ORDER BY seq", raw.hex("digest"));
    let mut link = vec![0_u8; 32];
    for (number, row) in (1_i64..).zip(raw.texts(&digests).await) {
        let mut hash = Sha256::new();
        hash.update(&link);
        hash.update(number.to_be_bytes());
        hash.update(unhex(row[0].as_deref().expect("a digest")));
        link = hash.finalize().to_vec();
        raw.run(&format!("UPDATE audit_entries SET link = {} WHERE seq = {number}", raw.bytes(&link))).await;
    }
    raw.run(&format!("UPDATE audit_head SET count = {}, hash = {}", count - 1, raw.bytes(&link))).await;

    same(&app, &verify(&app, None).await, &[]);
    let told = run(&["audit", "verify", "--checkpoint", &file, &flag, &database]).expect(1);
    assert!(told.out.contains(&format!("does not agree with the checkpoint at entry {count}")), "{}", told.out);

    // Also when it has grown beyond the checkpoint since.
    let root = app.root().await;
    app.asset("One more", &root).await;
    app.asset("And another", &root).await;
    audit::seal(&app.program().engine).await.expect("sealed");
    let told = run(&["audit", "verify", "--checkpoint", &file, &flag, &database]).expect(1);
    assert!(told.out.contains(&format!("does not agree with the checkpoint at entry {count}")), "{}", told.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_stays_good_while_the_log_grows() {
    let (app, _, _) = sealed().await;
    let checkpoint = app.admin().get("/api/audit-log/checkpoint/").await.expect(200);
    let checkpoint: Checkpoint = serde_json::from_value(checkpoint.json).expect("a checkpoint");
    let root = app.root().await;
    for number in 0..5 {
        app.asset(&format!("Later {number}"), &root).await;
    }
    audit::seal(&app.program().engine).await.expect("sealed");
    assert_eq!(verify(&app, Some(&checkpoint)).await.findings, []);
    let other = Checkpoint { hash: "0".repeat(64), ..checkpoint };
    assert_eq!(verify(&app, Some(&other)).await.findings, [Finding::NotTheSameLog { number: other.count }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_parallel_writes_do_not_wait_for_the_chain_and_are_sealed_behind_them() {
    let app = TestApp::start().await;
    audit::seal(&app.program().engine).await.expect("sealed");
    let raw = Raw::of(&app).await;
    let before = raw.number("SELECT max(seq) FROM audit_entries").await;

    let writes = (0..50).map(|number| {
        let admin = app.admin().clone();
        tokio::spawn(
            async move { admin.post("/api/assets/", json!({ "name": format!("Asset {number}") })).await.status },
        )
    });
    for write in writes.collect::<Vec<_>>() {
        assert_eq!(write.await.expect("it ran"), 201);
    }
    // Nobody asks for it: the program seals by itself.
    until_sealed(&raw).await;
    let sealed = raw.number(&format!("SELECT count(*) FROM audit_entries WHERE seq > {before}")).await;
    let last = raw.number("SELECT max(seq) FROM audit_entries").await;
    assert_eq!((sealed, last), (50, before + 50), "numbers are consecutive");
    assert_eq!(verify(&app, None).await.findings, []);
}

async fn until_sealed(raw: &Raw) {
    let mut waited = Duration::ZERO;
    while raw.number("SELECT count(*) FROM audit_entries WHERE seq IS NULL").await > 0 {
        assert!(waited < Duration::from_secs(10), "entries were not sealed");
        tokio::time::sleep(Duration::from_millis(50)).await;
        waited += Duration::from_millis(50);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_sealed_is_sealed_later_though_nothing_more_is_written() {
    let (app, raw, _) = sealed().await;
    let root = app.root().await;
    // The end of the chain cannot be read for a while.
    raw.run("ALTER TABLE audit_head RENAME TO audit_head_away").await;
    app.asset("Meanwhile", &root).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(raw.number("SELECT count(*) FROM audit_entries WHERE seq IS NULL").await > 0);
    raw.run("ALTER TABLE audit_head_away RENAME TO audit_head").await;
    until_sealed(&raw).await;
    assert_eq!(verify(&app, None).await.findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_told_and_sealed_at_the_end() {
    let app = TestApp::start().await;
    let settings = (*app.program().settings).clone();
    let [flag, database] = same_database(&app);
    let root = app.root().await;
    app.asset("Last", &root).await;
    let page = app.admin().get("/api/audit-log/?search=Last").await.expect(200);
    assert!(["pending", "sealed"].map(serde_json::Value::from).contains(&page.rows()[0]["state"]));
    let folder = app.stop().await;
    let told = run(&["audit", "verify", &flag, &database]).expect(0);
    assert!(told.out.ends_with(" entries, 0 not sealed yet, 0 findings\n"), "{}", told.out);
    drop((folder, settings));
}
