//! How a cell is read and shown.

use crate::Dialect;

/// What a column means, whatever the database keeps it as. The table in the crate's head says how each is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A UUID, shown as 36 lower-case characters.
    Uuid,
    /// Unicode text without NUL.
    Text,
    /// A signed 64-bit whole number.
    Int,
    /// A double. Infinities and NaN have no JSON and are shown as `null`.
    Real,
    /// `true` or `false`.
    Bool,
    /// An instant, UTC, in microseconds.
    Time,
    /// A calendar day.
    Date,
    /// A JSON document.
    Json,
}

impl Kind {
    /// The type a migration declares for a column of this kind.
    pub fn column_type(self, dialect: Dialect) -> &'static str {
        match (dialect, self) {
            (Dialect::Sqlite, Self::Int | Self::Bool) => "INTEGER",
            (Dialect::Sqlite, Self::Real) => "REAL",
            (Dialect::Sqlite, _) => "TEXT",
            (Dialect::Postgres, Self::Uuid) => "uuid",
            (Dialect::Postgres, Self::Text) => "text",
            (Dialect::Postgres, Self::Int) => "bigint",
            (Dialect::Postgres, Self::Real) => "double precision",
            (Dialect::Postgres, Self::Bool) => "boolean",
            (Dialect::Postgres, Self::Time) => "timestamptz",
            (Dialect::Postgres, Self::Date) => "date",
            (Dialect::Postgres, Self::Json) => "jsonb",
        }
    }
}
