//! What a command ends with: one sentence and a code.

use crate::config::ConfigError;
use crate::listen::ListenError;
use crate::start::StartError;

/// The exit codes. Scripts count on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Anything without a code of its own; also "no" as an answer.
    Other = 1,
    /// Arguments or settings are wrong.
    Usage = 2,
    /// The port is taken.
    PortTaken = 3,
    /// The data folder cannot be written.
    DataDir = 4,
    /// The database cannot be reached.
    Unreachable = 5,
    /// The database belongs to a newer program.
    SchemaNewer = 6,
    /// A migration failed.
    Migration = 7,
}

/// The end of `tessera --help`.
pub const HELP: &str = "\
Settings come from flags, then the environment, then the file of --config, then defaults. Every key has a variable: \
smtp.host is TESSERA_SMTP_HOST. `tessera config show` lists them all. TESSERA_ADMIN_EMAIL and TESSERA_ADMIN_PASSWORD \
make the first administrator while there is none.

Exit codes:
  0  done
  1  failed, or the answer of a check is no
  2  wrong arguments or settings
  3  the port is taken
  4  the data folder cannot be written
  5  the database cannot be reached
  6  the database was migrated by a newer program
  7  a migration failed; the data is as it was";

/// A command that did not do what it was asked.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub exit: Exit,
    /// What happened and what to do, for standard error; empty when it was said already.
    pub sentence: String,
}

impl Failure {
    /// A failure without a code of its own.
    pub fn other(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Other, sentence: sentence.into() }
    }

    /// Wrong arguments.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, sentence: sentence.into() }
    }

    /// "No" as an answer that was printed already.
    pub fn said() -> Self {
        Self::other("")
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let exit = match &error {
            StartError::Listen(ListenError::Taken(_)) => Exit::PortTaken,
            StartError::Listen(ListenError::Tls(_)) | StartError::Settings(_) | StartError::Administrator(_) => {
                Exit::Usage
            }
            StartError::DataDir { .. } => Exit::DataDir,
            StartError::Unreachable(_) => Exit::Unreachable,
            StartError::SchemaNewer(_) => Exit::SchemaNewer,
            StartError::Migration(_) => Exit::Migration,
            StartError::Listen(ListenError::Refused(..)) | StartError::NoDatabase(_) | StartError::Other(_) => {
                Exit::Other
            }
        };
        Self { exit, sentence: error.to_string() }
    }
}

impl From<engine::ApiError> for Failure {
    fn from(error: engine::ApiError) -> Self {
        StartError::from(error).into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::other(error.to_string())
    }
}
