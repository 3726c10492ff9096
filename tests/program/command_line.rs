//! The command line: what it says, and the codes that scripts count on.

use crate::support::{Raw, Server, run, run_with, same_database, tessera};
use blackbox::{ADMIN, Actor, PASSWORD, TestApp, backend};
use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("Unicode")
}

#[test]
fn help_names_every_command_and_code() {
    let help = run(&["--help"]).expect(0).out;
    for word in
        ["serve", "config", "admin", "audit", "openapi", "completions", "token", "ddl", "--listen", "--data-dir"]
    {
        assert!(help.contains(word), "{word} is missing in\n{help}");
    }
    for code in 0..=7 {
        assert!(help.contains(&format!("\n  {code}  ")), "code {code} is missing in\n{help}");
    }
    for command in [
        "serve",
        "config show",
        "admin create",
        "admin reset-password",
        "audit verify",
        "audit checkpoint",
        "token check",
        "token inspect",
        "token rotate",
        "token revoke",
        "library check",
        "library add",
        "library list",
        "openapi",
        "completions",
        "ddl",
    ] {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        assert!(run(&arguments).expect(0).out.contains("Usage:"), "{command}");
    }
    assert!(run(&["--version"]).expect(0).out.starts_with("tessera 0."));
    assert!(run(&["sreve"]).expect(2).err.contains("serve"));
}

#[test]
fn the_settings_in_force_are_shown_without_secrets() {
    let folder = folder();
    let file = folder.path().join("tessera.toml");
    fs::write(
        &file,
        "[smtp]\nhost = \"mail.example.org\"\nfrom = \"a@example.org\"\nuser = \"u\"\npassword = \"hush1\"\n",
    )
    .expect("written");
    let mut command = tessera(&["config", "show", "--config", text(&file), "--listen", "127.0.0.1:1"]);
    command.env("TESSERA_ADMIN_EMAIL", ADMIN).env("TESSERA_ADMIN_PASSWORD", "hush2");
    command.env("TESSERA_DATABASE_URL", "postgres://u:hush3@db.example.org/t").env("TESSERA_LISTN", "x");
    let output = command.output().expect("it starts");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{err}");
    assert!(!out.contains("hush") && !err.contains("hush"), "{out}{err}");
    for line in [
        "listen = \"127.0.0.1:1\"  # flag --listen",
        "database_url = \"postgres://u:********@db.example.org/t\"  # environment TESSERA_DATABASE_URL",
        "password = \"********\"  # environment TESSERA_ADMIN_PASSWORD",
        "shutdown_seconds = 20  # default",
    ] {
        assert!(out.contains(line), "{line} is missing in\n{out}");
    }
    assert!(out.contains("host = \"mail.example.org\"  # file "), "{out}");
    assert!(err.contains("did you mean TESSERA_LISTEN?"), "{err}");
}

#[test]
fn a_slip_in_the_settings_is_2_and_names_the_nearest_key() {
    let folder = folder();
    let file = folder.path().join("tessera.toml");
    for (line, hint) in [
        ("lsiten = \"127.0.0.1:0\"", "“lsiten”"),
        ("[session]\nidle_minuts = 5", "did you mean “session.idle_minutes”?"),
        ("[tokens]\nmax_days = \"many\"", "tokens.max_days"),
        ("not toml", "line 1"),
    ] {
        fs::write(&file, line).expect("written");
        for command in [&["serve"][..], &["config", "show"], &["audit", "verify"]] {
            let arguments: Vec<&str> = command.iter().copied().chain(["--config", text(&file)]).collect();
            let told = run(&arguments).expect(2);
            assert!(told.err.contains(hint) && told.out.is_empty(), "{}", told.err);
        }
    }
    assert!(run(&["--config", "/nowhere/tessera.toml"]).expect(2).err.contains("/nowhere/tessera.toml"));
}

