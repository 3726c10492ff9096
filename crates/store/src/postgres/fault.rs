//! Sorts what PostgreSQL reports into the cases of [`Error`].

use std::error::Error as _;

use tokio_postgres::Error as Fault;
use tokio_postgres::error::{DbError, SqlState};

use crate::Error;

/// The case a driver error belongs to.
pub(super) fn sorted(fault: Fault) -> Error {
    // The driver's own text says only "db error"; the chain says what happened.
    let reason = reason(&fault);
    if let Some(report) = fault.as_db_error() {
        return reported(report).unwrap_or_else(|| Error::other(reason));
    }
    if fault.is_closed() {
        return Error::Unreachable(reason);
    }
    match fault.into_source().map(<dyn std::error::Error + Send + Sync>::downcast::<Error>) {
        // What this crate itself refused while binding travels inside the driver's error.
        Some(Ok(ours)) => *ours,
        Some(Err(source)) if source.is::<std::io::Error>() => Error::Unreachable(reason),
        _ => Error::other(reason),
    }
}

/// The whole chain of causes in one line.
pub(super) fn reason(fault: &Fault) -> String {
    let mut text = fault.to_string();
    let mut cause = fault.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

fn reported(report: &DbError) -> Option<Error> {
    let code = report.code();
    let message = || report.message().to_owned();
    Some(match *code {
        SqlState::UNIQUE_VIOLATION => Error::Unique { constraint: constraint(report) },
        SqlState::FOREIGN_KEY_VIOLATION | SqlState::RESTRICT_VIOLATION => Error::ForeignKey,
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Error::Retry,
        // Another process has migrated the schema under a cached plan; a new plan is made next time.
        SqlState::FEATURE_NOT_SUPPORTED if report.message().contains("cached plan") => Error::Retry,
        SqlState::NOT_NULL_VIOLATION | SqlState::CHECK_VIOLATION => Error::Invalid(message()),
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW => {
            Error::Unreachable(message())
        }
        // 22: data exceptions (bad text for a type, out of range, …). 08: connection exceptions.
        _ if code.code().starts_with("22") => Error::Invalid(message()),
        _ if code.code().starts_with("08") => Error::Unreachable(message()),
        _ => return None,
    })
}

/// What SQLite calls the same collision: `table.a, table.b`, or the name of an index over an expression.
/// PostgreSQL names the columns only in the detail: `Key (a, b)=(1, 2) already exists.`
fn constraint(report: &DbError) -> String {
    let columns = report
        .detail()
        .and_then(|detail| detail.split_once('(')?.1.split_once(")=("))
        .map(|(columns, _)| columns)
        .filter(|columns| columns.split(", ").all(is_name));
    match (report.table(), columns) {
        (Some(table), Some(columns)) => {
            columns.split(", ").map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
        }
        _ => report.constraint().unwrap_or_default().to_owned(),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
