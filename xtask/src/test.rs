//! `cargo xtask test`: runs the steps one after the other, all of them even when one fails, and says how each went.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::steps::{self, Step};

/// Runs the chosen steps. The very last line is `N passed, N failed`.
pub(crate) fn test(args: &[String]) -> ExitCode {
    let chosen = match choose(args) {
        Ok(chosen) => chosen,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let Some(chosen) = chosen else {
        for step in steps::ALL {
            println!("{:<10} {}", step.name, step.about);
        }
        return ExitCode::SUCCESS;
    };

    let reports: Vec<Report> = chosen.into_iter().map(Report::of).collect();
    summarise(&reports)
}

/// Reads the options: the steps to run, or `None` when they are only to be listed.
fn choose(args: &[String]) -> Result<Option<Vec<&'static Step>>> {
    let mut only = Vec::new();
    let mut skip = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let list = match arg.as_str() {
            "--list" => return Ok(None),
            "--only" => &mut only,
            "--skip" => &mut skip,
            unknown => bail!("`test` has no option `{unknown}`; it has --only, --skip and --list"),
        };
        let name = args.next().with_context(|| format!("{arg} needs the name of a step"))?;
        if !steps::ALL.iter().any(|step| step.name == name) {
            bail!("there is no step `{name}`; `cargo xtask test --list` names them");
        }
        list.push(name.as_str());
    }
    let is_chosen = |step: &&Step| (only.is_empty() || only.contains(&step.name)) && !skip.contains(&step.name);
    Ok(Some(steps::ALL.iter().filter(is_chosen).collect()))
}

/// How one step went.
struct Report {
    name: &'static str,
    took: Duration,
    outcome: Result<()>,
}

impl Report {
    /// Runs the step under a heading.
    fn of(step: &'static Step) -> Self {
        println!("\n━━ {}: {}", step.name, step.about);
        let start = Instant::now();
        let outcome = (step.run)();
        let report = Self { name: step.name, took: start.elapsed(), outcome };
        println!("━━ {report}");
        report
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, took, outcome } = self;
        let seconds = took.as_secs_f32();
        match outcome {
            Ok(()) => write!(f, "passed  {seconds:7.1} s  {name}"),
            Err(error) => write!(f, "FAILED  {seconds:7.1} s  {name}: {error:#}"),
        }
    }
}

fn summarise(reports: &[Report]) -> ExitCode {
    let total: Duration = reports.iter().map(|report| report.took).sum();
    let failed = reports.iter().filter(|report| report.outcome.is_err()).count();

    println!("\n━━ summary after {:.0} s", total.as_secs_f32());
    for report in reports {
        println!("{report}");
    }
    println!();
    println!("{} passed, {failed} failed", reports.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
