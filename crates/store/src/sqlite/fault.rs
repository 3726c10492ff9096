//! Sorts what SQLite reports into the cases of [`Error`].

use rusqlite::ffi::{
    SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_DATATYPE, SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_NOTNULL,
    SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_TRIGGER, SQLITE_CONSTRAINT_UNIQUE,
};
use rusqlite::{Error as Fault, ErrorCode};

use crate::Error;

/// The case a driver error belongs to.
pub(super) fn sorted(fault: Fault) -> Error {
    let Fault::SqliteFailure(failure, message) = &fault else {
        return Error::other(fault);
    };
    let text = || message.clone().unwrap_or_else(|| failure.to_string());
    match failure.extended_code {
        SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID => {
            return Error::Unique { constraint: constraint(&text()) };
        }
        SQLITE_CONSTRAINT_FOREIGNKEY => return Error::ForeignKey,
        // A trigger of ours that says RAISE(ABORT, 'why') is a rule like a CHECK.
        SQLITE_CONSTRAINT_NOTNULL
        | SQLITE_CONSTRAINT_CHECK
        | SQLITE_CONSTRAINT_DATATYPE
        | SQLITE_CONSTRAINT_TRIGGER => {
            return Error::Invalid(text());
        }
        _ => {}
    }
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Retry,
        ErrorCode::TooBig | ErrorCode::TypeMismatch => Error::Invalid(text()),
        ErrorCode::CannotOpen | ErrorCode::NotADatabase => Error::Unreachable(text()),
        _ => Error::other(fault),
    }
}

/// `UNIQUE constraint failed: a.b, a.c` → `a.b, a.c`; `… failed: index 'a_lower'` → `a_lower`.
fn constraint(message: &str) -> String {
    let what = message.split_once(": ").map_or(message, |(_, what)| what);
    let index = what.strip_prefix("index '").and_then(|name| name.strip_suffix('\''));
    index.unwrap_or(what).to_owned()
}
