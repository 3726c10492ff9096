//! One SQL statement with its values. Built left to right; placeholders number themselves.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde_json::Value as Json;

use crate::{Dialect, Error, Kind, Value};

/// SQL text with `$1, $2 …` and one [`Value`] for each number.
///
/// ```
/// # use store::{Dialect, Statement};
/// let mut find = Statement::new(Dialect::Sqlite);
/// find.push("SELECT id FROM users WHERE is_active = ").bind(true).push(" AND ").bind_in("age", vec![1, 2_i64].into());
/// assert_eq!(find.sql(), "SELECT id FROM users WHERE is_active = $1 AND age IN (SELECT value FROM json_each($2))");
/// ```
#[derive(Clone)]
pub struct Statement {
    /// Unknown for a fixed text, which therefore cannot `bind_in`.
    dialect: Option<Dialect>,
    sql: Cow<'static, str>,
    params: Vec<Value>,
    /// A mistake made while building, told when the statement is run: builders stay free of `Result`.
    fault: Option<&'static str>,
}

impl Statement {
    /// An empty statement for this database.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect: Some(dialect), sql: Cow::Owned(String::new()), params: Vec::new(), fault: None }
    }

    /// A statement whose text is known when the program is compiled, placeholders included. Its values follow by
    /// [`with`](Self::with). Costs no allocation for the text.
    pub fn fixed(sql: &'static str) -> Self {
        Self { dialect: None, sql: Cow::Borrowed(sql), params: Vec::new(), fault: None }
    }

    /// Adds the value of the next `$n` that the text already holds.
    #[must_use]
    pub fn with(mut self, value: impl Into<Value>) -> Self {
        self.params.push(value.into());
        self
    }

    /// Adds SQL as it is. Never pass anything a person typed: that is what [`bind`](Self::bind) is for.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.to_mut().push_str(sql);
        self
    }

    /// Writes the next `$n` and keeps its value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.params.push(value.into());
        let number = self.params.len();
        self.placeholder(number);
        self
    }

    /// Writes `column` is one of `list`, as one parameter however long the list is, so that the text (and the plan the
    /// database keeps for it) does not depend on the length. `list` is `Uuids`, `Texts` or `Ints`; empty finds nothing.
    pub fn bind_in(&mut self, column: &str, list: Value) -> &mut Self {
        if !matches!(list, Value::Uuids(_) | Value::Texts(_) | Value::Ints(_)) {
            self.fault = Some("bind_in takes a list");
        }
        let (open, close) = match self.dialect {
            Some(Dialect::Postgres) => (" = ANY(", ")"),
            Some(Dialect::Sqlite) => (" IN (SELECT value FROM json_each(", "))"),
            None => {
                self.fault = Some("bind_in needs a statement made for a dialect");
                ("", "")
            }
        };
        self.push(column).push(open).bind(list).push(close)
    }

    /// Writes a table of values in brackets, as one parameter however many rows it has: what many rows are made from in
    /// one statement. `rows` is a JSON array with an array for each row, in the order of `columns`.
    pub fn bind_rows(&mut self, columns: &[(&str, Kind)], rows: Json) -> &mut Self {
        if !rows.is_array() {
            self.fault = Some("bind_rows takes an array of arrays");
        }
        let dialect = self.dialect.unwrap_or(Dialect::Sqlite);
        if self.dialect.is_none() {
            self.fault = Some("bind_rows needs a statement made for a dialect");
        }
        // JSON's null is the database's, in every column.
        let column = |(at, (name, kind)): (usize, &(&str, Kind))| match dialect {
            Dialect::Sqlite => format!("json_extract(value, '$[{at}]') AS {name}"),
            Dialect::Postgres if *kind == Kind::Json => format!("NULLIF(value -> {at}, 'null') AS {name}"),
            Dialect::Postgres => format!("(value ->> {at})::{} AS {name}", kind.column_type(dialect)),
        };
        let columns: Vec<String> = columns.iter().enumerate().map(column).collect();
        let (open, close) = match dialect {
            Dialect::Sqlite => ("json_each(", "))"),
            Dialect::Postgres => ("jsonb_array_elements(", ") AS value)"),
        };
        self.push(&format!("(SELECT {} FROM {open}", columns.join(", "))).bind(rows).push(close)
    }

    /// Writes the text that a JSON column holds under these keys, one inside the other; the database's null where there
    /// is none. Keys are words of the program, never what somebody typed.
    pub fn push_json_text(&mut self, column: &str, keys: &[&str]) -> &mut Self {
        if !keys.iter().all(|key| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')) {
            self.fault = Some("push_json_text takes plain words");
        }
        match self.dialect {
            Some(Dialect::Postgres) => self.push(&format!("({column} #>> '{{{}}}')", keys.join(","))),
            Some(Dialect::Sqlite) => self.push(&format!("json_extract({column}, '$.{}')", keys.join("."))),
            None => {
                self.fault = Some("push_json_text needs a statement made for a dialect");
                self
            }
        }
    }

    /// Adds another statement behind this one; its placeholders are numbered on.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        let shift = self.params.len();
        self.dialect = self.dialect.or(other.dialect);
        self.fault = self.fault.or(other.fault);
        self.params.extend_from_slice(&other.params);
        if shift == 0 {
            return self.push(&other.sql);
        }
        for piece in Pieces(&other.sql) {
            match piece {
                Piece::Text(text) => self.sql.to_mut().push_str(text),
                Piece::Placeholder(number) => self.placeholder(number + shift),
            }
        }
        self
    }

    /// The text, with `$1, $2 …`.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The values, `$1` first.
    pub fn params(&self) -> &[Value] {
        &self.params
    }

    /// What both drivers ask before they run it.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.fault {
            Some(fault) => Err(Error::Invalid(fault.into())),
            None => self.params.iter().try_for_each(Value::check),
        }
    }

    fn placeholder(&mut self, number: usize) {
        // A String does not fail to grow; there is nothing to report.
        let _ = write!(self.sql.to_mut(), "${number}");
    }
}

