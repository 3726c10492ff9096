//! Arguments and exit codes.

use super::*;
use crate::config::Source;
use crate::listen::ListenError;
use crate::start::StartError;
use clap::CommandFactory as _;

fn run_with(arguments: &[&str]) -> u8 {
    let code = run(["tessera"].iter().chain(arguments).map(OsString::from));
    (0..=255).find(|number| ExitCode::from(*number) == code).unwrap()
}

#[test]
fn the_arguments_are_well_declared() {
    Cli::command().debug_assert();
}

#[test]
fn settings_fit_before_and_after_the_command() {
    for arguments in [
        &["tessera", "--listen", "[::1]:1", "config", "show"][..],
        &["tessera", "config", "show", "--listen", "[::1]:1"],
        &["tessera", "--set", "listen=[::1]:2", "--listen", "[::1]:1"],
    ] {
        let cli = Cli::try_parse_from(arguments).unwrap();
        let loaded = crate::config::load(&cli.flags.given().unwrap(), &crate::config::Environment::default()).unwrap();
        assert_eq!(loaded.settings.listen.port(), 1, "{arguments:?}");
        assert_eq!(loaded.layers.source("listen"), &Source::Flag("--listen"));
    }
}

#[test]
fn wrong_arguments_are_2() {
    for arguments in [
        &["sreve"][..],
        &["--no-such-flag"],
        &["--set", "nothing"],
        &["config", "show", "--set", "lisen=x"],
        &["config", "show", "--listen", "nowhere"],
        &["config", "show", "--config", "/nowhere/tessera.toml"],
        &["ddl", "asset"],
        &["audit", "verify", "--checkpoint", "/nowhere/checkpoint.json"],
        &["completions", "cmd.exe"],
    ] {
        assert_eq!(run_with(arguments), 2, "{arguments:?}");
    }
}

#[test]
fn offline_commands_work() {
    for arguments in [&["--help"][..], &["--version"], &["completions", "bash"], &["ddl", "assets"], &["config", "show"]] {
        assert_eq!(run_with(arguments), 0, "{arguments:?}");
    }
    assert_eq!(run_with(&["token", "check", "tsr_pat_x"]), 1);
}

#[test]
fn folders_that_cannot_be_used_have_codes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let below = file.join("data");
    let below = below.to_str().unwrap();
    assert_eq!(run_with(&["serve", "--listen", "127.0.0.1:0", "--data-dir", below]), Exit::DataDir as u8);
    assert_eq!(run_with(&["audit", "verify", "--data-dir", folder.path().to_str().unwrap()]), Exit::Other as u8);
}

#[test]
fn a_taken_port_and_a_silent_server_have_codes() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(run_with(&["--listen", &address, "--data-dir", data.to_str().unwrap()]), Exit::PortTaken as u8);
    assert!(!data.exists(), "nothing is made before the port is ours");
    // Nobody listens on a port that was just given back.
    let silent = format!("postgres://u:p@{address}/t");
    drop(taken);
    assert_eq!(run_with(&["--listen", "127.0.0.1:0", "--database-url", &silent]), Exit::Unreachable as u8);
}

#[test]
fn start_errors_have_codes() {
    let newer = store::Error::SchemaNewer { found: 9, known: 1 };
    let failed = store::Error::Migration { number: 1, name: "start".into(), cause: "no".into() };
    for (error, exit) in [
        (StartError::Listen(ListenError::Tls("x".into())), Exit::Usage),
        (StartError::Administrator("x".into()), Exit::Usage),
        (StartError::SchemaNewer(newer), Exit::SchemaNewer),
        (StartError::Migration(failed), Exit::Migration),
        (StartError::Other("x".into()), Exit::Other),
    ] {
        assert_eq!(Failure::from(error).exit, exit);
    }
}
