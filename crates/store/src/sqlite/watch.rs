//! Numbers for the states of the file, the same on every connection.
//!
//! A connection that commits nothing itself is told the same `PRAGMA data_version` twice if, and only if, nobody, in this
//! process or another one, has committed to the file in between. This one is asked for nothing else. A snapshot that was
//! opened between two equal answers shows the file as it was all that time: two snapshots with the same number show the
//! same, whoever opened them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::fault::sorted;
use super::{connect, off_the_runtime, run};
use crate::Error;

/// The connection that is asked. Opened when first needed, and once: another one would count anew.
pub(super) struct Watch {
    file: PathBuf,
    eye: Mutex<Eye>,
}

enum Eye {
    Shut,
    Open(Connection),
    Closed,
}

impl Watch {
    pub(super) fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), eye: Mutex::new(Eye::Shut) }
    }

    /// The number of the state that the file is in right now.
    pub(super) fn state(&self) -> Result<i64, Error> {
        // Asking leaves nothing half-done, so a poisoned lock is as good as another.
        let mut eye = self.eye.lock().unwrap_or_else(PoisonError::into_inner);
        if let Eye::Shut = *eye {
            let connection = off_the_runtime(|| connect(&self.file))?;
            connection.pragma_update(None, "query_only", true).map_err(sorted)?;
            *eye = Eye::Open(connection);
        }
        match &*eye {
            Eye::Open(connection) => run::version(connection),
            Eye::Shut | Eye::Closed => Err(Error::Closed),
        }
    }

    pub(super) fn close(&self) {
        *self.eye.lock().unwrap_or_else(PoisonError::into_inner) = Eye::Closed;
    }
}
