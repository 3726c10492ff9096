//! `tessera library check`: is this library file sound? Without a server.

use super::Failure;
use super::output::say;
use grc::library::{check, read};
use std::path::{Path, PathBuf};
use std::{fs, io};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read library files and say what is wrong and what looks odd; exit code 1 when one is wrong
    Check {
        /// Files, or folders whose .yaml and .yml files are read
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

/// Checks every file and counts.
pub fn run(command: &Command) -> Result<(), Failure> {
    let Command::Check { paths } = command;
    let mut files = Vec::new();
    for path in paths {
        gather(path, &mut files)?;
    }
    let (mut wrong, mut odd) = (0, 0);
    for file in &files {
        let name = file.display().to_string();
        let bytes = fs::read(file).map_err(|error| io::Error::new(error.kind(), format!("{name}: {error}")))?;
        match read(&bytes, &name) {
            Err(problems) => {
                wrong += 1;
                for problem in problems {
                    say(&problem.to_string())?;
                }
            }
            Ok(library) => {
                let warnings = check(&library);
                odd += usize::from(!warnings.is_empty());
                for warning in warnings {
                    let at = format!("{name}:{}:{}", warning.at.line, warning.at.column);
                    say(&format!("{at}: warning: {}: {}", warning.path, warning.message))?;
                }
            }
        }
    }
    say(&format!("{} files: {wrong} wrong, {odd} with warnings", files.len()))?;
    if wrong > 0 { Err(Failure::said()) } else { Ok(()) }
}

fn gather(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut inside: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path)? {
        inside.push(entry?.path());
    }
    inside.sort();
    let yaml = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    files.extend(inside.into_iter().filter(yaml));
    Ok(())
}