impl fmt::Debug for Statement {
    /// Shows the text and how many values there are, not the values: they are people's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statement({:?}, {} values)", self.sql, self.params.len())
    }
}

/// Whether there are as many values as a text has placeholders.
pub(crate) fn fits(wanted: usize, values: &[Value]) -> Result<(), Error> {
    match values.len() {
        given if given == wanted => Ok(()),
        given => Err(Error::Invalid(format!("the statement has {wanted} placeholders, {given} values were given"))),
    }
}

enum Piece<'a> {
    Text(&'a str),
    Placeholder(usize),
}

/// Cuts SQL at its placeholders, leaving alone what looks like one inside `'text'`, `"name"` or a `-- comment`.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.0;
        let first = *rest.as_bytes().first()?;
        let quoted = |end: char| rest[1..].find(end).map_or(rest.len(), |at| at + 2);
        let cut = match first {
            b'$' => 1 + rest[1..].bytes().take_while(u8::is_ascii_digit).count(),
            b'\'' => quoted('\''),
            b'"' => quoted('"'),
            b'-' if rest.starts_with("--") => quoted('\n'),
            b'-' => 1,
            _ => rest.find(['$', '\'', '"', '-']).unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at(cut);
        self.0 = after;
        let number = (first == b'$').then(|| piece[1..].parse().ok()).flatten();
        Some(number.map_or(Piece::Text(piece), Piece::Placeholder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_number_themselves() {
        let mut statement = Statement::new(Dialect::Postgres);
        statement.push("a = ").bind(1_i64).push(" AND ").bind_in("b", vec!["x".to_owned()].into());
        assert_eq!(statement.sql(), "a = $1 AND b = ANY($2)");
        assert_eq!(statement.params(), [Value::Int(1), Value::Texts(vec!["x".into()])]);
    }

    #[test]
    fn a_table_of_values_is_one_parameter() {
        let rows = || serde_json::json!([["a", 1], ["b", 2]]);
        let columns = [("name", Kind::Text), ("size", Kind::Int)];
        let mut statement = Statement::new(Dialect::Postgres);
        statement.push("SELECT v.name FROM ").bind_rows(&columns, rows()).push(" v");
        let text =
            "(value ->> 0)::text AS name, (value ->> 1)::bigint AS size FROM jsonb_array_elements($1) AS value) v";
        assert_eq!(statement.sql(), format!("SELECT v.name FROM (SELECT {text}"));
        let mut statement = Statement::new(Dialect::Sqlite);
        statement.bind_rows(&columns, rows());
        let text = "json_extract(value, '$[0]') AS name, json_extract(value, '$[1]') AS size FROM json_each($1))";
        assert_eq!(statement.sql(), format!("(SELECT {text}"));
        assert_eq!(statement.params().len(), 1);
    }

    #[test]
    fn append_numbers_on_but_not_inside_quotes() {
        let mut statement = Statement::new(Dialect::Sqlite);
        statement.push("a = ").bind(1_i64);
        let tail =
            Statement::fixed(" AND b = $1 -- it's $1\n AND c = 'é $1 it''s $2' AND \"$1\" - $2 = '$' AND d = $1")
                .with(2_i64)
                .with(3_i64);
        statement.append(&tail);
        assert_eq!(
            statement.sql(),
            "a = $1 AND b = $2 -- it's $1\n AND c = 'é $1 it''s $2' AND \"$1\" - $3 = '$' AND d = $2"
        );
        assert_eq!(statement.params().len(), 3);
    }

    #[test]
    fn texts_inside_json_are_found_by_plain_words() {
        let text = |dialect| {
            let mut statement = Statement::new(dialect);
            statement.push_json_text("a.b", &["score", "kept_by"]);
            statement.sql().to_owned()
        };
        assert_eq!(text(Dialect::Postgres), "(a.b #>> '{score,kept_by}')");
        assert_eq!(text(Dialect::Sqlite), "json_extract(a.b, '$.score.kept_by')");
        let mut typed = Statement::new(Dialect::Sqlite);
        typed.push_json_text("a.b", &["x'"]);
        assert!(matches!(typed.check(), Err(Error::Invalid(_))));
    }

    #[test]
    fn append_to_an_empty_one_copies() {
        let mut statement = Statement::new(Dialect::Sqlite);
        statement.append(&Statement::fixed("SELECT $1").with(true));
        assert_eq!((statement.sql(), statement.params().len()), ("SELECT $1", 1));
    }

    #[test]
    fn mistakes_are_told_when_it_runs() {
        let mut no_dialect = Statement::fixed("SELECT 1 WHERE ");
        no_dialect.bind_in("a", vec![1_i64].into());
        assert!(matches!(no_dialect.check(), Err(Error::Invalid(_))));
        let mut no_list = Statement::new(Dialect::Sqlite);
        no_list.bind_in("a", Value::Int(1));
        assert!(matches!(no_list.check(), Err(Error::Invalid(_))));
    }

    #[test]
    fn debug_keeps_the_values_to_itself() {
        let statement = Statement::fixed("SELECT $1").with("secret");
        assert_eq!(format!("{statement:?}"), "Statement(\"SELECT $1\", 1 values)");
    }
}
