//! Everything that can go wrong below the engine. Each driver sorts its own errors into these cases in one place:
//! `sqlite/fault.rs` and `postgres/fault.rs`.

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database cannot be reached, or the connection to it broke. Holds the reason, without credentials.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),

    /// A unique key is taken.
    #[error("already exists: {constraint}")]
    Unique {
        /// `table.column` or `table.column, table.column`, alike for both databases; for an index over an
        /// expression, the name of the index.
        constraint: String,
    },

    /// A reference points nowhere, or something still points at the row to be deleted.
    #[error("a reference would point nowhere")]
    ForeignKey,

    /// Somebody else was faster: run the whole transaction again.
    #[error("the transaction collided with another one and can be tried again")]
    Retry,

    /// The database refuses the value or the store refuses it first: NUL in a text, a year of five digits, a
    /// `NOT NULL` or `CHECK` that fails, a number out of range, too few parameters.
    #[error("invalid value: {0}")]
    Invalid(String),

    /// A cell does not hold what the caller asked for: a mistake in a query, not in a request.
    #[error("column {column} holds {found}, not {wanted}")]
    Cell {
        /// Position in the row, from 0.
        column: usize,
        /// What the caller asked for.
        wanted: &'static str,
        /// What is there.
        found: &'static str,
    },

    /// An earlier call on this transaction failed and was neither undone nor given up. PostgreSQL refuses everything
    /// from there on; so does this face on SQLite, lest a mistake shows on one database only.
    #[error("an earlier statement of this transaction failed")]
    Aborted,

    /// The store is closed.
    #[error("the store is closed")]
    Closed,

    /// This database cannot do that.
    #[error("this database cannot do that")]
    Unsupported,

    /// A migration failed, or differs from the one that was applied. The data is as it was before it.
    #[error("migration {number:04}_{name}: {cause}")]
    Migration {
        /// Its number.
        number: u32,
        /// Its name, without the number.
        name: String,
        /// What happened.
        cause: String,
    },

    /// A newer program has migrated this database; this program must not touch it.
    #[error("the database is at migration {found}, this program knows only {known}: use a newer program")]
    SchemaNewer {
        /// The highest migration in the database.
        found: u32,
        /// The highest migration in this program, 0 when it has none.
        known: u32,
    },

    /// Anything else: wrong SQL, a full disk.
    #[error("{0}")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps whatever has no case of its own.
    pub(crate) fn other(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Other(cause.into())
    }

    /// The row is shorter than the caller thinks.
    pub(crate) fn no_column(column: usize) -> Self {
        Self::Cell { column, wanted: "a cell", found: "nothing" }
    }
}
