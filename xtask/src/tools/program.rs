//! Running a program: it is echoed first, gets no standard input, and a failure names the line that failed.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::paths;

/// Characters of a complaint that a failure quotes.
const QUOTED: usize = 6_000;

/// A program about to run, in the root of the repository unless [`Program::dir`] says otherwise.
pub(crate) struct Program(Command);

impl Program {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(paths::root()).stdin(Stdio::null());
        Self(command)
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.0.arg(arg);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.0.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.0.env_remove(name);
        self
    }

    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.0.current_dir(dir);
        self
    }

    /// Runs it with its output shown.
    pub(crate) fn run(mut self) -> Result<()> {
        println!("$ {self}");
        let status = self.0.status().with_context(|| format!("could not start `{self}`"))?;
        if !status.success() {
            bail!("`{self}` ended with {status}");
        }
        Ok(())
    }

    /// The same for programs that sum up on standard error what went wrong: the failure quotes it, so that it is still
    /// there where a long run is summed up.
    pub(crate) fn run_quoting(mut self) -> Result<()> {
        println!("$ {self}");
        let child = self.0.stderr(Stdio::piped()).spawn().with_context(|| format!("could not start `{self}`"))?;
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            let quoted: String = said.trim().chars().take(QUOTED).collect();
            bail!("`{self}` ended with {}\n{quoted}", output.status);
        }
        eprint!("{said}");
        Ok(())
    }

    /// Runs it and returns what it printed; its complaints are shown only when it fails.
    pub(crate) fn output(mut self) -> Result<String> {
        let output = self.0.output().with_context(|| format!("could not start `{self}`"))?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!("`{self}` ended with {}: {}", output.status, complaint.trim());
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{self}` printed something that is not UTF-8"))
    }

    /// Whether it can be started and ends well; nothing is shown.
    pub(crate) fn succeeds(self) -> bool {
        self.output().is_ok()
    }
}

/// The line as one would type it, the program by its bare name.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = Path::new(self.0.get_program());
        let name = program.file_name().unwrap_or(program.as_os_str());
        write!(f, "{}", name.display())?;
        for arg in self.0.get_args() {
            write!(f, " {}", arg.display())?;
        }
        Ok(())
    }
}
