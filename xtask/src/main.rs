//! `cargo xtask`: everything a developer or a CI machine does with this repository, in one place.
//!
//! A command is one module here; what `test` checks is one module a step under [`steps`]; the outside programs they
//! lean on (Debian's packages, npm, pip, a PostgreSQL cluster) live under [`tools`].

mod bench;
mod generate;
mod paths;
mod run;
mod steps;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  run [--dev] [ARGS]   build the interface and the program, then start `tessera serve ARGS`
  test [OPTIONS]       check everything; installs what the checks need
         --only STEP     this step only (may be repeated)
         --skip STEP     all steps but this one (may be repeated)
         --list          name the steps and stop
  generate             write the derived files (docs/openapi.json, the interface's types) again
  bench                measure (docs/performance.md)
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let args: Vec<String> = args.collect();

    let outcome = match command.as_str() {
        "run" => run::run(&args),
        "test" => return test::test(&args),
        "generate" => generate::generate(),
        "bench" => bench::bench(&args),
        "" | "help" | "--help" | "-h" => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        unknown => Err(anyhow::anyhow!("there is no command `{unknown}`\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
