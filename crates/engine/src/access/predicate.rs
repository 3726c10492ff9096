//! The one place where access becomes SQL.

use super::{Access, Folders};
use std::collections::BTreeSet;
use store::{Statement, Value};
use uuid::Uuid;

impl Access {
    /// Appends the condition that rows of the table under `alias` must meet to be covered.
    pub fn push_condition(&self, alias: &str, into: &mut Statement) {
        if let Some(slice) = self.slice {
            into.push(&format!("{alias}.{} = ", slice.field)).bind(slice.code).push(" AND ");
        }
        if self.folders == Folders::All {
            into.push("1=1");
            return;
        }
        let column_of_folder = format!("{alias}.{}", self.folder_column);
        into.push("(");
        match (&self.folders, &self.published) {
            (Folders::These(whole), Folders::These(published)) if !published.is_empty() => {
                // All folders first, in one list: two lists with OR between them would have the
                // rows of all of them fetched before the first page is known.
                let all: BTreeSet<Uuid> = whole.iter().chain(published.iter()).copied().collect();
                self.push_membership(&Folders::These(all.into_iter().collect()), &column_of_folder, into);
                into.push(&format!(" AND ({alias}.is_published OR "));
                self.push_membership(&self.folders, &column_of_folder, into);
                into.push(")");
            }
            (Folders::These(_), Folders::All) => {
                self.push_membership(&self.folders, &column_of_folder, into);
                into.push(&format!(" OR {alias}.is_published"));
            }
            _ => self.push_membership(&self.folders, &column_of_folder, into),
        }
        if let Some((column, user)) = self.own {
            into.push(&format!(" OR {alias}.{column} = "));
            into.bind(user);
        }
        if let Some(assigned) = &self.assigned {
            into.push(" OR (");
            self.push_membership(&assigned.folders, &column_of_folder, into);
            into.push(" AND ");
            (assigned.rows)(alias, assigned.user, into);
            into.push(")");
        }
        into.push(")");
    }

    #[expect(clippy::unused_self, reason = "keeps the door to SQL on the proof itself")]
    pub(super) fn push_membership(&self, folders: &Folders, column: &str, into: &mut Statement) {
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