#[test]
fn what_cannot_be_used_has_its_code() {
    let folder = folder();
    let data = folder.path().join("data");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let told = run(&["--listen", &address, "--data-dir", text(&data)]).expect(3);
    assert!(told.err.contains(&address) && told.err.contains("--listen"), "{}", told.err);
    assert!(!data.exists(), "the port comes first");

    let file = folder.path().join("file");
    fs::write(&file, "no folder").expect("written");
    for below in [file.clone(), file.join("data")] {
        let told = run(&["--listen", "127.0.0.1:0", "--data-dir", text(&below)]).expect(4);
        assert!(told.err.contains("--data-dir"), "{}", told.err);
    }

    drop(taken);
    let url = format!("postgres://u:hush@{address}/t");
    for command in [&["--listen", "127.0.0.1:0"][..], &["audit", "verify"]] {
        let arguments: Vec<&str> = command.iter().copied().chain(["--database-url", &url]).collect();
        let told = run(&arguments).expect(5);
        assert!(told.err.contains("database_url") && !told.err.contains("hush"), "{}", told.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_program_is_6_and_left_alone() {
    let app = TestApp::start().await;
    let [flag, database] = same_database(&app);
    let raw = Raw::of(&app).await;
    let folder = app.stop().await;
    raw.run(
        "INSERT INTO schema_migrations (number, name, checksum, applied_at) \
         VALUES (9999, 'later', 'x', '2026-11-24T09:00:00.000000Z')",
    )
    .await;
    let entries = raw.number("SELECT count(*) FROM audit_entries").await;
    let told = run(&["--listen", "127.0.0.1:0", &flag, &database]).expect(6);
    assert!(told.err.contains("9999") && told.err.contains("newer program"), "{}", told.err);
    run_with(&["admin", "create", "--email", "x@example.org", "--password-stdin", &flag, &database], PASSWORD)
        .expect(6);
    assert_eq!(raw.number("SELECT count(*) FROM audit_entries").await, entries);
    drop(folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_are_made_and_passwords_reset_beside_a_running_program() {
    let app = TestApp::start().await;
    let [flag, database] = same_database(&app);
    let create = ["admin", "create", "--email", "second@example.org", "--password-stdin", &flag, &database];
    let weak = run_with(&create, "12345678").expect(1);
    assert!(weak.err.contains("too common") && !weak.err.contains("12345678"), "{}", weak.err);
    let made = run_with(&create, PASSWORD).expect(0);
    assert_eq!(made.out, "second@example.org is an administrator now.\n");
    assert!(run_with(&create, PASSWORD).expect(1).err.contains("already exists"));

    let second = app.sign_in("second@example.org").await;
    assert_eq!(second.get("/api/iam/current-user/").await.expect(200).json["is_admin"], true);
    let script = app.token_of(&second).await;

    let reset = ["admin", "reset-password", "--email", "SECOND@example.org", "--password-stdin", &flag, &database];
    let other = "another correct horse";
    run_with(&reset, other).expect(0);
    second.get("/api/iam/current-user/").await.expect(401);
    assert_eq!(script.get("/api/folders/").await.expect(401).json["code"], "token_revoked");
    Actor::sign_in(&app.base(), "second@example.org", other).await;
    let nobody = ["admin", "reset-password", "--email", "nobody@example.org", "--password-stdin", &flag, &database];
    assert!(run_with(&nobody, other).expect(1).err.contains("There is no account"));
    assert!(run(&create[..4]).expect(2).err.contains("--password-stdin"), "nobody is there to ask");
}

#[test]
fn a_token_is_judged_offline_and_never_repeated() {
    let good = "tsr_pat_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0tyqfY";
    let session = "tsr_ses_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg265QUG";
    let typo = good.replace("ABCD", "ABDC");
    for (value, code, words) in [
        (good, 0, "personal access token"),
        (session, 0, "session"),
        (&typo, 1, "checksum"),
        (&good[..50], 1, "50 characters instead of 57"),
        ("ghp_0123456789ABCDEFGHIJ", 1, "does not begin like a token"),
        ("", 1, "does not begin like a token"),
    ] {
        for told in [run(&["token", "check", value]), run_with(&["token", "check", "-"], value)] {
            let told = told.expect(code);
            assert!(told.out.contains(words), "{}", told.out);
            let hidden = value.get(8..).filter(|rest| !rest.is_empty());
            assert!(hidden.is_none_or(|rest| !told.out.contains(rest) && !told.err.contains(rest)), "{told:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_inspected_rotated_and_revoked_at_its_server() {
    let app = TestApp::start().await;
    let body = json!({ "name": "nightly", "scopes": ["assets:read"], "self_rotate": true });
    let made = app.admin().post("/api/iam/auth-tokens/", body).await.expect(200);
    let value = made.json["token"].as_str().expect("a value").to_owned();
    let server = app.base();
    let ask = |rest: &[&str], line: &str| {
        let arguments: Vec<&str> = ["token"].iter().chain(rest).chain(&["--server", &server]).copied().collect();
        run_with(&arguments, line)
    };
    let told = ask(&["inspect"], &value).expect(0);
    assert!(
        told.out.contains("nightly") && told.out.contains("assets:read") && told.out.contains("active"),
        "{told:?}"
    );
    assert!(!told.out.contains(&value[12..]), "{told:?}");
    let told = ask(&["inspect", "--json"], &value).expect(0);
    let token: Value = serde_json::from_str(&told.out).expect("JSON");
    assert_eq!(token["name"], "nightly");

    // By file, by environment, and with something that is none.
    let folder = folder();
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{value}\n")).expect("written");
    run(&["token", "inspect", "--server", &server, "--token-file", text(&file)]).expect(0);
    let mut command = tessera(&["token", "inspect", "--server", &server]);
    let output = command.env("TESSERA_TOKEN", &value).output().expect("runs");
    assert!(output.status.success(), "{output:?}");
    assert!(ask(&["inspect"], "").expect(2).err.contains("there is no token"));
    let told = run(&["token", "inspect", "--server", &server, "--token-file", "/no/such/file"]).expect(2);
    assert!(told.err.contains("/no/such/file"), "{told:?}");
    assert!(ask(&["inspect"], "tsr_pat_nonsense").expect(1).err.contains("401"));
    let told = run_with(&["token", "inspect", "--server", "ftp://x"], &value).expect(2);
    assert!(told.err.contains("no address of a server") && !told.err.contains(&value[12..]));
    assert!(
        run_with(&["token", "inspect", "--server", "http://127.0.0.1:1"], &value)
            .expect(1)
            .err
            .contains("cannot be asked")
    );

    let told = ask(&["rotate", "--overlap-hours", "0"], &value).expect(0);
    let renewed = told.out.trim().to_owned();
    assert!(renewed.starts_with("tsr_pat_") && renewed != value);
    let ended = ask(&["inspect"], &value).expect(1).err;
    assert!(ended.contains("answers 401 (token_"), "{ended}");
    assert_eq!(ask(&["revoke"], &renewed).expect(0).out.trim(), "revoked");
    assert!(ask(&["revoke"], &renewed).expect(1).err.contains("401"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_verified_and_a_checkpoint_written() {
    let app = TestApp::start().await;
    let [flag, database] = same_database(&app);
    let folder = folder();
    let file = folder.path().join("checkpoint.json");
    run(&["audit", "checkpoint", text(&file), &flag, &database]).expect(0);
    let kept: Value = serde_json::from_str(&fs::read_to_string(&file).expect("a file")).expect("JSON");
    assert!(kept["count"].as_i64().is_some_and(|count| count > 0), "{kept}");
    assert_eq!(kept["hash"].as_str().map(str::len), Some(64));
    let shown: Value =
        serde_json::from_str(&run(&["audit", "checkpoint", &flag, &database]).expect(0).out).expect("JSON");
    assert_eq!((&shown["count"], &shown["hash"]), (&kept["count"], &kept["hash"]));
    let told = run(&["audit", "verify", "--checkpoint", text(&file), &flag, &database]).expect(0);
    assert!(told.out.ends_with(" findings\n") && told.out.contains(" 0 findings"), "{}", told.out);

    fs::write(&file, "{}").expect("written");
    run(&["audit", "verify", "--checkpoint", text(&file), &flag, &database]).expect(2);
    run(&["audit", "verify", "--checkpoint", "/nowhere/checkpoint.json", &flag, &database]).expect(2);
    run(&["audit", "checkpoint", "/nowhere/checkpoint.json", &flag, &database]).expect(1);
    let empty = folder.path().join("empty");
    let told = run(&["audit", "verify", "--data-dir", text(&empty)]).expect(1);
    assert!(told.err.contains("there is no database") && !empty.exists(), "{}", told.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_the_one_that_is_served() {
    let app = TestApp::start().await;
    let printed: Value = serde_json::from_str(&run(&["openapi"]).expect(0).out).expect("JSON");
    let served = app.anonymous().get("/api/schema/").await.expect(200);
    assert_eq!(printed, served.json);
    assert!(printed["openapi"].as_str().is_some_and(|version| version.starts_with("3.")));
}

#[test]
fn completions_and_tables_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(run(&["completions", shell]).expect(0).out.contains("tessera"), "{shell}");
    }
    run(&["completions", "cmd.exe"]).expect(2);
    let tables = run(&["ddl", "perimeters"]).expect(0).out;
    for line in
        ["-- sqlite.sql", "-- postgres.sql", "CREATE TABLE perimeters (", "CREATE TABLE perimeters__default_assignee ("]
    {
        assert!(tables.contains(line), "{line} is missing in\n{tables}");
    }
    assert!(run(&["ddl", "perimeter"]).expect(2).err.contains("did you mean “perimeters”?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unattended_start_makes_the_first_administrator_once() {
    let app = TestApp::with(|settings| settings.first_admin = None).await;
    let [flag, database] = same_database(&app);
    let folder = app.stop().await;
    for (email, password) in [("first@example.org", PASSWORD), ("other@example.org", "another correct horse")] {
        let mut command = tessera(&["--listen", "127.0.0.1:0", &flag, &database]);
        command.env("TESSERA_ADMIN_EMAIL", email).env("TESSERA_ADMIN_PASSWORD", password);
        let mut server = Server::start(command);
        let base = server.address();
        Actor::sign_in(&base, "first@example.org", PASSWORD).await;
        let login = json!({ "email": "other@example.org", "password": "another correct horse" });
        Actor::anonymous(&base).post("/api/_allauth/app/v1/auth/login", login).await.expect(400);
        server.terminate();
        assert_eq!(server.wait(), (Some(0), String::new()), "{} on {}", email, backend());
    }
    drop(folder);
}

#[test]
fn library_files_are_put_on_the_shelf_and_listed() {
    let folder = folder();
    let data = folder.path().join("data");
    let (first, second) = (folder.path().join("one.yaml"), folder.path().join("files"));
    let content = |number: u32| blackbox::library(number, |kind| format!("{kind} {number}"));
    fs::write(&first, content(1)).expect("written");
    fs::create_dir(&second).expect("made");
    fs::write(second.join("two.yml"), content(2)).expect("written");
    fs::write(second.join("wrong.yaml"), "urn: no\n").expect("written");
    let with = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--data-dir", text(&data), "--log-level", "error"]);
        run(&all)
    };
    let added = with(&["library", "add", text(&first), "--load"]).expect(0).out;
    assert!(added.contains("urn:test:risk:library:l1: loaded") && added.contains("1 stored, 0 wrong"), "{added}");
    let added = with(&["library", "add", text(&first), text(&second)]).expect(1).out;
    assert!(added.contains("known already") && added.contains("1 stored, 1 wrong"), "{added}");
    assert!(added.contains("wrong.yaml:1:1"), "a wrong file is named with its place: {added}");
    let archive = folder.path().join("all.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&archive).expect("made"));
    for (name, content) in [("deep/three.yaml", content(3)), ("deep/notes.txt", "no library".into())] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        zip.write_all(content.as_bytes()).expect("written");
    }
    zip.finish().expect("ended");
    let added = with(&["library", "add", text(&archive)]).expect(0).out;
    assert!(added.contains("urn:test:risk:library:l3 version 1: stored"), "{added}");
    let listed = with(&["library", "list"]).expect(0).out;
    let line = |urn: &str| listed.lines().find(|line| line.starts_with(urn)).unwrap_or_default().to_owned();
    assert!(line("urn:test:risk:library:l1").contains("\tloaded\t"), "{listed}");
    assert!(line("urn:test:risk:library:l2").contains("\tnot loaded\t"), "{listed}");
    with(&["library", "add", text(&folder.path().join("nothing.yaml"))]).expect(1);
}
