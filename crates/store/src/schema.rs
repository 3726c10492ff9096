//! What tables and columns a database has, for the check that declarations and migrations agree.

use crate::{Dialect, Error, Kind, Statement, Tx};

/// A column as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as declared, in lower case: `text`, `integer`, `uuid`, `timestamp with time zone`.
    pub declared: String,
    /// The kind that type is made for; `None` for bytes and whatever else no cell is shown as. SQLite has one type for
    /// several kinds: ask [`holds`](Self::holds) instead of comparing.
    pub kind: Option<Kind>,
    /// Whether it may be `NULL`.
    pub nullable: bool,
}

impl Column {
    /// Whether the column is what a migration for `dialect` declares for `kind`.
    pub fn holds(&self, dialect: Dialect, kind: Kind) -> bool {
        self.kind == kind_of(kind.column_type(dialect)) || self.kind == Some(kind)
    }
}

/// The tables, by name, without those the database keeps for itself.
pub async fn tables(tx: &mut Tx) -> Result<Vec<String>, Error> {
    let statement = Statement::fixed(match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS text) FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
        }
    });
    tx.all(&statement, |row| row.text(0).map(Option::unwrap_or_default)).await
}

/// The columns of a table in the order they were declared; empty when there is no such table.
pub async fn columns(tx: &mut Tx, table: &str) -> Result<Vec<Column>, Error> {
    let statement = Statement::fixed(match tx.dialect() {
        // Of a primary key SQLite does not say NOT NULL; nobody puts a null there.
        Dialect::Sqlite => "SELECT name, type, \"notnull\" = 0 AND pk = 0 FROM pragma_table_info($1) ORDER BY cid",
        Dialect::Postgres => {
            "SELECT CAST(column_name AS text), CAST(data_type AS text), is_nullable = 'YES'
             FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
    })
    .with(table);
    tx.all(&statement, |row| {
        let declared = row.text(1)?.unwrap_or_default().to_lowercase();
        Ok(Column {
            name: row.text(0)?.unwrap_or_default(),
            kind: kind_of(&declared),
            declared,
            nullable: row.bool(2)?.unwrap_or_default(),
        })
    })
    .await
}

/// The kind a declared type is made for. The order matters: `timestamp` before `date`, `uuid` before `int`.
fn kind_of(declared: &str) -> Option<Kind> {
    let says = |word: &str| declared.to_ascii_lowercase().contains(word);
    [
        ("uuid", Kind::Uuid),
        ("json", Kind::Json),
        ("time", Kind::Time),
        ("date", Kind::Date),
        ("bool", Kind::Bool),
        ("int", Kind::Int),
        ("real", Kind::Real),
        ("double", Kind::Real),
        ("float", Kind::Real),
        ("numeric", Kind::Real),
        ("text", Kind::Text),
        ("char", Kind::Text),
    ]
    .into_iter()
    .find_map(|(word, kind)| says(word).then_some(kind))
}

/// Whether the table exists. A migration runner asks before its own table does.
pub(crate) async fn exists(tx: &mut Tx, table: &str) -> Result<bool, Error> {
    Ok(tables(tx).await?.iter().any(|name| name == table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_holds_what_it_was_declared_for() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            for kind in [Kind::Uuid, Kind::Text, Kind::Int, Kind::Real, Kind::Bool, Kind::Time, Kind::Date, Kind::Json]
            {
                let declared = kind.column_type(dialect).to_owned();
                let column = Column { name: "c".into(), kind: kind_of(&declared), declared, nullable: false };
                assert!(column.holds(dialect, kind), "{dialect:?} {kind:?}");
            }
        }
    }

    #[test]
    fn other_types_hold_nothing() {
        let bytes = Column { name: "c".into(), declared: "blob".into(), kind: kind_of("blob"), nullable: true };
        assert!(!bytes.holds(Dialect::Sqlite, Kind::Text));
        let text = Column { name: "c".into(), declared: "text".into(), kind: kind_of("text"), nullable: true };
        assert!(!text.holds(Dialect::Postgres, Kind::Uuid));
        assert!(text.holds(Dialect::Sqlite, Kind::Uuid));
    }
}
