//! Counts that are remembered as long as the data stays the same.

use std::collections::VecDeque;

use crate::{Statement, Value};

/// Counts that are remembered, the last used ones.
const MOST: usize = 64;

/// What was counted in one state of the data. `V` says which: two equal ones see the same rows.
#[derive(Default)]
pub(crate) struct Totals<V> {
    version: V,
    known: VecDeque<Total>,
}

struct Total {
    sql: String,
    params: Vec<Value>,
    count: i64,
}

impl Total {
    fn is_of(&self, statement: &Statement) -> bool {
        self.sql == statement.sql() && self.params == statement.params()
    }
}

impl<V: PartialEq> Totals<V> {
    /// The number that this query selects from the data in this state, if it was counted.
    pub(crate) fn known(&mut self, version: &V, statement: &Statement) -> Option<i64> {
        if *version != self.version {
            return None;
        }
        let total = self.known.iter().position(|total| total.is_of(statement)).and_then(|at| self.known.remove(at))?;
        let count = total.count;
        self.known.push_front(total);
        Some(count)
    }

    /// Keeps a count; those of another state are forgotten.
    pub(crate) fn learn(&mut self, version: V, statement: &Statement, count: i64) {
        if version != self.version {
            self.known.clear();
            self.version = version;
        }
        // Two may have counted at once.
        self.known.retain(|total| !total.is_of(statement));
        self.known.truncate(MOST - 1);
        let (sql, params) = (statement.sql().to_owned(), statement.params().to_vec());
        self.known.push_front(Total { sql, params, count });
    }
}
