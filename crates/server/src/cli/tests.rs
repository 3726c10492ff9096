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
        &["--config", "/nowhere/tessera.toml"],
        &["completions", "cmd.exe"],
    ] {
        assert_eq!(run_with(arguments), 2, "{arguments:?}");
    }
}

#[test]
fn offline_commands_work() {
    for arguments in
        [&["--help"][..], &["--version"], &["completions", "bash"], &["ddl", "assets"], &["config", "show"]]
    {
        assert_eq!(run_with(arguments), 0, "{arguments:?}");
    }
    assert_eq!(run_with(&["token", "check", "tsr_pat_x"]), 1);
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
