//! The one place where access becomes SQL.

use super::{Access, Folders};
use store::{Statement, Value};

impl Access {
    /// Appends the condition that rows of the table under `alias` must meet to be covered.
    pub fn push_condition(&self, alias: &str, into: &mut Statement) {
        if self.folders == Folders::All {
            into.push("1=1");
            return;
        }
        into.push("(");
        self.push_membership(&self.folders, &format!("{alias}.{}", self.folder_column), into);
        if !self.published.is_empty() {
            into.push(&format!(" OR ({alias}.is_published AND "));
            self.push_membership(&self.published, &format!("{alias}.{}", self.folder_column), into);
            into.push(")");
        }
        if let Some((column, user)) = self.own {
            into.push(&format!(" OR {alias}.{column} = "));
            into.bind(user);
        }
        into.push(")");
    }

    #[expect(clippy::unused_self, reason = "keeps the door to SQL on the proof itself")]
    fn push_membership(&self, folders: &Folders, column: &str, into: &mut Statement) {
        match folders {
            Folders::All => {
                into.push("1=1");
            }
            Folders::These(list) if list.is_empty() => {
                into.push("1=0");
            }
            Folders::These(list) => {
                into.bind_in(column, Value::Uuids(list.to_vec()));
            }
        }
    }
}
